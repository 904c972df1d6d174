"""Faults planted in the kernel itself: does any file of its tests end otherwise?

    python -m tests.evidence.kernel_mutants [--only MODULE] [--kind KIND] [--corpus FOLDER] [--workers N]

changes one place of the kernel's source at a time: a check or a limit left out, a comparison moved by one or turned round, a part
of a condition left out, + for -, min for max, any for all, a number one larger. Each mutant then replays what the kernel's tests
give it to read (recorded into FOLDER, which is made when it is not there), as far as the changed function has a part in it; where
no file tells the two apart, tests that call functions of the module run. It ends
  accepts  a file is accepted that the kernel rejects, or something else is proved: the fault would be seen at once;
  refuses  a right file is rejected, the check breaks down or does not end;
  tests    a test that calls a function of the module itself fails;
  words    only a sentence is another one, or is said of another place;
  same     nothing tells the two apart, and the line is printed: it is redundant, a limit that no test reaches, or untested.
The exit status is 1 when a check that was left out (`require`, or `if ...: raise`), and is no limit on size or work, ends with
"same".
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import importlib.abc
import importlib.util
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from proofcheck.errors import ProofcheckError

TESTS = Path(__file__).parents[1]
KERNEL = TESTS.parent / "proofcheck" / "kernel"
PLUGIN = "tests.evidence.kernel_mutants"
MEMORY = 4 << 30
SECONDS = 10.0  # of one file, which takes far less
LIMITS = ("MOST", "LONGEST", "LARGEST", "WIDEST")
ALIKE = 6  # files of one kind, which end alike after the same functions, that are replayed
ENDS = ("accepts", "refuses", "tests", "words", "same")
ORDERS = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
TURNED = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
SUMS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A change of one module: its kind, where, and the source it gives. function: the first line of the function, or 0."""

    module: str
    kind: str
    line: int
    function: int
    source: str


