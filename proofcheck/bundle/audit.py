"""Audit of an evidence bundle: the kernel replays every certified entry, and nothing in the bundle is believed.

Standard library only, and no other part of proofcheck: the kernel is given as an argument. A copy of this folder lies in
each bundle beside a copy of the kernel, so `python -I -S F.bundle` audits it offline on a bare interpreter; whoever does
not trust the copies runs the same code and kernel from a checkout of their own. A bundle is a file or the folder that it
was unpacked to. The audit ends at the first thing that is wrong, so its time is that of the certificates that are right.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from .archive import LARGEST_FILE, LARGEST_MEMBER, MOST_MEMBERS, BadArchive, read_archive

USAGE = "usage: python -S -m proofcheck.bundle BUNDLE...   (or python -I -S BUNDLE, by the kernel in the bundle)"
EVIDENCE, SOURCES, START, README = "evidence.json", "sources.json", "__main__.py", "README.txt"
LONGEST_JSON = 1 << 26
LONGEST_LINE = 100_000  # characters of a sentence that are shown
HEX = set("0123456789abcdef")
NAMES = ("construction", "claim", "size", "network", "statement")

Read = Callable[[str, int], bytes]  # raises BadBundle for a member of more bytes than that


class BadBundle(Exception):
    """A bundle that proves less than it says: one sentence saying what was found."""


class Proof(NamedTuple):
    """What the kernel found proved by one certificate, the statement by SHA-256 without the network."""

    network: str
    statement: str
    sentence: str
    method: str
    seconds: float


@dataclass(frozen=True)
class Bundle:
    """The members of a bundle by name, and how one of at most so many bytes is read."""

    names: tuple[str, ...]
    limited: Read

    def read(self, name: str, most: int = LARGEST_MEMBER) -> bytes:
        """The bytes of a member. Raises BadBundle for more than `most`, before they are taken."""
        return self.limited(name, most)


def main(arguments: list[str], kernel: ModuleType) -> int:
    """Audit each bundle. The largest exit code: 0 all certified entries replayed, 4 there were none, 65 rejected, 64 usage."""
    if not arguments or any(argument.startswith("-") for argument in arguments):
        asked = arguments in (["-h"], ["--help"])
        print(USAGE, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 64
    return max(audit(path, kernel) for path in arguments)


def audit(path: str, kernel: ModuleType) -> int:
    """Audit one bundle, and print each claim with the kernel's own sentence. Returns 0, 4 or 65."""
    try:
        bundle = open_bundle(path)
        proofs = _Proofs(bundle, kernel)
        counts = Counter(_claim(item, proofs) for item in _entries(bundle))
        proofs.check_all_used()
        _check_sources(bundle)
        print(f"kernel: {_kernel_words(bundle, kernel)}")
        rest = ", ".join(f"{count} {words}" for words, count in sorted(counts.items()) if words != "certified")
        print(f"{path}: {counts['certified']} certified, each replayed just now" + (f"; not replayed: {rest}" if rest else ""))
        if not counts["certified"]:
            print(f"{path}: nothing in it is certified, so nothing was checked", file=sys.stderr)
            return 4
        return 0
    except (BadBundle, BadArchive) as error:
        reason = str(error)
    except OSError as error:
        reason = f"it cannot be read: {error.strerror or error}"
    except (MemoryError, RecursionError) as error:
        reason = f"the audit broke down with {type(error).__name__}"
    print(f"{path}: rejected: {_line(reason)}", file=sys.stderr)
    return 65


def is_bundle(path: str) -> bool:
    """Whether a path is a folder, or a file that begins as bundles do; False for what cannot be read."""
    try:
        if os.path.isdir(path):
            return True
        with open(path, "rb") as file:
            return file.read(4) == b"PK\3\4"
    except OSError:
        return False


