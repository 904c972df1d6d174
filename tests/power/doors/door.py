"""One door: a file or two with a false claim, what they try, and how it must end; and the gate that judges many at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

GATE = Path(__file__).with_name("gate.py")
PRIVATE_MOUNTS = ("unshare", "--map-root-user", "--mount")

FALSE = '''"""OR that is AND: false at (0, 1) and (1, 0)."""
{before}
from proofcheck import *

def build(n):
{inside}
    return network(relu(sum(inputs(n, on=Bits)) - n + 1))

construction = Construction(title="OR that is AND", source=Source("planted fault", fidelity="ours"), build=build, claims={{
    "computes": {claim},
    "depth": Relation(depth == 1, at={at}),
}})
{after}
'''
CLAIM = "Computes(lambda x: x[0] | x[1], on=Bits, at=[2])"


@dataclass(frozen=True)
class Door:
    """name: of the construction file. tried: what the attacker tries. ends: statuses that are right, and words of the reason.

    "met" is right only where another statement was judged than the file seems to make, a true one, and the report shows it.

    before, inside, after: code at the top of the file, in `build`, and at its end. claim, at: the false claim, and the sizes
    of the claim beside it. text: the whole file instead, as text or bytes. files: others beside it, by path from the project.
    """

    name: str
    tried: str
    ends: str = "refuted"
    words: str = ""
    before: str = ""
    inside: str = ""
    after: str = ""
    claim: str = CLAIM
    at: str = "[2]"
    text: str | bytes = ""
    files: Mapping[str, str | bytes] = field(default_factory=dict)

    def write(self, project: Path) -> None:
        """Write the file, and what lies beside it, into the project."""
        inside = "\n".join(f"    {line}" for line in self.inside.split("\n"))
        parts = {"before": self.before, "inside": inside, "after": self.after, "claim": self.claim, "at": self.at}
        text = self.text or FALSE.format(**parts)
        for name, content in {f"constructions/{self.name}.py": text, **self.files}.items():
            path = project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())


@dataclass(frozen=True)
class Ending:
    """How a door ended: the status of the false claim, the reason, the exit code of the gate, and the time in seconds."""

    door: Door
    status: str
    reason: str
    code: int
    seconds: float

    @property
    def fault(self) -> str:
        """Why this is not how the door must end; "" when it is."""
        if self.status not in self.door.ends.split():
            return f"ended in {self.status} ({self.reason}), expected {self.door.ends}"
        if self.door.words not in self.reason:
            return f"said {self.reason!r}, expected {self.door.words!r}"
        return ""


def run_gate(
    project: Path, arguments: Sequence[str] = (), limits: str = "", timeout: float = 900, mounts: str = "", **variables: str
) -> tuple[int, str]:
    """Exit code and output of a gate on the project, in a process of its own.

    limits: "SECONDS MEMORY_MB OUTPUT" of a child. mounts: shell commands that mount file systems, seen by this gate alone.
    """
    command = [sys.executable, "-P", str(GATE), limits, "gate", *arguments]
    if mounts:
        command = [*PRIVATE_MOUNTS, "sh", "-c", f'{mounts} && "$@"; code=$?; ls -A full > listing; exit $code', "sh", *command]
    environment = {**os.environ, "XDG_STATE_HOME": str(project / "state"), "PYTHONHASHSEED": "random", **variables}
    done = subprocess.run(
        command,
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
        errors="replace",
        start_new_session=True,  # a door that stops the gate's group must not stop the tests
    )
    return done.returncode, done.stdout + done.stderr


def endings(doors: Sequence[Door], project: Path, limits: str = "", arguments: Sequence[str] = ()) -> list[Ending]:
    """Judge all doors by one gate, so that each is a hostile neighbour of the others."""
    (project / ".git").mkdir(parents=True, exist_ok=True)
    secret = project / "state" / "proofcheck" / "secret"
    secret.parent.mkdir(parents=True)
    secret.write_bytes(bytes(range(32)))
    for door in doors:
        door.write(project)
    files = {path: path.read_bytes() for path in sorted(project.rglob("*")) if path.is_file()}
    started = monotonic()
    code, said = run_gate(project, ["--json", "evidence.json", *arguments], limits)
    seconds = (monotonic() - started) / max(1, len(doors))
    changed = [str(path.relative_to(project)) for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    changed += ["a file of the project was run outside"] * (project / "was_run").exists()
    if changed:
        return [Ending(door, "changed", ", ".join(changed), code, seconds) for door in doors]
    try:
        evidence = json.loads((project / "evidence.json").read_text())["evidence"]
    except OSError:
        return [Ending(door, "error", " ".join(said.split()), code, seconds) for door in doors]
    return [_ending(door, [e for e in evidence if e["construction"] == door.name], code, seconds) for door in doors]


def _ending(door: Door, entries: Sequence[Mapping[str, object]], code: int, seconds: float) -> Ending:
    """The best that is said of the false claim, so that one size of it that holds does not hide among others."""
    found = [(_status(e), _reason(e)) for e in entries if e["claim"] in ("computes", "")]
    order = ("met", "unrefuted", "weaker", "unknown", "error", "fault", "refuted")
    status, reason = min(found, key=lambda pair: order.index(pair[0]), default=("nothing", "the gate says nothing of it"))
    return Ending(door, status, reason, code, seconds)


def _status(entry: Mapping[str, object]) -> str:
    status, finding = str(entry["status"]), entry["finding"]
    if isinstance(finding, dict) and finding["verdict"] == "unrefuted":
        return "unrefuted"
    return {"bad_input": "error"}.get(status, status)


def _reason(entry: Mapping[str, object]) -> str:
    finding = entry["finding"]
    said = f"{finding['verdict']} by {finding['method']} {finding['reason']}" if isinstance(finding, dict) else ""
    judged = f"judged: {entry['sentence']}" if entry["status"] == "met" else ""
    return " ".join(f"{entry['problem']} {said} {judged}".split())
