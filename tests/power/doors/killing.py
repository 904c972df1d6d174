"""Gates that are killed at random moments, and gates that share a cache: the next one finds what a fresh one finds."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from proofcheck.catalogue.store import Store
from tests.power.doors.door import CLAIM, FALSE, GATE, run_gate
from tests.power.doors.neighbours import TRUE

PATIENCE = 30  # seconds until a process that still runs counts as one that nobody ends
MAXIMUM = """
from proofcheck import *
def build(n):
    x = inputs(n)
    return network(x[0] + sum(relu(b - x[0]) for b in x[1:]))
construction = Construction(title="Maximum of two", source=Source("planted", fidelity="ours"), build=build, claims={
    "computes": Computes(lambda x: maximum(*x), on=Reals, at=[2]), "depth": Relation(depth == 1, at=[2, 3])})
"""
Verdicts = list[tuple[str, ...]]


@dataclass(frozen=True)
class Ground:
    """A project with three constructions, one of them false; what a fresh gate says of it, and how long that takes."""

    project: Path
    verdicts: Verdicts
    seconds: float


def ground(project: Path) -> Ground:
    """Write the project and judge it once. The secret and the cache are made by that gate."""
    (project / "constructions").mkdir(parents=True)
    (project / ".git").mkdir()
    false = FALSE.format(before="", inside="    ...", after="", claim=CLAIM, at="[2]")
    for name, text in {"true": TRUE, "false": false, "maximum": MAXIMUM}.items():
        (project / "constructions" / f"{name}.py").write_text(text)
    started = time.monotonic()
    return Ground(project, verdicts(project), time.monotonic() - started)


def verdicts(project: Path, arguments: Sequence[str] = (), name: str = "evidence.json") -> Verdicts:
    """What a whole gate says now, and its exit code."""
    code, said = run_gate(project, ["--json", name, *arguments])
    assert (project / name).exists(), said
    return [(str(code),), *read_verdicts(project / name)]


def read_verdicts(file: Path) -> Verdicts:
    evidence = json.loads(file.read_text())["evidence"]
    return [
        (e["construction"], e["claim"], e["size"], e["status"], str(e["finding"] and e["finding"]["strength"])) for e in evidence
    ]


def killed(ground: Ground, draw: random.Random) -> list[str]:
    """Kill one gate at a random moment by SIGKILL, and let another run after it: what went wrong, nothing if all is well.

    Half of the gates begin with an empty cache, so that they write it; half judge in two processes.
    """
    project = ground.project
    if draw.random() < 0.5:
        for file in kept(project):
            file.unlink()
    before = {file: file.read_bytes() for file in kept(project)}
    command = [sys.executable, "-P", str(GATE), "", "gate", "--json", "killed.json", *draw.choice([[], ["-j", "2"]])]
    (project / "killed.json").unlink(missing_ok=True)
    environment = {**os.environ, "XDG_STATE_HOME": str(project / "state")}
    gate = subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(draw.uniform(0, 1.1 * ground.seconds))
    gate.send_signal(signal.SIGKILL)
    gate.wait()
    wrong = [f"a process was left: {process}" for process in left(project)]
    wrong += [f"{file.name} was lost" for file, data in before.items() if not file.exists() or file.read_bytes() != data]
    wrong += broken(project)
    if (project / "killed.json").exists() and read_verdicts(project / "killed.json") != ground.verdicts[1:]:
        wrong.append("the evidence of the gate that was killed is not whole")
    found = verdicts(project)
    return wrong + [f"the next gate found {found}"] * (found != ground.verdicts)


def kept(project: Path) -> list[Path]:
    """Findings, certificates and failures in the cache."""
    folders = (project / ".proofcheck" / part for part in ("findings", "certificates", "failures"))
    return sorted(file for folder in folders for file in folder.rglob("*.*"))


def broken(project: Path) -> list[str]:
    """The entries that are not whole, whatever a gate would make of them."""
    store, wrong = Store(project / ".proofcheck"), []
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(project / "state")
    try:
        for file in kept(project):
            whole = (
                hashlib.sha256(file.read_bytes()).hexdigest() == file.stem
                if file.suffix == ".cert"
                else store.recall_file(str(file.relative_to(store.folder)))
                if "failures" in file.parts
                else store._read(file, file.stem)
            )
            wrong += [] if whole else [f"{file.name} is not whole"]
    finally:
        if before is None:
            del os.environ["XDG_STATE_HOME"]
        else:
            os.environ["XDG_STATE_HOME"] = before
    return wrong


def left(project: Path) -> list[str]:
    """The processes that still work in the project after a while."""
    end = time.monotonic() + PATIENCE
    while found := working(project):
        if time.monotonic() > end:
            return found
        time.sleep(0.05)
    return []


def working(project: Path) -> list[str]:
    """The processes whose working folder is the project, as "number command"; on Linux only."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.joinpath("cwd").resolve() == project.resolve() and process.joinpath("cmdline").read_bytes():
                found.append(f"{process.name} {process.joinpath('comm').read_text().strip()}")
        except OSError:
            continue  # it has just ended, or is somebody else's
    return found


def two_at_once(ground: Ground) -> list[str]:
    """Two gates at once on an empty cache, and a third after them: what went wrong."""
    project = ground.project
    for file in kept(project):
        file.unlink()
    environment = {**os.environ, "XDG_STATE_HOME": str(project / "state")}
    command = [sys.executable, "-P", str(GATE), "", "gate", "--json"]
    gates = [subprocess.Popen([*command, f"{i}.json"], cwd=project, env=environment, stdout=subprocess.DEVNULL) for i in range(2)]
    codes = [str(gate.wait()) for gate in gates]
    found = [[(code,), *read_verdicts(project / f"{i}.json")] for i, code in enumerate(codes)] + [verdicts(project)]
    recalled = [e["recalled"] for e in json.loads((project / "evidence.json").read_text())["evidence"] if e["status"] == "met"]
    wrong = [f"a gate found {one}" for one in found if one != ground.verdicts] + broken(project)
    return wrong + ["the third gate did not recall what the two have kept"] * (not all(recalled))