def open_bundle(path: str) -> Bundle:
    """The bundle in a file or in the folder that it was unpacked to. Raises OSError, BadArchive or BadBundle."""
    if os.path.isdir(path):
        files = {file.relative_to(path).as_posix(): file for file in islice(_below(Path(path)), MOST_MEMBERS + 1)}
        if len(files) > MOST_MEMBERS:
            raise BadBundle(f"the folder holds more than {MOST_MEMBERS} files, which no bundle does")
        return Bundle(tuple(sorted(files)), lambda name, most: _plain(files[name], f"its {name}", most))
    members = read_archive(_plain(Path(path), "the file", LARGEST_FILE))
    for name in members:
        known = name in (EVIDENCE, SOURCES, START, README) or name.startswith(("certificates/", "sources/", "kernel/", "bundle/"))
        if not known:
            raise BadBundle(f"it holds {name}, which belongs in no bundle")

    def inflated(name: str, most: int) -> bytes:
        _limit(f"its {name}", members[name].size, most)
        return members[name].data()

    return Bundle(tuple(members), inflated)


class _Proofs:
    """The certificates of a bundle, replayed when they are asked for, each once."""

    def __init__(self, bundle: Bundle, kernel: ModuleType) -> None:
        self.bundle, self.kernel, self.known = bundle, kernel, dict[str, Proof]()

    def __getitem__(self, digest: str) -> Proof:
        if digest not in self.known:
            name = f"certificates/{digest}.cert"
            if name not in self.bundle.names:
                raise BadBundle(f"the certificate {digest} is not in it")
            data = self.bundle.read(name)
            if sha256(data).hexdigest() != digest:
                raise BadBundle(f"{name} does not have the SHA-256 of its name")
            self.known[digest] = self._replayed(data, digest)
        return self.known[digest]

    def check_all_used(self) -> None:
        for name in self.bundle.names:
            if name.startswith("certificates/") and name[len("certificates/") :].removesuffix(".cert") not in self.known:
                raise BadBundle(f"no certified entry names {name}")

    def _replayed(self, data: bytes, digest: str) -> Proof:
        begin = time.perf_counter()
        try:
            proved = self.kernel.replay(data)
        except self.kernel.Rejected as error:
            raise BadBundle(f"the kernel rejects the certificate {digest}: {error}") from None
        if proved.assumptions:
            raise BadBundle(f"the certificate {digest} rests on assumptions, so nothing is certified by it")
        said = {key: value for key, value in proved.statement.items() if key != "network"}
        statement = sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
        return Proof(proved.network_digest, statement, proved.sentence, proved.method, time.perf_counter() - begin)


