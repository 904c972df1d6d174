"""Every door ends in refuted, unrefuted, unknown or an error: some of each kind here, all by `python -m tests.evidence.doors`."""

from __future__ import annotations

import errno
import random
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from proofcheck.catalogue import building
from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.checkers.processes import fence, limited
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.errors import ConstructionError
from tests.power.doors import killing, places, solvers, stored, table
from tests.power.doors.door import PRIVATE_MOUNTS, endings

WHOLE = pytest.mark.skipif(fence.lacks() != "", reason=f"this system lacks {fence.lacks()}")
SLOW = ("hang", "hang_and_ignore")  # each takes the whole time limit: one of them is enough here
PLACES = ("pipe", "base_doubled", "json_on_a_full_disk", "store_on_a_full_disk", "store_is_a_link")


@WHOLE
def test_no_door_leads_to_holds(tmp_path: Path) -> None:
    """Hostile constructions, judged together, so that each is also a neighbour of the others."""
    found = endings(table.SUITE.doors, tmp_path)
    assert {ending.door.name: ending.fault for ending in found if ending.fault} == {}
    assert {ending.code for ending in found} == {65}


@WHOLE
def test_where_another_claim_was_judged_the_report_shows_it(tmp_path: Path) -> None:
    found = endings(table.TOLD.doors, tmp_path)
    assert {ending.door.name: ending.fault for ending in found if ending.fault} == {}


@pytest.mark.parametrize("name", PLACES)
def test_places_that_are_not_what_they_seem(tmp_path: Path, name: str) -> None:
    (place,) = [place for group in table.PLACES.values() for place in group if place.name == name]
    if place.mounts and subprocess.run([*PRIVATE_MOUNTS, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a disk of their own")
    code, said = place.run(tmp_path)
    assert place.fault(code, said) == ""


@pytest.mark.parametrize("solver", [s for s in solvers.SOLVERS if s.name not in SLOW[:1]], ids=lambda s: s.name)
def test_a_solver_that_lies_or_fails(solver: solvers.Solver) -> None:
    finding, _ = solvers.settled(solver)
    assert solvers.fault(solver, finding) == ""


@pytest.mark.parametrize("solver", [s for s in solvers.SOLVERS if s.name.startswith("sat_")], ids=lambda s: s.name)
def test_a_solver_that_lies_refutes_nothing(solver: solvers.Solver) -> None:
    with solvers.replacing_z3(solver):
        assert solvers.smt(solvers.task(false=False), solvers.Budget()).verdict is Verdict.UNKNOWN


def test_what_a_lying_solver_establishes_names_it_and_meets_no_certified_floor() -> None:
    """That a solver lies when it says unsat cannot be seen: so the finding says whom it trusts, and is not certified."""
    (liar,) = [solver for solver in solvers.SOLVERS if solver.name == "unsat"]
    finding, _ = solvers.settled(liar, Strength.ESTABLISHED)
    assert (finding.verdict, finding.strength, finding.trust) == (Verdict.HOLDS, Strength.ESTABLISHED, ("z3 0",))
    finding, _ = solvers.settled(liar, Strength.CERTIFIED)  # where a certificate is looked for, a witness is found instead
    assert (finding.verdict, finding.method) == (Verdict.REFUTED, "lemmas")


@pytest.mark.parametrize("case", stored.STORED, ids=lambda s: s.name)
def test_nothing_false_comes_out_of_the_cache(tmp_path: Path, case: stored.Stored) -> None:
    assert stored.opened(case, tmp_path) is None


def test_what_was_kept_does_come_back(tmp_path: Path) -> None:
    """Else the tests above would show nothing."""
    store = stored.Store(tmp_path / "cache")
    finding = stored.proved().finding
    assert finding is not None
    store.keep(stored.KEY, finding)
    assert stored.recalled(store, stored.proved()) == replace(finding, seconds=round(finding.seconds, 3))
    stored.put(store, stored.KEY, stored.forged(None, Strength.ESTABLISHED))
    assert stored.recalled(store, stored.refuted()) is not None


def test_a_file_exchanged_while_it_is_built_is_seen(project, monkeypatch) -> None:
    """One child reads the file as it was, the other as it is."""
    path, ask = project("parts"), building.ask

    def exchanging(*arguments):
        answer = ask(*arguments)
        if arguments[1].get("again"):
            path.write_text(path.read_text().replace("relu(x)", "relu(2 * x)"))
        return answer

    monkeypatch.setattr(building, "ask", exchanging)
    with pytest.raises(ConstructionError, match=r"its files have changed while it was built: run again|two runs under different"):
        build(discover([path])[0])


def test_a_disk_that_is_full_for_temporary_files_is_an_error(project, monkeypatch) -> None:
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(limited.tempfile, "TemporaryFile", full)
    with pytest.raises(ConstructionError, match="could not be run: No space left on device"):
        build(discover([project("parts")])[0])
    finding = solvers.smt(solvers.task(), solvers.Budget())
    assert (finding.verdict, finding.reason) == (Verdict.UNKNOWN, "the solver could not be run: No space left on device")


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found by /proc")
def test_a_gate_that_is_killed_loses_nothing_and_leaves_nobody(tmp_path: Path) -> None:
    """One kill; `python -m tests.evidence.kills` does 200. Then two gates at once on one cache."""
    ground, draw = killing.ground(tmp_path.resolve()), random.Random(0)
    assert [killing.killed(ground, draw) for _ in range(1)] == [[]]
    assert killing.two_at_once(ground) == []


def test_every_door_has_a_name_of_its_own() -> None:
    names = [door.name for group in table.GROUPS if not group.arguments for door in group.doors]
    others = [place.name for group in table.PLACES.values() for place in group]
    assert len(set(names)) == len(names)
    assert len(set(others)) == len(others)
    assert set(PLACES) <= set(others)
    assert all("met" not in door.ends for group in table.GROUPS for door in group.doors)
    assert places.LONG