def mutants(module: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its lines."""
    tree = ast.parse((KERNEL / f"{module}.py").read_text())
    spans = [(n.lineno, n.end_lineno or 0) for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.Lambda)]
    for place, node in enumerate(ast.walk(tree)):
        for kind, change in _changes(node):
            other = copy.deepcopy(tree)
            change(next(islice(ast.walk(other), place, None)))
            line = getattr(node, "lineno", 0)
            function = max((first for first, last in spans if first <= line <= last), default=0)
            yield Mutant(module, kind, line, function, ast.unparse(ast.fix_missing_locations(other)))


def _changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """(kind, what to do to the same node of a copy)."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "require":
        yield _left_out(node.value.args[0]), lambda n: setattr(n, "value", ast.Constant(None))
    if isinstance(node, ast.If) and any(isinstance(inner, ast.Raise) for inner in node.body):
        yield _left_out(node.test), lambda n: setattr(n, "test", ast.Constant(False))
    if isinstance(node, ast.Compare):
        for k, operation in enumerate(node.ops):
            for table, kind in ((ORDERS, "moved by one"), (TURNED, "turned round")):
                if type(operation) in table:
                    other = table[type(operation)]  # type: ignore[index]
                    yield kind, lambda n, k=k, other=other: n.ops.__setitem__(k, other())
    if isinstance(node, ast.BoolOp):
        for k in range(len(node.values)):
            yield "part left out", lambda n, k=k: n.values.pop(k)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "turned round", lambda n: (setattr(n, "op", ast.Not()), setattr(n, "operand", ast.UnaryOp(ast.Not(), n.operand)))
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SUMS:
        yield "other operation", lambda n: setattr(n, "op", SUMS[type(n.op)]())
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield "other operation", lambda n: setattr(n, "id", NAMES[n.id])
    if isinstance(node, ast.Constant) and type(node.value) is int:
        yield "one more", lambda n: setattr(n, "value", n.value + 1)


def _left_out(condition: ast.expr) -> str:
    """The kind: of a limit on size or work, which takes a large file to reach, or of any other check."""
    names = [node.id for node in ast.walk(condition) if isinstance(node, ast.Name)]
    return "limit left out" if any(name.startswith(LIMITS) for name in names) else "check left out"


class _Served(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serves one module of the kernel from a source given here."""

    def __init__(self, module: str, source: str) -> None:
        self.name, self.source = f"proofcheck.kernel.{module}", source

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return importlib.util.spec_from_loader(name, self, origin="mutant") if name == self.name else None

    def exec_module(self, module: Any) -> None:
        exec(compile(self.source, "mutant", "exec"), module.__dict__)  # noqa: S102 - what this is for


class _TooLongError(BaseException):
    """A mutant that does not end; the kernel turns no such exception into a rejection."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLongError


def _fresh() -> Any:
    """`replay` of the kernel, imported anew."""
    for name in [name for name in sys.modules if name.startswith("proofcheck.kernel")]:
        del sys.modules[name]
    return importlib.import_module("proofcheck.kernel").replay


def outcome(replay: Any, data: bytes) -> tuple[Any, ...]:
    """("proved", what), ("rejected", why) or ("broke", how)."""
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        made = replay(data)
        return (
            "proved",
            made.statement_digest,
            made.network_digest,
            made.sentence,
            made.method,
            made.assumptions,
            str(made.measures),
        )
    except _TooLongError:
        return "broke", "too long"
    except Exception as error:  # noqa: BLE001 - a mutant may raise anything
        if type(error).__name__ != "Rejected":
            return "broke", repr(error)
        return ("broke" if "the check broke down" in str(error) else "rejected"), str(error)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@cache
def corpus(folder: str) -> tuple[tuple[bytes, tuple[Any, ...], frozenset[tuple[str, int]]], ...]:
    """(file, how it ends, the functions that have a part in it: module and first line), the shortest first."""
    signal.signal(signal.SIGALRM, _stop)
    replay, seen = _fresh(), set[CodeType]()

    def profile(frame: FrameType, event: str, argument: Any) -> None:
        seen.add(frame.f_code)

    found, alike = [], Counter[object]()
    for file in sorted(Path(folder).iterdir(), key=lambda file: file.stat().st_size):
        data = file.read_bytes()
        seen.clear()
        sys.setprofile(profile)
        ended = outcome(replay, data)
        sys.setprofile(None)
        here = {code for code in seen if code.co_filename.startswith(str(KERNEL))}
        functions = frozenset((Path(code.co_filename).stem, code.co_firstlineno) for code in here)
        key = ended[0], re.sub(r"[0-9a-f./-]+", "", str(ended[1])) if ended[0] == "rejected" else "", functions
        alike[key] += 1
        if alike[key] <= ALIKE:
            found.append((data, ended, functions))
    return tuple(found)


def tried(mutant: Mutant, folder: str) -> tuple[str, str]:
    """One of ENDS, and how the first file ends that shows it."""
    files = corpus(folder)
    served = _Served(mutant.module, mutant.source)
    sys.meta_path.insert(0, served)
    best, shown = "same", ""
    try:
        replay = _fresh()
        for data, before, functions in files:
            if mutant.function and (mutant.module, mutant.function) not in functions:
                continue
            after = outcome(replay, data)
            if after == before:
                continue
            end = "accepts" if after[0] == "proved" else "refuses" if before[0] == "proved" or after[0] == "broke" else "words"
            if ENDS.index(end) < ENDS.index(best):
                best, shown = end, f"{before[:2]} -> {after[:2]}"
            if end == "accepts" or (end == "refuses" and mutant.kind != "check left out"):
                break
    except Exception as error:  # noqa: BLE001 - the package cannot even be imported
        best, shown = "refuses", repr(error)
    finally:
        sys.meta_path.remove(served)
    if best in ("words", "same") and _fails(mutant):
        return "tests", ""
    return best, shown


def _fails(mutant: Mutant) -> bool:
    """Whether tests that call functions of the module fail with the mutant in its place."""
    own = f"proofcheck.kernel.{mutant.module} "
    calling = [str(file) for file in sorted(TESTS.glob("*/test_*.py")) if own in file.read_text()]
    if not calling:
        return False
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(mutant.source)
        file.flush()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-p",
            "tests.evidence.kernel_mutants",
            *calling,
        ]
        environment = {**os.environ, "MUTANT": f"{mutant.module}:{file.name}"}
        try:
            done = subprocess.run(command, env=environment, cwd=TESTS.parent, capture_output=True, timeout=600, check=False)
        except subprocess.TimeoutExpired:
            return True
    if done.returncode not in (0, 1, 2):  # 1: a test fails, 2: a file of tests cannot be imported; any other is no answer
        raise ProofcheckError(f"pytest ended with {done.returncode}: {done.stdout.decode()[-300:]}")
    return done.returncode != 0


def pytest_configure() -> None:
    """As a plugin: the mutant stands in the place of its module."""
    module, _, path = os.environ["MUTANT"].partition(":")
    sys.meta_path.insert(0, _Served(module, Path(path).read_text()))


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main(arguments: list[str]) -> int:
    """Print the table and what no file tells apart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--corpus", default="")
    parser.add_argument("--kind", default="")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        folder = asked.corpus or made
        Path(folder).mkdir(exist_ok=True)
        if not any(Path(folder).iterdir()):
            command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.evidence.kernel_corpus", "tests/kernel"]
            subprocess.run(command, env={**os.environ, "RECORD": folder}, cwd=KERNEL.parents[1], check=True)
        return judged(asked, folder)


def judged(asked: argparse.Namespace, folder: str) -> int:
    stems = [file.stem for file in sorted(KERNEL.glob("*.py"))]
    modules = [stem for stem in stems if asked.only in stem and stem not in ("__init__", "__main__", "audit")]
    unseen = 0
    print(f"{'module':16}{'kind':18}" + "".join(f"{end:>10}" for end in ENDS), flush=True)
    with ProcessPoolExecutor(asked.workers, initializer=_limited) as pool:
        for module in modules:
            made = [mutant for mutant in mutants(module) if asked.kind in mutant.kind]
            ends = list(pool.map(tried, made, [folder] * len(made)))
            for kind in sorted({mutant.kind for mutant in made}):
                counts = Counter(end for mutant, (end, _) in zip(made, ends, strict=True) if mutant.kind == kind)
                print(f"{module:16}{kind:18}" + "".join(f"{counts[end]:10}" for end in ENDS), flush=True)
            lines = (KERNEL / f"{module}.py").read_text().splitlines()
            for mutant, (end, _) in zip(made, ends, strict=True):
                if end == "same":
                    print(f"    {module}.py:{mutant.line}: {mutant.kind}: {lines[mutant.line - 1].strip()}", flush=True)
                    unseen += mutant.kind == "check left out"
    return int(unseen > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