def _entries(bundle: Bundle) -> list[dict[str, Any]]:
    """The entries of the evidence, with every part that the audit reads in its right form, each claim and size once."""
    data = _json(bundle, EVIDENCE)
    try:
        if data["format"] != "proofcheck-evidence":
            raise ValueError
        found = [_checked(item) for item in data["evidence"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadBundle("its evidence.json is not what `proofcheck gate` writes") from None
    names = [(item["construction"], item["claim"], item["size"]) for item in found if item["claim"]]
    if len(set(names)) < len(names):
        raise BadBundle("its evidence speaks of one claim at one size twice")
    return found


def _checked(item: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError, KeyError or TypeError."""
    finding = item["finding"]
    texts = [item[name] for name in (*NAMES, "problem")]
    if finding is not None:
        texts += [finding[name] for name in ("verdict", "method", "reason")] + [*finding["trust"], *finding["assumptions"]]
        texts += [finding[name] for name in ("strength", "certificate") if finding[name] is not None]
        if type(finding["trust"]) is not list or type(finding["assumptions"]) is not list:
            raise TypeError
    if not all(type(text) is str for text in texts):
        raise TypeError
    return item


def _claim(item: dict[str, Any], proofs: _Proofs) -> str:
    """Print one claim; how it stands, in words that can be counted."""
    name = "::".join(part for part in (item["construction"], item["claim"]) if part)
    print(_line(f"{name} [{item['size']}]" if item["size"] else name))
    finding = item["finding"]
    if finding is None:
        print(_line(f"  not replayed: it was not judged, {item['problem']}"))
        return "not judged"
    verdict, strength, method = finding["verdict"], finding["strength"], finding["method"]
    if strength == "certified":
        digest = finding["certificate"]
        if verdict != "holds" or digest is None or len(digest) != 64 or not set(digest) <= HEX or finding["assumptions"]:
            raise BadBundle(f"{name} is called certified, but not as a gate writes it: {verdict}, certificate {digest}")
        proof = proofs[digest]
        for what, proved in (("network", proof.network), ("statement", proof.statement)):
            if item[what] != proved:
                raise BadBundle(f"{name} [{item['size']}]: its certificate is about another {what}, {proved}, not {item[what]}")
        print(_line(f"  certified: {proof.sentence}"))
        print(f"    by {proof.method} in {proof.seconds:.2f} s, network {proof.network[:16]}, certificate {digest[:16]}")
        return "certified"
    words = strength if verdict == "holds" and strength else verdict
    assuming = [f"assuming {text}" for text in finding["assumptions"]]
    trusting = [f"trusting {', '.join(finding['trust'])}"] if finding["trust"] else []
    because = [f"because {finding['reason']}"] if verdict == "unknown" else []
    by = [] if verdict == "unknown" else [f"by {method}"]
    print(_line(f"  not replayed: {', '.join([words, *by, *trusting, *assuming, *because])}"))
    return words if words in ("established", "refuted", "unrefuted", "unknown") else "of another kind"


def _check_sources(bundle: Bundle) -> None:
    """The sources that are listed are there with their SHA-256, and no others. That they say what is claimed, nobody checks."""
    listed = set()
    try:
        for files in _json(bundle, SOURCES).values():
            for entry in files:
                if entry["member"] not in bundle.names or sha256(bundle.read(entry["member"])).hexdigest() != entry["sha256"]:
                    raise BadBundle(f"the source {entry['member']} is not in it, or not with the SHA-256 that is listed")
                listed.add(entry["member"])
    except (KeyError, TypeError, AttributeError):
        raise BadBundle("its sources.json is not what `proofcheck gate` writes") from None
    for name in bundle.names:
        if name.startswith("sources/") and name not in listed:
            raise BadBundle(f"the source {name} is not listed in sources.json")


def _kernel_words(bundle: Bundle, kernel: ModuleType) -> str:
    """Which kernel replayed: the SHA-256 of its files, and whether the bundle holds the same."""
    own = kernel_digest({name[len("kernel/") :]: bundle.read(name) for name in bundle.names if name.startswith("kernel/")})
    folder = Path(str(kernel.__file__)).parent
    if not folder.is_dir():
        return f"{own}, the copy in the bundle"
    used = kernel_digest({file.name: file.read_bytes() for file in folder.glob("*.py")})
    return f"{used}, from {folder}; the copy in the bundle is {'the same' if used == own else f'another, {own}'}"


def kernel_digest(files: Mapping[str, bytes]) -> str:
    """One SHA-256 for the Python files of a kernel."""
    lines = [f"{name} {sha256(data).hexdigest()}\n" for name, data in sorted(files.items()) if name.endswith(".py")]
    return sha256("".join(lines).encode()).hexdigest()


def _json(bundle: Bundle, name: str) -> Any:
    """A member as JSON data, which must be written as the gate writes it: sorted and distinct keys."""
    if name not in bundle.names:
        raise BadBundle(f"it holds no {name}")
    data = bundle.read(name, LONGEST_JSON)
    try:
        value = json.loads(data)
        written = json.dumps(value, indent=1, sort_keys=True) + "\n"
    except (ValueError, RecursionError):
        raise BadBundle(f"its {name} is not JSON, or nested too deeply") from None
    if written.encode() != data:
        raise BadBundle(f"its {name} is not written as the gate writes it: sorted and distinct keys, one space of indentation")
    return value


def _below(folder: Path) -> Iterable[Path]:
    """The plain files below a folder."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (Path(place) / name for name in files if not (Path(place) / name).is_symlink())


def _plain(path: Path, what: str, most: int) -> bytes:
    """The bytes of a plain file of at most so many. Raises OSError, and BadBundle for a pipe, a device or more bytes."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise BadBundle(f"{what} is no plain file")
        _limit(what, status.st_size, most)
        return file.read(most)


def _limit(what: str, size: int, most: int) -> None:
    if size > most:
        raise BadBundle(f"{what} has {size} bytes, at most {most} are read")


def _line(text: str) -> str:
    """The text on one line of plain ASCII: it steers no terminal, and every terminal can show it."""
    return "".join(c if " " <= c <= "~" else "?" for c in text[:LONGEST_LINE]) + (" ..." if len(text) > LONGEST_LINE else "")
