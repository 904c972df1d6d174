"""Constructions as pytest items: every claim at every size is one test. Cheap to import; nothing else of pytest changes.

A file is collected when it lies below the folder given with `--proofcheck PATH`, or in a folder called `constructions`
and ends with a `construction` of this package. It is never imported in pytest's own process.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from proofcheck.claims.judged import Evidence
    from proofcheck.gate.plan import Case

FOLDER = "constructions"
STRENGTHS = ("certified", "established", "unrefuted")
SUBJECT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MARK = re.compile(r"^construction\b[^=\n]*=", re.MULTILINE)


class ClaimNotMet(AssertionError):
    """A claim below its floor; the evidence is its argument."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --proofcheck."""
    group = parser.getgroup("proofcheck")
    group.addoption("--proofcheck", action="append", default=[], metavar="PATH", help="collect the constructions below PATH")


def pytest_configure(config: pytest.Config) -> None:
    """Make the strengths known as marks: `-m certified` takes the claims whose floor that is. Refuses a PATH that is nowhere."""
    for given, path in zip(config.getoption("--proofcheck"), _given(config), strict=True):
        if not path.exists():
            raise pytest.UsageError(f"--proofcheck {given}: there is no such file or folder")
    for strength in STRENGTHS:
        config.addinivalue_line("markers", f"{strength}: a claim of a construction with the floor {strength}")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a construction file."""
    return ConstructionItems.from_parent(parent, path=file_path) if _is_construction(file_path, parent.config) else None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Keep pytest from importing a construction file that is named on its command line."""
    return Nothing.from_parent(parent, path=module_path) if _is_construction(module_path, parent.config) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the whole evidence when `assert check(...)` fails: pytest itself cuts it short."""
    report = yield
    judged = sys.modules.get("proofcheck.claims.judged")
    if judged is not None and call.excinfo is not None and call.excinfo.errisinstance(AssertionError):
        values = call.excinfo.traceback[-1].frame.f_locals.items()
        shown = [value for name, value in values if name.startswith("@py_assert") and isinstance(value, judged.Evidence)]
        report.sections += [("proofcheck", repr(evidence)) for evidence in shown if not evidence]
    return report


class Nothing(pytest.File):
    """A file that is collected elsewhere."""

    def collect(self) -> Iterator[pytest.Item]:
        return iter(())


class ConstructionItems(pytest.File):
    """The claims of one construction file. Its networks are built when the first claim runs, those that will run only."""

    cases: dict[str, Case] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        from proofcheck.catalogue.discovery import discover
        from proofcheck.catalogue.listing import described
        from proofcheck.errors import ProofcheckError

        try:
            description = described(discover([self.path])[0])
        except ProofcheckError as error:
            raise self.CollectError(str(error)) from None
        for claim in description.claims:
            for size in claim.sizes:
                name = f"{claim.name}[{size.replace(' ', '')}]"
                item = ClaimItem.from_parent(self, name=name, claim=claim.name, size=size)
                for mark in (claim.floor.name.lower(), *self._subjects()):
                    item.add_marker(getattr(pytest.mark, mark))
                yield item

    def _subjects(self) -> list[str]:
        """The folders between that of all constructions and the file, as far as they are names: marks, made known here."""
        folders = [part for part in self.path.parent.parts[_depth(self.path, self.config) :] if SUBJECT.fullmatch(part)]
        for folder in folders:
            self.config.addinivalue_line("markers", f"{folder}: a claim of a construction in a folder of this name")
        return folders

    def case(self, item: ClaimItem) -> Case:
        """The built case of an item."""
        from proofcheck.catalogue.building import build
        from proofcheck.catalogue.discovery import discover
        from proofcheck.gate.plan import cases_of

        if self.cases is None:
            mine = [i for i in self.session.items if isinstance(i, ClaimItem) and i.parent is self] or [item]
            claims, labels = sorted({i.claim for i in mine}), sorted({i.size for i in mine})
            built = build(discover([self.path])[0], claims, labels)
            self.cases = {f"{case.job.claim}[{case.job.size}]": case for case in cases_of(built)}
        return self.cases[f"{item.claim}[{item.size}]"]


class ClaimItem(pytest.Item):
    """One claim at one size."""

    def __init__(self, *, claim: str, size: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.claim, self.size = claim, size

    def runtest(self) -> None:
        from proofcheck.catalogue.store import local_store
        from proofcheck.checkers.task import Budget
        from proofcheck.gate.judging import judge

        assert isinstance(self.parent, ConstructionItems)
        evidence = judge(self.parent.case(self), Budget(), local_store())
        if not evidence:
            raise ClaimNotMet(evidence)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        from proofcheck.errors import ProofcheckError

        if isinstance(excinfo.value, ClaimNotMet):
            evidence: Evidence = excinfo.value.args[0]
            return repr(evidence)
        return str(excinfo.value) if isinstance(excinfo.value, ProofcheckError) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, self.name


def _depth(path: Path, config: pytest.Config) -> int:
    """How many parts of the path lead to the folder of all constructions: one given by --proofcheck, or called so."""
    for root in _given(config):
        if root in path.parents:
            return len(root.parts)
    parts = path.parent.parts
    return max((i + 1 for i, part in enumerate(parts) if part == FOLDER), default=len(parts))


def _given(config: pytest.Config) -> list[Path]:
    return [(config.invocation_params.dir / root).resolve() for root in config.getoption("--proofcheck")]


def _is_construction(path: Path, config: pytest.Config) -> bool:
    if path.suffix != ".py" or path.name.startswith(("_", ".")):
        return False
    if any(root == path or root in path.parents for root in _given(config)):
        return True
    if not any(parent.name == FOLDER for parent in path.parents if config.rootpath in (parent, *parent.parents)):
        return False
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "proofcheck" in text and MARK.search(text) is not None
