"""Receipts of exhaustive runs: which ranks of which comparison were tried, so that a run goes on where it stopped.

A receipt is data that nobody seals: whoever counts on it trusts the machine that wrote it, and the sentence of a merge says
so. Ranges of ranks are half-open; two receipts merge only when they speak of the same comparison and no rank is in both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from proofcheck.domains import Domain
from proofcheck.errors import InputError, UsageError

FORMAT, VERSION = "proofcheck-receipt", 2
MOST_BYTES = 1 << 24
WORD = 64

Range = tuple[int, int]


@dataclass(frozen=True)
class Receipt:
    """What was tried of one comparison.

    network, equals: digests of what was compared, with the kind of the second ("circuit" or "network"). domain: digest of
    where, and so of what each rank means; total: its inputs. share: the ranks that this run is to try. tried: disjoint ranges
    in increasing order, none empty. failing: a rank at which they differ, or None. Raises InputError when these do not fit
    together.
    """

    network: str
    equals: tuple[str, str]
    domain: str
    total: int
    share: Range
    tried: tuple[Range, ...] = ()
    failing: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tried", joined(self.tried))
        low, high = self.share
        inside = all(low <= a < b <= high for a, b in self.tried)
        if not (0 <= low < high <= self.total and inside and (self.failing is None or low <= self.failing < high)):
            raise InputError("the ranges of a receipt do not lie in its share, or its share not in the domain")

    @property
    def count(self) -> int:
        """How many inputs were tried."""
        return sum(b - a for a, b in self.tried)

    @property
    def missing(self) -> tuple[Range, ...]:
        """The ranges of the share that were not tried."""
        ends = [self.share[0], *(end for pair in self.tried for end in pair), self.share[1]]
        return tuple((a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b)

    def with_range(self, first: int, last: int) -> Receipt:
        """The receipt with one more range. Raises InputError when part of it was tried before."""
        return replace(self, tried=(*self.tried, (first, last)))

    def bytes(self) -> bytes:
        """The file, as JSON."""
        value = {
            "format": FORMAT,
            "version": VERSION,
            "network": self.network,
            "equals": list(self.equals),
            "domain": self.domain,
            "total": self.total,
            "share": list(self.share),
            "tried": [list(pair) for pair in self.tried],
            "failing": self.failing,
        }
        return (json.dumps(value, indent=1) + "\n").encode()


def joined(ranges: Sequence[Range]) -> tuple[Range, ...]:
    """The ranges in order, neighbours made one. Raises InputError when two overlap or one is empty."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if last <= first:
            raise InputError(f"the range {first} .. {last} of a receipt is empty")
        if found and first < found[-1][1]:
            raise InputError(f"the inputs {first} .. {min(last, found[-1][1]) - 1} would be counted twice")
        if found and first == found[-1][1]:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return tuple(found)


def share_of(total: int, i: int, k: int) -> Range:
    """The ranks of shard i of k (1 <= i <= k), cut at multiples of 64. Raises UsageError for others, or an empty shard."""
    if not 1 <= i <= k:
        raise UsageError(f"the shard {i}/{k} was asked for: i/k with 1 <= i <= k is expected")
    low, high = (total * j // k // WORD * WORD if j < k else total for j in (i - 1, i))
    if low == high:
        raise UsageError(f"{total} inputs do not make {k} shards of at least {WORD}: ask for fewer")
    return low, high


def domain_digest(domain: Domain) -> str:
    """SHA-256 of a domain: two with as many points may give a rank different points."""
    return sha256(json.dumps(domain.json(), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def merge(receipts: Sequence[Receipt]) -> Receipt:
    """All of them as one that is to try the whole domain. Raises InputError when they speak of several things or overlap."""
    first = receipts[0]
    for other in receipts[1:]:
        if replace(other, share=first.share, tried=(), failing=None) != replace(first, tried=(), failing=None):
            raise InputError("the receipts speak of different comparisons: merge those of one network, specification and domain")
    failing = [receipt.failing for receipt in receipts if receipt.failing is not None]
    tried = tuple(pair for receipt in receipts for pair in receipt.tried)
    return replace(first, share=(0, first.total), tried=tried, failing=min(failing, default=None))


def read_receipt(path: str | Path) -> Receipt:
    """Raises InputError for a file that is no receipt."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        value = json.loads(data) if len(data) <= MOST_BYTES else None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path) from None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or (value.get("format"), value.get("version")) != (FORMAT, VERSION):
        raise InputError("is no receipt of an exhaustive run: a file that run --receipt wrote is expected", path)
    try:
        (kind, digest), names = value["equals"], (value["network"], value["domain"])
        numbers = [value["total"], *value["share"], *(n for pair in value["tried"] for n in pair)]
        numbers += [] if value["failing"] is None else [value["failing"]]
        if not all(type(n) is int for n in numbers) or not all(isinstance(t, str) for t in (kind, digest, *names)):
            raise TypeError
        share, tried = _pair(value["share"]), tuple(_pair(pair) for pair in value["tried"])
        return Receipt(names[0], (kind, digest), names[1], value["total"], share, tried, value["failing"])
    except InputError as fault:
        raise InputError(fault.message, path) from None
    except (KeyError, TypeError, ValueError):
        raise InputError("is a receipt with a field missing or of another kind", path) from None


def _pair(value: Any) -> Range:
    first, last = value
    return first, last
