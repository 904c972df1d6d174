"""Settle "this fails with probability at most q" by a test whose every choice was made before the first draw.

The sample size stands in the statement, the seed is the hash of the statement, nothing is looked at on the way. *holds*
needs the exact upper confidence bound, at the claim's share of the error budget, to be at most q; *refuted* needs the
lower bound to be above q; anything else is *unknown*. A planted-false variant is put to the same test, and unless that
refutes it the test had no power and the verdict is *unknown*.

The seed is registered, so a rerun repeats the same draws and adds no evidence. `salt` gives fresh ones: the error rates
hold for those in full, while an author who rewords a claim until its registered seed suits it needs 1/share attempts.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from time import monotonic
from typing import Any

from proofcheck.checkers.limits.binomial import Thresholds, at_most, lower_bound, thresholds, upper_bound
from proofcheck.checkers.limits.gaussian import Count, count_failures
from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.errors import UsageError
from proofcheck.spec.reals_intervals import Undecided
from proofcheck.spec.reals_statement import ERROR_FAMILY, ERROR_SHARE, Experiment, ProbabilityStatement

METHOD = "statistics"
TRUST = (
    "that the raw integers of Philox, keyed by a hash of the statement, behave as independent uniform ones",
    "numpy's log, sqrt, cos and sin to be right within 2^-40",
)


def check_probability(statement: ProbabilityStatement, salt: str = "") -> Finding:
    """The finding about the probability; the same one on every run with the same salt."""
    started = monotonic()
    test = thresholds(statement.trials, statement.probability, statement.share)
    scope = f"the stated experiment, at error share {float(statement.share):.3g} with {statement.trials} trials"
    common: dict[str, Any] = {"method": METHOD, "scope": scope, "trust": TRUST, "assumptions": statement.assumptions}
    try:
        count = _count(statement, statement.experiment, "experiment", salt)
        planted = _count(statement, statement.mutant, "planted", salt)
    except Undecided as problem:
        return Finding(Verdict.UNKNOWN, None, reason=f"a parameter has no value: {problem}", **common)
    common |= {"checked": statement.trials, "seconds": monotonic() - started}
    found = _verdict(count, test)
    words = _words(count, test)
    if found is Verdict.REFUTED:
        bound = lower_bound(count.failures, count.trials, statement.share)
        witness = Witness((Fraction(count.trials), Fraction(count.failures)), (bound,), (statement.probability,))
        return Finding(found, None, reason=words, witness=witness, **common)
    if found is Verdict.UNKNOWN:
        return Finding(found, None, reason=f"the test tells neither way: {words}", **common)
    if _verdict(planted, test) is not Verdict.REFUTED:
        reason = f"the test has no power, it does not refute the planted-false variant: {_words(planted, test)}"
        return Finding(Verdict.UNKNOWN, None, reason=reason, **common)
    most = upper_bound(count.failures + count.undecided, count.trials, statement.share)
    reason = f"{words}; probability at most {float(most):g}; planted-false variant refuted with {planted.failures} failures"
    return Finding(found, Strength.ESTABLISHED, reason=reason, **common)


def power(trials: int, probability: Fraction, truth: Fraction, share: Fraction = ERROR_SHARE) -> tuple[Fraction, Fraction]:
    """(probability of *holds*, probability of *refuted*) of the test when failures have probability `truth`, exactly."""
    test = thresholds(trials, probability, share)
    held = at_most(test.holds, trials, truth) if test.holds >= 0 else Fraction(0)
    return held, 1 - at_most(test.refuted - 1, trials, truth)


def spent(shares: Iterable[Fraction]) -> Fraction:
    """The probability that any verdict of these claims is wrong, at most: the sum of their shares (Bonferroni, however the
    claims depend on each other). Raises UsageError when the gate's budget is exceeded."""
    sum_of_shares = sum(shares, Fraction(0))
    if sum_of_shares > ERROR_FAMILY:
        raise UsageError(
            f"the statistical claims take {float(sum_of_shares):.6g} of the error budget {float(ERROR_FAMILY):g} of a gate: "
            "give them smaller shares, and larger samples, or make fewer"
        )
    return sum_of_shares


def _count(statement: ProbabilityStatement, experiment: Experiment, role: str, salt: str) -> Count:
    return count_failures(experiment, statement.trials, f"{statement.digest} {role} {salt}".encode())


def _verdict(count: Count, test: Thresholds) -> Verdict:
    """Trials that could not be decided count as failures where *holds* is in question, as successes for *refuted*."""
    if count.failures + count.undecided <= test.holds:
        return Verdict.HOLDS
    return Verdict.REFUTED if count.failures >= test.refuted else Verdict.UNKNOWN


def _words(count: Count, test: Thresholds) -> str:
    undecided = f" and {count.undecided} undecided" if count.undecided else ""
    limits = f"holds up to {test.holds}" if test.holds >= 0 else "never holds at this sample size"
    failures = f"{count.failures} failure{'s' * (count.failures != 1)}{undecided}"
    return f"{failures} in {count.trials} trials, where it {limits} and is refuted from {test.refuted} on"
