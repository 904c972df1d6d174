"""Claims for every n, and what becomes of each without one of its premises: `python -m tests.evidence.all_n [PART ...]`.

One line for each claim: rule, obligations, cases, seconds to find and to replay, size of the certificate, strength; its
invariant; then a line for each premise or set that is dropped: an input at some n on which the claim then fails, or that the
proof does without it. PART selects claims whose name contains it. The exit status is 1 when a claim is not certified.
"""

from __future__ import annotations

import copy
import sys
import time
from collections.abc import Iterator
from typing import Any

from proofcheck.checkers.induction import induction, obligations
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.families import FamilyStatement
from proofcheck.families.words import fact_words, tables, told
from proofcheck.kernel import replay
from tests.families.samples import ARRAYS, CALLS, SAMPLES, SQUARED, Sample

REALS = ["interval", None, None]


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a claim is not certified."""
    missing = 0
    for sample in [*SAMPLES, *ARRAYS, SQUARED, *CALLS]:
        if not arguments or any(part in sample.name for part in arguments):
            missing += not shown(sample)
    return int(missing > 0)


def shown(sample: Sample) -> bool:
    """Print one claim with its premises; whether it is certified."""
    statement = sample.statement
    begin = time.perf_counter()
    finding = induction(statement, Budget())
    if finding.certificate is None:
        print(f"{sample.name}: {finding.verdict.value}, {finding.reason}")
        return False
    found = time.perf_counter() - begin
    begin = time.perf_counter()
    replay(finding.certificate)
    checked = time.perf_counter() - begin
    count = len(obligations(statement, Budget()))
    size, strength = len(finding.certificate), "" if finding.strength is None else finding.strength.name.lower()
    print(
        f"{sample.name}: {statement.scope}, {finding.method}, {count} obligations, {finding.checked} cases, "
        f"found {found:.2f} s, replayed {checked:.3f} s, {size} bytes, {strength}"
    )
    if statement.family["rule"] in ("fold", "tree", "calls"):
        print(f"    invariant: {', '.join(told(statement.family, statement.contract, 'invariant'))}")
    for words, weaker in dropped(statement):
        print(f"    without {words}: {outcome(induction(weaker, Budget()))}", flush=True)
    return True


def outcome(finding: Finding) -> str:
    """What a claim without a premise comes to."""
    if finding.verdict is Verdict.REFUTED and finding.witness is not None:
        return f"false at {finding.scope.rpartition(' at ')[2]} for {', '.join(map(str, finding.witness.inputs)) or 'no inputs'}"
    return "still proved, it was not needed" if finding.verdict is Verdict.HOLDS else f"open, {finding.reason}"


def dropped(statement: FamilyStatement) -> Iterator[tuple[str, FamilyStatement]]:
    """The statement without each of its premises and sets in turn."""
    family, contract = statement.family, statement.contract
    for i, premise in enumerate(contract.get("premises", [])):
        fewer = copy.deepcopy(contract)
        del fewer["premises"][i]
        words = f"premise {i}" if family["rule"] == "stages" else fact_words(premise, tables(family, contract)["premises"])
        yield words, FamilyStatement(family, fewer)
    for key, letter in (("inputs", "x"), ("fixed", "f")):
        for j, raw in enumerate(family.get(key, [])):
            if raw != REALS:
                wider: Any = copy.deepcopy(family)
                wider[key][j] = REALS
                yield f"the set of {letter}{j}", FamilyStatement(wider, contract)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
