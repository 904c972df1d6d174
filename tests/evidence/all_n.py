"""Claims for every n, and what becomes of each without one of its premises: `python -m tests.evidence.all_n [PART ...]`.

One line for each claim: rule, obligations, cases, seconds to find and to replay, size of the certificate, strength; its
invariant; at which n the unrolled network was compared with the meaning in plain Python; then a line for each premise or set that
is dropped: an input at some n on which the claim then fails, or that the proof does without it. PART selects claims whose name
contains it. The exit status is 1 when a claim is not certified, or an unrolled network is not what is meant.
"""

from __future__ import annotations

import copy
import random
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from proofcheck import evaluate
from proofcheck.checkers.families.induction import induction, obligations
from proofcheck.checkers.task import Budget
from proofcheck.claims.evidence import Finding, Verdict
from proofcheck.families import Automaton, Calls, FamilyStatement, OddEvenSort, Stages
from proofcheck.families.words import fact_words, tables, told
from proofcheck.kernel import replay
from tests.evidence import independent
from tests.families import composed
from tests.families.composed import COMPOSED, MAXIMIN, PRODUCTS, STOCKS
from tests.families.samples import ARRAYS, AUTOMATON, CALLS, SAMPLES, SQUARED, Sample, approximation

REALS = ["interval", None, None]


def main(arguments: list[str]) -> int:
    """Print the table; 1 when a claim is not certified."""
    missing = 0
    for sample in [*SAMPLES, *ARRAYS, SQUARED, *CALLS, *COMPOSED]:
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
    compared = [at for at in sizes_of(sample.family) if agrees(sample, *at)]
    print(f"    unrolled and compared at {', '.join('x'.join(map(str, at)) for at in compared)}")
    for words, weaker in dropped(statement):
        print(f"    without {words}: {outcome(induction(weaker, Budget()))}", flush=True)
    return compared == sizes_of(sample.family)


def sizes_of(family: Any) -> list[tuple[int, ...]]:
    """Where the unrolled network is compared: at n, or n and T, or n and p, or m and n."""
    if family is PRODUCTS:
        return [(1, 1, 1), (2, 3, 1), (5, 4, 7), (3, 2, 100), (1, 1, 200)]
    if family in (MAXIMIN, STOCKS):
        return [(1, 1), (3, 4), (17, 1), (1, 64), (200, 3), (3, 200)]
    if isinstance(family, Stages):
        return [(n,) for n in (1, 2, 3, 7, 12, 20)]
    if isinstance(family, Automaton):
        return [(1, 3), (5, 4), (40, 12), (200, 8)]
    if isinstance(family, Calls):
        return [(1, 1), (7, 3), (40, 6), (200, 8)]
    return [(n,) for n in (1, 2, 3, 17, 64, 100, 127, 200)]


def agrees(sample: Sample, *at: int) -> bool:
    """Whether the network gives what is meant, at inputs drawn for this size."""
    family, draw = sample.family, random.Random(f"{sample.name} {at}")
    network = family.network(*at)
    for _ in range(3):
        x: list[Any] = []
        for raw, count in network.domain.json()["sets"]:
            x += [draw.randrange(2) if raw[0] == "grid" else Fraction(draw.randrange(13), 12) for _ in range(count)]
        if isinstance(family, Automaton) and family is not AUTOMATON:
            x[at[0] :] = [int(i == at[0] // 2) for i in range(3 * at[0])]  # one head, in the middle
        if list(evaluate(network, x)) != meant(sample, x, *at):
            return False
    return True


def meant(sample: Sample, x: list[Any], n: int, more: int = 0, *rest: int) -> list[Any]:
    """The outputs in plain Python, from the definition and not by the family's recursion where that is possible."""
    family = sample.family
    if sample in COMPOSED:
        return composed.meant(sample, x, n, more, *rest) if rest else composed.meant(sample, x, *([n, more] if more else [n]))
    if family is AUTOMATON:
        return independent.rule_110(x, more)
    if isinstance(family, Automaton):
        return independent.two_state_beaver(x, n, more)
    if isinstance(family, Stages):
        return independent.least_walks(x, n)
    if isinstance(family, Calls):
        return sample.meaning(x, more) if not family.given else sample.meaning(x[:n], x[n:])
    if sample is SQUARED:
        return [approximation(x[0], n)]
    if isinstance(family, OddEvenSort):
        return sample.meaning(x)
    width = len(family.inputs)
    return sample.meaning(*(x[i * n : (i + 1) * n] for i in range(width)), *x[width * n :])


def outcome(finding: Finding) -> str:
    """What a claim without a premise comes to."""
    if finding.verdict is Verdict.REFUTED and finding.witness is not None:
        return f"false at {finding.scope.rpartition(' at ')[2]} for {', '.join(map(str, finding.witness.inputs)) or 'no inputs'}"
    return "still proved, it was not needed" if finding.verdict is Verdict.HOLDS else f"open, {finding.reason}"


def dropped(statement: FamilyStatement) -> Iterator[tuple[str, FamilyStatement]]:
    """The statement without each of its premises and sets in turn."""
    family, contract = statement.family, statement.contract
    for key in {"parallel": ["block"], "sequence": ["first", "second"]}.get(family["rule"], []):
        own = contract if key == "block" else contract[key]
        for words, weaker in dropped(FamilyStatement(family[key], own)):
            whole = weaker.contract if key == "block" else contract | {key: weaker.contract}
            yield f"{words} of the {key}", FamilyStatement(family | {key: weaker.family}, whole)
    if family["rule"] in ("parallel", "sequence"):
        return
    for i, premise in enumerate(contract.get("premises", [])):
        fewer = copy.deepcopy(contract)
        del fewer["premises"][i]
        words = f"premise {i}" if family["rule"] == "stages" else fact_words(premise, tables(family, contract)["premises"])
        yield words, FamilyStatement(family, fewer)
    if "heads" in contract:
        yield "at most one head", FamilyStatement(family, {key: value for key, value in contract.items() if key != "heads"})
    for j in range(len(family["block"]["fixed"]) if family["rule"] == "calls" else 0):
        wider = copy.deepcopy(family)
        wider["block"]["fixed"][j] = REALS
        yield f"the set of x{j}", FamilyStatement(wider, contract)
    for key, letter in (("inputs", "x"), ("fixed", "f")):
        for j, raw in enumerate(family.get(key, [])):
            if raw != REALS:
                wider = copy.deepcopy(family)
                wider[key][j] = REALS
                yield f"the set of {letter}{j}", FamilyStatement(wider, contract)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
