"""How much of the kernel a reader must trust: lines of code, what it imports, and what each kind of certificate runs.

    python -m tests.evidence.kernel_lines

A line of code is one that holds a token other than a comment or a docstring. "Runs" counts the lines in functions of the kernel
that a replay executed, over the samples of a type. "To read" counts all lines of these functions, and what stands outside
functions (imports, tables, fields) in their modules: what somebody reads who relies on this type alone.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from proofcheck.kernel import Rejected, replay
from tests.evidence.certificate_samples import samples

KERNEL = Path(sys.modules["proofcheck.kernel"].__file__ or "").parent
PARTS = {
    "what all certificates need": ("__init__", "__main__", "audit", "exact", "files", "network", "domain", "statement", "replay"),
    "Boolean: circuits, meanings, words": ("aiger", "gates", "meanings", "words"),
    "piecewise linear, exactness, sizes": ("lemmas", "proof", "terms", "vertices", "rounding", "relation"),
    "two circuits: clauses": ("clauses",),
}
FAMILIES = "families, for every n"
SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def code_lines(source: str) -> set[int]:
    """The numbers of the lines that hold code."""
    docstrings = set[int]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False) is not None:
            docstrings |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = {line for token in tokens if token.type not in SKIPPED for line in range(token.start[0], token.end[0] + 1)}
    return lines - docstrings


def imported(source: str) -> set[str]:
    """The modules of the standard library that a module imports."""
    found = set[str]()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module))
    return found - {"__future__"}


class Traced:
    """The lines and the functions of the kernel that ran while this was entered."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()
        self.codes: set[CodeType] = set()

    def __enter__(self) -> Traced:
        sys.settrace(self._trace)
        return self

    def __exit__(self, *error: object) -> None:
        sys.settrace(None)

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(str(KERNEL)):
            return None
        self.codes.add(frame.f_code)
        self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._trace


def read(codes: Iterable[CodeType], lines: dict[str, set[int]]) -> int:
    """The lines of code of these functions, those nested in them included, and all outside functions in their modules."""
    found = set[tuple[str, int]]()
    used = {(code.co_filename, code.co_firstlineno) for code in codes}
    for name in {name for name, _ in used}:
        inside = set[int]()
        for node in ast.walk(ast.parse(Path(name).read_text())):
            if isinstance(node, ast.FunctionDef):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                span = set(range(first, (node.end_lineno or 0) + 1))
                inside |= span
                found |= {(name, line) for line in span if (name, first) in used}
        found |= {(name, line) for line in lines[name] - inside}
    return sum(line in lines[name] for name, line in found)


def main() -> int:
    sources = {path: path.read_text() for path in sorted(KERNEL.glob("*.py"))}
    lines = {str(path): code_lines(source) for path, source in sources.items()}
    count = {path.stem: len(lines[str(path)]) for path in sources}
    grouped = {name for names in PARTS.values() for name in names}
    parts = PARTS | {FAMILIES: tuple(name for name in count if name not in grouped)}
    print("lines of code of the kernel")
    for part, names in parts.items():
        print(f"  {sum(count[name] for name in names):5}  {part}: {', '.join(f'{name} {count[name]}' for name in names)}")
    print(f"  {sum(count.values()):5}  in all, {len(count)} modules")
    print(f"imports: {', '.join(sorted(set().union(*map(imported, sources.values()))))}")
    print("certificates                runs  to read")
    for name, files in samples().items():
        with Traced() as traced:
            for file in files:
                try:
                    replay(file)
                except Rejected as error:
                    print(f"a sample of {name} is rejected: {error}")
                    return 1
        ran = sum(line in lines[module] for module, line in traced.lines)
        print(f"  {name:24} {ran:5}  {read(traced.codes, lines):9}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
