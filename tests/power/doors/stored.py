"""Certificates and entries of the cache that are not what they are taken for: what the store gives back of them is nothing.

Entries are written here with the user's own seal wherever the seal is not the point, as by an attacker who has it: then a
certified finding still counts only if the kernel finds this very statement proved of this very network.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from unittest import mock

from proofcheck import Bits, Computes, Relation, check, depth, inputs, network, relu
from proofcheck.catalogue import store as storing
from proofcheck.catalogue.store import Store, _sealed, finding_key
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.claims.judged import Evidence
from proofcheck.claims.recorded import finding_json
from proofcheck.kernel import Rejected, replay

KEY, OTHER = "0" * 64, "1" * 64


def or_network(n: int) -> object:
    """1 - relu(1 - sum): the disjunction of n bits."""
    return network(1 - relu(1 - sum(inputs(n, on=Bits))))


def and_network(n: int) -> object:
    return network(relu(sum(inputs(n, on=Bits)) - (n - 1)))


@cache
def proved(n: int = 2, size: bool = False) -> Evidence:
    """A certified claim about the disjunction of n bits."""
    claim = Relation(depth == 1) if size else Computes(lambda x: _any(x), on=Bits)
    evidence = check(or_network(n), claim, floor=Strength.CERTIFIED)
    assert evidence.finding is not None
    assert evidence.finding.strength is Strength.CERTIFIED
    return evidence


def _any(x: object) -> object:
    result, *rest = list(x)  # type: ignore[call-overload]
    for bit in rest:
        result = result | bit
    return result


@cache
def refuted() -> Evidence:
    """The false claim: that the conjunction of two bits is their disjunction."""
    return check(and_network(2), Computes(lambda x: _any(x), on=Bits))


def digest(evidence: Evidence) -> str:
    return hashlib.sha256(evidence.statement.encode()).hexdigest()


def forged(certificate: bytes | None, strength: Strength = Strength.CERTIFIED) -> Finding:
    return Finding(Verdict.HOLDS, strength, "meanings", "all inputs in {0,1}^2", certificate=certificate)


def put(store: Store, key: str, finding: Finding, sealed_for: str = "") -> None:
    """An entry under `key` with the user's seal, made for another key if so asked, and its certificate."""
    entry = finding_json(finding)
    path = store._entry(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_sealed(sealed_for or key, entry))
    if finding.certificate is not None:
        file = store._certificate(entry["certificate"])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(finding.certificate)


def recalled(store: Store, evidence: Evidence) -> Finding | None:
    return store.recall(KEY, evidence.network, digest(evidence))


def with_certificate(certificate: Callable[[], bytes | None]) -> Callable[[Store], Finding | None]:
    """The false claim's entry, sealed, with this certificate."""

    def door(store: Store) -> Finding | None:
        put(store, KEY, forged(certificate()))
        return recalled(store, refuted())

    return door


def certificate(n: int = 2, size: bool = False) -> bytes:
    found = proved(n, size).finding
    assert found is not None
    assert found.certificate is not None
    return found.certificate


def exchanged_statement() -> bytes:
    """The true claim's certificate with the text of the false claim's statement, lengths made right."""
    old = certificate()
    length = int.from_bytes(old[:8], "little")
    header = json.loads(old[8 : 8 + length])
    header["__metadata__"]["statement"] = refuted().statement
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + old[8 + length :]


def file_exchanged(store: Store) -> Finding | None:
    """The file of a certificate replaced by that of another claim."""
    store.keep(KEY, proved().finding)  # type: ignore[arg-type]
    (file,) = (store.folder / "certificates").iterdir()
    file.write_bytes(certificate(3))
    return recalled(store, proved())


def file_cut(store: Store) -> Finding | None:
    store.keep(KEY, proved().finding)  # type: ignore[arg-type]
    (file,) = (store.folder / "certificates").iterdir()
    file.write_bytes(certificate()[:-8])
    return recalled(store, proved())


def file_linked(store: Store) -> Finding | None:
    """The file of a certificate replaced by a link to a right one."""
    store.keep(KEY, proved().finding)  # type: ignore[arg-type]
    (file,) = (store.folder / "certificates").iterdir()
    file.rename(store.folder / "aside")
    file.symlink_to(store.folder / "aside")
    return recalled(store, proved())


def moved(store: Store) -> Finding | None:
    """An established finding's entry under the key of another claim."""
    put(store, KEY, forged(None, Strength.ESTABLISHED), sealed_for=OTHER)
    return recalled(store, refuted())


def of_another_user(store: Store) -> Finding | None:
    """An established entry, sealed by a secret of somebody else."""
    path = store._entry(KEY)
    with mock.patch.object(storing, "seal", lambda *parts: hashlib.sha256(b"other" + b"".join(parts)).hexdigest().encode()):
        put(store, KEY, forged(None, Strength.ESTABLISHED))
    assert path.exists()
    return recalled(store, refuted())


def unsealed(store: Store) -> Finding | None:
    put(store, KEY, forged(None, Strength.ESTABLISHED))
    path = store._entry(KEY)
    path.write_bytes(path.read_bytes().partition(b"\n")[2])
    return recalled(store, refuted())


def raised(store: Store) -> Finding | None:
    """A finding of samples whose entry now says that it holds."""
    put(store, KEY, Finding(Verdict.UNREFUTED, Strength.UNREFUTED, "samples", "9 inputs drawn from {0,1}^2", checked=9))
    path = store._entry(KEY)
    path.write_bytes(path.read_bytes().replace(b"unrefuted", b"holds"))
    return recalled(store, refuted())


