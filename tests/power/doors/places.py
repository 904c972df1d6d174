"""Places that are not what a gate expects: files that are no files, caches and disks that cannot be written, forged bases."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.power.doors.door import CLAIM, FALSE, run_gate
from tests.power.doors.neighbours import TRUE

TEXT = FALSE.format(before="", inside="    ...", after="", claim=CLAIM, at="[2]")


@dataclass(frozen=True)
class Place:
    """A project with a true construction, and with a false one where the place is about judging.

    prepare: makes the place, and may return arguments of the gate. code: the exit code. words: of what is said. mounts: as in
    `run_gate`. after: raises AssertionError when something is there that should not be.
    """

    name: str
    tried: str
    prepare: Callable[[Path], Sequence[str] | None]
    code: int
    words: str = ""
    false: bool = False
    mounts: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    after: Callable[[Path], None] = lambda project: None

    def run(self, project: Path) -> tuple[int, str]:
        """Exit code and output of the gate in this place, words separated by single spaces."""
        for name, text in {"true": TRUE, **({"false": TEXT} if self.false else {})}.items():
            path = project / "constructions" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (project / ".git").mkdir()
        (project / "full").mkdir()
        arguments = self.prepare(project) or ()
        variables = {name: value.format(project=project) for name, value in self.variables.items()}
        code, said = run_gate(project, arguments, mounts=self.mounts, **variables)
        self.after(project)
        return code, " ".join(said.split())

    def fault(self, code: int, said: str) -> str:
        """Why this is not how the place must end; "" when it is."""
        wrong = code != self.code or self.words not in said or "ok computes: holds" in said.partition("true")[0]
        return f"exit {code}, expected {self.code} and {self.words!r}: {said}" if wrong else ""


def made(name: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Make something at a path below the project."""

    def prepare(project: Path) -> None:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)

    return prepare


