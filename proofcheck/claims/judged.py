"""A claim at one size beside what was found about it, and whether that meets the declared floor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.claims.html import evidence_html
from proofcheck.errors import printable

SHOWN_VALUES = 24
LONGEST_SENTENCE = 500


class Status(Enum):
    """How a judged claim stands; the value is its exit code."""

    MET = 0
    REFUTED = 1
    WEAKER = 2
    UNKNOWN = 3
    BAD_INPUT = 65
    FAULT = 70


NOTHING_CHECKED = 4
PRECEDENCE = (70, 65, 1, 2, 3, 4)


@dataclass(frozen=True, repr=False)
class Evidence:
    """What a gate knows about one claim of one construction at one size. True in a condition when the floor is met.

    statement: canonical JSON (docs/formats.md), "" when there is none. sentence: the claim in words. declared: canonical
    JSON of what construction and claim say of themselves, "" for a claim about a network at hand. finding: None when the
    claim could not be judged; then `problem` says why, and `fault` whether the reason lies in this package. files: the files
    that the construction read, by absolute path, each with its SHA-256.
    """

    construction: str
    claim: str
    kind: str
    size: str
    floor: Strength
    finding: Finding | None
    statement: str = ""
    sentence: str = ""
    convention: str = ""
    declared: str = ""
    network: str = ""
    problem: str = ""
    fault: bool = False
    recalled: bool = False
    path: str = ""
    files: tuple[tuple[str, str], ...] = ()

    @property
    def status(self) -> Status:
        if self.finding is None:
            return Status.FAULT if self.fault else Status.BAD_INPUT
        if self.finding.verdict is Verdict.REFUTED:
            return Status.REFUTED
        if self.finding.verdict is Verdict.UNKNOWN or self.finding.strength is None:
            return Status.UNKNOWN
        return Status.MET if self.finding.strength >= self.floor else Status.WEAKER

    def __bool__(self) -> bool:
        return self.status is Status.MET

    @cached_property
    def meaning(self) -> str:
        """SHA-256 of the statement apart from the network: what the claim says, whoever is to fulfil it."""
        if not self.statement:
            return ""
        data = {key: value for key, value in json.loads(self.statement).items() if key != "network"}
        return hashlib.sha256(json.dumps(data, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    @property
    def identity(self) -> str:
        """ "maximum_by_tournament::computes[n=4]": how the claim is named in reports and on the command line."""
        name = "::".join(part for part in (self.construction, self.claim) if part)
        return f"{name}[{self.size.replace(' ', '')}]" if self.size else name

    def __repr__(self) -> str:
        """The verdict with its scope, then what it rests on; for a refuted claim the witness with both values."""
        lines = [f"{self.identity or self.kind}: {verdict_words(self)}", *statement_words(self), *details(self)]
        return printable("\n  ".join(lines))

    def _repr_html_(self) -> str:
        """What a notebook shows: the same words as `repr`."""
        return evidence_html(self, verdict_words(self), [*statement_words(self), *details(self)])


def verdict_words(evidence: Evidence, size: str = "", scope: str = "") -> str:
    """ "holds for all inputs in R^4, established, n = 4 (by z3)": never a verdict without its scope.

    size, scope: what to print for several sizes at once, instead of those of this evidence.
    """
    finding = evidence.finding
    if finding is None:
        return f"not judged, {evidence.problem}"
    words, scope, size = finding.verdict.value, scope or finding.scope, size or evidence.size
    if finding.verdict is Verdict.UNREFUTED:
        words += f" on {finding.checked} samples of {domain_words(scope)}"
    elif finding.verdict is Verdict.REFUTED and finding.witness is not None and finding.witness.inputs:
        words += f" for an input in {domain_words(scope)}"
    elif scope:
        words += f" for {scope}"
    if finding.verdict is Verdict.HOLDS and finding.strength is not None:
        words += f", {finding.strength.name.lower()}"
    words += f", {size}" if size else ""
    return words if finding.verdict is Verdict.UNKNOWN else f"{words} (by {finding.method})"


def statement_words(evidence: Evidence, size: str = "") -> list[str]:
    """The statement that was judged, in words: it came from the construction, and need not be what its file seems to say."""
    sentence = evidence.sentence
    if len(sentence) > LONGEST_SENTENCE:
        sentence = f"{sentence[:LONGEST_SENTENCE]}... ({len(sentence)} characters)"
    return [f"judged{f' at {size}' if size else ''}: {sentence}"] if sentence and evidence.finding is not None else []


def domain_words(scope: str) -> str:
    """The domain in the words of a finding's scope: of "all inputs in R^4" and "256 inputs drawn from R^4", R^4."""
    return scope.removeprefix("all inputs in ").rpartition(" inputs drawn from ")[2]


def details(evidence: Evidence) -> list[str]:
    """What must be read beside the verdict: floor, reason, assumptions, trust, witness."""
    finding = evidence.finding
    lines = []
    if evidence.status is Status.WEAKER:
        lines.append(f"weaker than the floor: {evidence.floor.name.lower()} was declared")
    if finding is None:
        return lines
    if finding.reason:
        lines.append(f"because {finding.reason}" if finding.verdict is Verdict.UNKNOWN else finding.reason)
    lines += [f"assuming {text}" for text in finding.assumptions]
    lines += [f"trusting {text}" for text in finding.trust]
    if finding.witness is not None:
        lines += witness_words(finding.witness)
    return lines


def witness_words(witness: Witness) -> list[str]:
    """The input, both values and the first deviating wire, one line each."""
    lines = [f"input     {_values(witness.inputs)}"] if witness.inputs else []
    lines.append(f"found     {_values(witness.found)}")
    lines += [f"expected  {_values(witness.expected)}"] if witness.expected else []  # a property has none
    if len(witness.found) > 1 and len(witness.found) == len(witness.expected):
        lines += [f"differ at {', '.join(map(str, _differences(witness)[:SHOWN_VALUES]))}"]
    if witness.wire:
        lines.append(f"first deviating wire: {witness.wire}")
    return lines


def exit_code(statuses: Iterable[Status]) -> int:
    """The exit code of a whole run: 70, 65, 1, 2, 3 in this order, 4 when nothing was checked, 0 when every floor is met."""
    codes = {status.value for status in statuses}
    return next((code for code in PRECEDENCE if code in codes), 0) if codes else NOTHING_CHECKED


def _differences(witness: Witness) -> list[int]:
    return [i for i, (a, b) in enumerate(zip(witness.found, witness.expected, strict=True)) if a != b]


def _values(values: tuple[object, ...]) -> str:
    shown = " ".join(map(str, values[:SHOWN_VALUES]))
    return f"{shown} ... ({len(values)} values)" if len(values) > SHOWN_VALUES else shown