def sealed_nonsense(data: object) -> Callable[[Store], Finding | None]:
    """An entry with the right seal that holds this."""

    def door(store: Store) -> Finding | None:
        path = store._entry(KEY)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = data if isinstance(data, bytes) else json.dumps(data).encode()
        path.write_bytes(storing.seal(KEY.encode(), body) + b"\n" + body)
        return recalled(store, refuted())

    return door


def huge(store: Store) -> Finding | None:
    path = store._entry(KEY)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        os.truncate(file.fileno(), 2**34)
    return recalled(store, refuted())


def piped(store: Store) -> Finding | None:
    path = store._entry(KEY)
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return recalled(store, refuted())


def stale(store: Store) -> Finding | None:
    """Evidence of other sources of this package: it is not found, for it lies under another key."""

    def key() -> str:
        return finding_key(b"net", digest(refuted()), Strength.ESTABLISHED, "budget")

    with mock.patch.object(storing, "package_sources", return_value="0" * 64):
        old = key()
    put(store, old, forged(None, Strength.ESTABLISHED))
    return store.recall(key(), refuted().network, digest(refuted()))


def stale_solver(store: Store) -> Finding | None:
    """Evidence of another version of a solver."""

    def key() -> str:
        return finding_key(b"net", digest(refuted()), Strength.ESTABLISHED, "budget")

    with mock.patch.object(storing, "solver_versions", return_value=("z3-solver 0",)):
        old = key()
    put(store, old, forged(None, Strength.ESTABLISHED))
    return store.recall(key(), refuted().network, digest(refuted()))


def unfenced(store: Store) -> Finding | None:
    """An established finding where the system does not fence constructions off."""
    put(store, KEY, forged(None, Strength.ESTABLISHED))
    return recalled(replace(store, believed=False), refuted())


def audited(data: Callable[[], bytes]) -> Callable[[Store], object]:
    """What the kernel finds proved by this certificate, if that is the false claim."""

    def door(store: Store) -> object:
        try:
            found = replay(data())
        except Rejected:
            return None
        return None if found.statement_digest != digest(refuted()) else found

    return door


def tampered(position: float) -> bytes:
    data = bytearray(certificate())
    data[int(position * (len(data) - 1))] ^= 1
    return bytes(data)


@dataclass(frozen=True)
class Stored:
    """door: gives what the store, or the kernel, takes for a proof: None is right."""

    name: str
    tried: str
    door: Callable[[Store], object]


ENTRY = finding_json(forged(None, Strength.ESTABLISHED))
STORED = (
    Stored("true_certificate", "a false claim with the certificate of the true one", with_certificate(certificate)),
    Stored("other_size", "a false claim with a certificate of another size", with_certificate(lambda: certificate(3))),
    Stored("other_claim", "a false claim with the certificate of a size", with_certificate(lambda: certificate(2, True))),
    Stored(
        "forged_statement", "a certificate whose statement was exchanged for the false one", with_certificate(exchanged_statement)
    ),
    Stored("forged_statement_audited", "the same, given to the kernel", audited(exchanged_statement)),
    Stored("tampered", "a certificate with a byte changed", with_certificate(lambda: tampered(0.9))),
    Stored("truncated", "a certificate that is cut", with_certificate(lambda: certificate()[:-9])),
    Stored("empty", "an empty certificate", with_certificate(lambda: b"")),
    Stored("words", "a certificate in words", with_certificate(lambda: b"certified, trust me")),
    Stored("file_exchanged", "the file of a certificate exchanged in the cache", file_exchanged),
    Stored("file_cut", "the file of a certificate cut in the cache", file_cut),
    Stored("file_linked", "the file of a certificate a link", file_linked),
    Stored("moved", "an entry moved to another key", moved),
    Stored("of_another_user", "an entry sealed by another user", of_another_user),
    Stored("unsealed", "an entry without its seal", unsealed),
    Stored("raised", "a finding of samples made to say holds", raised),
    Stored("sealed_without_strength", "a sealed entry that holds for no reason", sealed_nonsense(ENTRY | {"strength": None})),
    Stored("sealed_samples", "a sealed entry that holds by samples", sealed_nonsense(ENTRY | {"method": "samples"})),
    Stored(
        "sealed_certified", "a sealed entry, certified without a certificate", sealed_nonsense(ENTRY | {"strength": "certified"})
    ),
    Stored("sealed_list", "a sealed list", sealed_nonsense([ENTRY])),
    Stored("sealed_nan", "a sealed entry of NaN", sealed_nonsense(ENTRY | {"checked": float("nan")})),
    Stored("sealed_depth", "a sealed entry of lists in lists", sealed_nonsense(b"[" * 10**6)),
    Stored(
        "sealed_path",
        "a sealed entry whose certificate is a path",
        sealed_nonsense(ENTRY | {"certificate": "../../../etc/passwd"}),
    ),
    Stored("huge", "an entry of 16 GiB", huge),
    Stored("piped", "a pipe in place of an entry", piped),
    Stored("stale", "evidence of other sources of this package", stale),
    Stored("stale_solver", "evidence of another solver", stale_solver),
    Stored("unfenced", "evidence of a run without a fence", unfenced),
)


def opened(stored: Stored, folder: Path) -> object:
    """What came of it; None is right."""
    return stored.door(Store(folder / "cache"))
