"""The layering of docs/architecture.md, held for every import of the package, also those inside functions."""

import ast
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from proofcheck import kernel

PACKAGE = Path(__file__).resolve().parents[1] / "proofcheck"
ORDER = [
    ("kernel",),
    ("errors",),
    ("exact",),
    ("bundle",),
    ("domains",),
    ("networks",),
    ("circuits",),
    ("engine",),
    ("spec",),
    ("families",),
    ("claims",),
    ("checkers",),
    ("interop",),
    ("catalogue",),
    ("gate",),
    ("bench",),
    ("site",),
    ("commands",),
    ("cli", "pytest_plugin"),
    ("__init__", "__main__"),
]
AGAINST = {"proofcheck.engine", "proofcheck.engine.exact_module"}  # what Network.torch imports: the one exception
LEVEL = {part: level for level, parts in enumerate(ORDER) for part in parts}


def name_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def imports(module: str, typing_too: bool = True) -> Iterator[str]:
    """The modules that a module imports, anywhere in it; those for type checkers only where `typing_too`."""
    file = MODULES[module]
    tree = ast.parse(file.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    if not typing_too:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                skipped |= {inner for statement in node.body for inner in ast.walk(statement)}
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            for alias in node.names:
                public = source == "proofcheck.kernel" and alias.name in kernel.__all__
                yield f"{source}.{alias.name}" if f"{source}.{alias.name}" in MODULES and not public else source


def inside(module: str, typing_too: bool = True) -> set[str]:
    found = {name for name in imports(module, typing_too) if name.split(".")[0] == "proofcheck"}
    return found - AGAINST if module == "proofcheck.networks.network" else found


def test_every_part_has_a_place_in_the_order() -> None:
    assert {part_of(module) for module in MODULES} <= set(LEVEL)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_above_it(module: str) -> None:
    own = part_of(module)
    below = sorted(t for t in inside(module) if part_of(t) != own and LEVEL[part_of(t)] >= LEVEL[own])
    assert not below, f"{module} imports {', '.join(below)}"


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) == "kernel"])
def test_the_kernel_imports_the_standard_library_and_itself(module: str) -> None:
    foreign = [n for n in imports(module) if n.split(".")[0] not in sys.stdlib_module_names and part_of(n) != "kernel"]
    assert not foreign


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m) != "kernel"])
def test_nobody_imports_the_internals_of_the_kernel(module: str) -> None:
    assert not [target for target in inside(module) if target.startswith("proofcheck.kernel.")]


def test_there_are_no_cycles() -> None:
    graph = {module: inside(module, typing_too=False) - {module} for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_importing_the_package_imports_only_the_standard_library() -> None:
    import subprocess

    code = "import sys; before = set(sys.modules); import proofcheck; print(*(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {name.split(".")[0] for name in loaded} - {"proofcheck"} <= set(sys.stdlib_module_names)
    assert [name for name in loaded if name.startswith("proofcheck")] == ["proofcheck"]


def test_every_public_name_can_be_fetched() -> None:
    import proofcheck

    assert all(getattr(proofcheck, name) is not None for name in proofcheck.__all__)
    with pytest.raises(AttributeError, match="proofcheck has no 'nonsense'"):
        proofcheck.nonsense