def written(text: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(text if isinstance(text, bytes) else text.encode())


def linked(target: str) -> Callable[[Path], object]:
    return lambda path: path.symlink_to(target)


def based(text: str | bytes) -> Callable[[Path], Sequence[str]]:
    """A base with this content."""

    def prepare(project: Path) -> Sequence[str]:
        (project / "base.json").write_bytes(text if isinstance(text, bytes) else text.encode())
        return ["--base", "base.json"]

    return prepare


def huge_base(project: Path) -> Sequence[str]:
    with open(project / "base.json", "wb") as file:
        os.truncate(file.fileno(), 2**33)
    return ["--base", "base.json"]


def changed_base(change: Callable[[str], str]) -> Callable[[Path], Sequence[str]]:
    """A base that the gate wrote about this project, changed."""

    def prepare(project: Path) -> Sequence[str]:
        run_gate(project, ["--json", "base.json"])
        text = (project / "base.json").read_text()
        assert change(text) != text
        return based(change(text))(project)

    return prepare


def claims_more(text: str) -> str:
    """Says that all was certified, and that a claim more was made."""
    data = json.loads(text)
    for entry in data["evidence"]:
        if entry["finding"]:
            entry["finding"] |= {"verdict": "holds", "strength": "certified", "witness": None}
    data["evidence"].append(data["evidence"][0] | {"claim": "more"})
    return json.dumps(data)


def claims_less(text: str) -> str:
    """Says that nothing was ever claimed of the false construction but a size."""
    data = json.loads(text)
    data["evidence"] = [entry for entry in data["evidence"] if entry["claim"] == "depth"]
    return json.dumps(data)


def nothing_left(project: Path) -> None:
    """Nothing half-written on the disk that was full."""
    listing = project / "listing"
    assert not listing.exists() or listing.read_text().split() in ([], ["filler"])


FULL = f"mount -t tmpfs -o size=64k none full && (head -c 200000 /dev/zero > full/filler; true) 2> {os.devnull}"
READ_ONLY = "mount -t tmpfs -o ro none full"
NO_BASE = "this is not an evidence file: give what `proofcheck gate --json` wrote"
HELD = "ok computes: holds for all inputs in {0,1}^2"


NUMBERS = '''"""Numbers of 6 * 10^8 bits, and no end of multiplying."""
from proofcheck import *
def build(n):
    y = inputs()
    for _ in range(3000):
        y = relu(y * 2**200000)
    return network([y])
construction = Construction(title="long", source=Source("planted fault", fidelity="ours"), build=build, claims={
    "computes": Computes(lambda x: [maximum(x, 0)], on=Reals, at=[1]), "depth": Relation(depth == 1, at=[1])})
'''


def linked_out(project: Path) -> None:
    (project / "aside.py").write_text(TEXT)
    (project / "constructions" / "out.py").symlink_to("../aside.py")


def numbers(project: Path) -> Sequence[str]:
    """A false claim about numbers that nobody can hold, and a budget for the gate."""
    (project / "constructions" / "numbers.py").write_text(NUMBERS)
    return ["constructions/numbers.py", "--budget", "20s"]


LONG = (Place("numbers_without_end", "a network whose numbers grow without end, and a budget", numbers, 3, "the budget of 20 s"),)
FILES = (
    Place(
        "two_of_one_name",
        "two files with one name",
        made("constructions/a/true.py", written(TEXT)),
        65,
        "two constructions are called true",
    ),
    Place(
        "name_with_a_line",
        "a name with a line break",
        made("constructions/a\nexit 0: every floor is met.py", written(TEXT)),
        65,
        "cannot name a construction",
    ),
    Place(
        "name_with_an_escape", "a name that moves the cursor", made("constructions/a\x1b[2K.py", written(TEXT)), 65, "cannot name"
    ),
    Place(
        "name_that_looks_alike",
        "a name in other letters that look alike",
        made("constructions/tru\u0435.py", written(TEXT)),
        65,
        "cannot name",
    ),
    Place(
        "pipe", "a pipe in place of a file", made("constructions/pipe.py", os.mkfifo), 65, "this is a folder, a pipe or a device"
    ),
    Place(
        "device",
        "a link to a device",
        made("constructions/zero.py", linked("/dev/zero")),
        65,
        "this is a folder, a pipe or a device",
    ),
    Place(
        "folder",
        "a folder called like a file",
        made("constructions/folder.py", os.mkdir),
        65,
        "this is a folder, a pipe or a device",
    ),
    Place(
        "linked_folder",
        "a folder that would be passed over, for it is a link",
        made("constructions/more", linked("../full")),
        65,
        "this is a link to a folder",
    ),
    Place("dangling_link", "a link to nothing", made("constructions/gone.py", linked("nowhere.py")), 65, "No such file"),
    Place("link_to_itself", "a link to itself", made("constructions/round.py", linked("round.py")), 65, ""),
    Place(
        "link_out",
        "a link to a false one elsewhere",
        linked_out,
        1,
        "REFUTED computes",
    ),
)
BASES = (
    Place("base_truncated", "a base that is cut", based('{"format": "proofcheck-evidence", "version": 3, "evid'), 65, NO_BASE),
    Place("base_empty", "an empty base", based(b""), 65, NO_BASE),
    Place("base_of_bytes", "a base of random bytes", based(bytes(range(256))), 65, NO_BASE),
    Place("base_deep", "a base of lists in lists", based("[" * 10**6), 65, NO_BASE),
    Place("base_huge", "a base of 8 GiB", huge_base, 65, "has more than 268435456 bytes"),
    Place(
        "base_of_nothing",
        "a base that speaks of no claim",
        based('{"format": "proofcheck-evidence", "version": 3, "evidence": []}'),
        65,
        "no claim",
    ),
    Place(
        "base_doubled",
        "a base with a key twice",
        changed_base(lambda text: text.replace('"floor":', '"floor": "unrefuted", "floor":')),
        65,
        NO_BASE,
    ),
    Place("base_that_claims_more", "a base forged to claim more", changed_base(claims_more), 2, "weaker than the base"),
    Place(
        "base_that_claims_less",
        "a base forged to claim less of a false claim",
        changed_base(claims_less),
        1,
        "REFUTED computes",
        false=True,
    ),
)
OUTPUTS = (
    Place("json_on_a_full_device", "--json /dev/full", lambda _: ["--json", "/dev/full"], 65, "No space left"),
    Place("json_into_a_folder", "--json with the path of a folder", lambda _: ["--json", "constructions"], 65, "Is a directory"),
    Place(
        "json_nowhere",
        "--json in a folder that does not exist",
        lambda _: ["--json", "no/where"],
        64,
        "its folder does not exist",
    ),
    Place(
        "json_on_a_full_disk",
        "--json on a full disk",
        lambda _: ["--json", "full/e.json"],
        65,
        "No space left",
        mounts=FULL,
        after=nothing_left,
    ),
    Place(
        "junit_on_a_full_disk",
        "--junit on a full disk",
        lambda _: ["--junit", "full/e.xml"],
        65,
        "No space left",
        mounts=FULL,
        after=nothing_left,
    ),
    Place(
        "sarif_on_a_full_disk",
        "--sarif on a full disk",
        lambda _: ["--sarif", "full/e.sarif"],
        65,
        "No space left",
        mounts=FULL,
        after=nothing_left,
    ),
    Place(
        "json_where_none_may_write",
        "--json on a read-only disk",
        lambda _: ["--json", "full/e.json"],
        65,
        "Read-only file system",
        mounts=READ_ONLY,
        after=nothing_left,
    ),
)
STORES = (
    Place("store_is_a_file", "a file in place of the cache", made(".proofcheck", written("")), 1, HELD, True),
    Place("store_is_a_pipe", "a pipe in place of the cache", made(".proofcheck", os.mkfifo), 1, HELD, True),
    Place(
        "store_is_a_dangling_link",
        "a link to nothing in place of the cache",
        made(".proofcheck", linked("nowhere/else")),
        1,
        HELD,
        True,
    ),
    Place(
        "store_is_a_link", "a link to the user's files in place of the cache", made(".proofcheck", linked("state")), 1, HELD, True
    ),
    Place(
        "store_on_a_full_disk",
        "a cache on a full disk",
        made(".proofcheck", os.mkdir),
        1,
        HELD,
        True,
        mounts=FULL.replace("full", ".proofcheck"),
    ),
    Place(
        "store_is_read_only",
        "a read-only cache",
        made(".proofcheck", os.mkdir),
        1,
        HELD,
        True,
        mounts=READ_ONLY.replace("full", ".proofcheck"),
    ),
    Place("secret_is_empty", "an empty secret", made("state/proofcheck/secret", written(b"")), 1, HELD, True),
    Place("secret_is_a_folder", "a folder in place of the secret", made("state/proofcheck/secret", os.mkdir), 1, HELD, True),
    Place(
        "no_home",
        "no home, and no place for a secret",
        lambda _: None,
        1,
        HELD,
        True,
        variables={"HOME": "", "XDG_STATE_HOME": "state"},
    ),
    Place(
        "temporary_disk_full",
        "no space in TMPDIR",
        lambda _: None,
        1,
        HELD,
        True,
        mounts=FULL,
        variables={"TMPDIR": "{project}/full"},
    ),
    Place(
        "temporary_disk_read_only",
        "a read-only TMPDIR",
        lambda _: None,
        1,
        HELD,
        True,
        mounts=READ_ONLY,
        variables={"TMPDIR": "{project}/full"},
    ),
)
