"""A claim about a limit at one size, made into a statement: what `build` returned, read as exact reals."""

from __future__ import annotations

from typing import Any

from proofcheck.claims.kinds import Enclosure, LimitClaim
from proofcheck.errors import ConstructionError, ProofcheckError
from proofcheck.spec.reals import Comparison
from proofcheck.spec.reals_statement import EnclosureStatement, Experiment, ProbabilityStatement, RealStatement


def formulate_limit(claim: LimitClaim, subject: Any) -> RealStatement:
    """The statement that `claim` makes about `subject`. Raises ConstructionError for a claim that makes none."""
    try:
        if isinstance(claim, Enclosure):
            return _enclosure(claim, subject)
        return ProbabilityStatement(
            claim.about,
            claim.probability,
            claim.trials,
            _experiment("experiment", claim.experiment(subject)),
            _experiment("planted-false variant", claim.mutant(subject)),
            claim.share,
            claim.assuming,
        )
    except ConstructionError:
        raise
    except ProofcheckError as error:
        raise ConstructionError(str(error)) from error


def _enclosure(claim: Enclosure, subject: Any) -> EnclosureStatement:
    rows = list(claim.comparisons(subject))
    for row in rows:
        if not isinstance(row, tuple) or len(row) != 2 or not isinstance(row[0], str) or not isinstance(row[1], Comparison):
            raise ConstructionError(f'the comparisons give {row!r}, expected pairs such as ("m = 2", mu > 0)')
    return EnclosureStatement(claim.about, tuple(row[1] for row in rows), tuple(row[0] for row in rows), claim.assuming)


def _experiment(what: str, value: Any) -> Experiment:
    if not isinstance(value, Experiment):
        raise ConstructionError(f"the {what} is {value!r}, expected an Experiment")
    return value
