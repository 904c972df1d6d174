"""The public names of this package with signature and docstring, read from the sources without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from proofcheck.site.manual import REFERENCE, Document
from proofcheck.site.prose import paragraphs

PACKAGE = Path(__file__).resolve().parents[1]
MOST_STEPS = 5
HEADS = {
    "networks": "Networks",
    "domains": "Domains",
    "spec": "Statements",
    "claims": "Claims and constructions",
    "families": "Families, for every n",
    "circuits": "Circuits",
    "engine": "Exact evaluation",
    "checkers": "Checking",
    "gate": "Checking",
    "interop": "Other tools",
    "errors": "Errors",
    "exact": "Numbers",
}


@dataclass(frozen=True)
class Entry:
    """A public name: where it is defined, how it is called, what it says of itself."""

    name: str
    module: str
    signature: str
    docstring: str


def reference() -> Document:
    """One page of all public names, by the part that they belong to."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries():
        part = entry.module.split(".")[1]
        groups.setdefault(HEADS.get(part, part.capitalize()), []).append(entry)
    html = ["<h1>Reference</h1>", "<p>Every public name of <code>proofcheck</code>, out of the sources.</p>"]
    sections = []
    for head in [*dict.fromkeys(HEADS.values()), *groups]:
        if head not in groups:
            continue
        anchor = head.lower().replace(" ", "-").replace(",", "")
        sections.append((head, anchor))
        html.append(f'<h2 id="{anchor}">{escape(head)}</h2>')
        html += [_written(entry) for entry in sorted(groups.pop(head), key=lambda entry: entry.name.lower())]
    return Document(REFERENCE, "Reference", "\n".join(html), tuple(sections))


def entries() -> Iterator[Entry]:
    """The public names, each with its definition."""
    for name, module in _exported(PACKAGE / "__init__.py").items():
        found = _definition(name, module)
        if found is not None:
            yield found


def _written(entry: Entry) -> str:
    return (
        f'<h3 id="{entry.name}"><code>{escape(entry.name)}</code></h3>'
        f'<pre tabindex="0"><code>{escape(entry.signature)}</code></pre>{paragraphs(entry.docstring)}'
        f'<p class="small soft">{escape(entry.module)}</p>'
    )


def _exported(path: Path) -> dict[str, str]:
    """Names that a module takes from others of this package, with the module that it takes them from."""
    found: dict[str, str] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("proofcheck."):
            found |= {alias.asname or alias.name: node.module for alias in node.names}
    return found


def _definition(name: str, module: str) -> Entry | None:
    """Follow a name to where it is defined."""
    for _ in range(MOST_STEPS):
        base = PACKAGE.joinpath(*module.split(".")[1:])
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        if not path.is_file():
            return None
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                return Entry(name, module, _signature(node), ast.get_docstring(node) or "")
        following = _exported(path).get(name)
        if following is None:
            return None  # a constant, such as `n` or `certified`
        module = following
    return None


def _signature(node: ast.FunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.FunctionDef):
        returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
        return f"{node.name}({ast.unparse(node.args)}){returns}"
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            return f"{node.name}({ast.unparse(inner.args).removeprefix('self, ').removeprefix('self')})"
    fields = [
        f"{ast.unparse(item.target)}: {ast.unparse(item.annotation)}" + (f" = {ast.unparse(item.value)}" if item.value else "")
        for item in node.body
        if isinstance(item, ast.AnnAssign) and "init=False" not in (ast.unparse(item.value) if item.value else "")
    ]
    return f"{node.name}({', '.join(fields)})"
