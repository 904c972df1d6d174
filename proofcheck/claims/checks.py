"""What is checked when a claim is made: each raises ConstructionError with one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from proofcheck.claims.evidence import Strength
from proofcheck.claims.reference import ReferenceFunction
from proofcheck.errors import ConstructionError


def finish(claim: Any) -> None:
    """Freeze `at` (so that an iterator is read once) and `assuming`, and check the floor."""
    assuming = getattr(claim, "assuming", ())
    assumptions = (assuming,) if isinstance(assuming, str) else tuple(assuming)
    if hasattr(claim, "assuming"):
        object.__setattr__(claim, "assuming", assumptions)
    for text in assumptions:
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            raise ConstructionError(f"{text!r} is no assumption: write one printable sentence for each")
    at = claim.at
    if isinstance(at, Iterable) and not isinstance(at, (str, bytes, dict)):
        at = tuple(at)
    else:
        at = (at,)
    object.__setattr__(claim, "at", at)
    if not isinstance(claim.floor, Strength):
        raise ConstructionError(
            f"the floor {claim.floor!r} is none of established, certified, unrefuted, which proofcheck exports: "
            "write the name, no text"
        )
    if assumptions and claim.floor is Strength.CERTIFIED:
        raise ConstructionError(
            "the floor of a claim that assumes something is established at most, since no certificate covers what it assumes: "
            "say floor=established"
        )


def finish_limit(claim: Any) -> None:
    """The same for a claim about a limit, which assumes something and is established at most."""
    if not claim.assuming:
        raise ConstructionError("a claim about a limit assumes that the limit describes networks: say so in assuming=")
    if claim.says not in ("function", "size"):
        raise ConstructionError(f"says is {claim.says!r}, expected function or size")
    if claim.floor is Strength.CERTIFIED:
        raise ConstructionError("the floor of a claim about exact reals is established: there is no certificate for it")
    finish(claim)


def check_steps(claim: Any) -> None:
    """The stepping stones of a claim are a function, where there are any."""
    if claim.steps is not None:
        check_callable(f"the value of steps= of {type(claim).__name__}", claim.steps)


def check_callable(what: str, value: object) -> None:
    """`what` is a function."""
    if not callable(value) and not isinstance(value, ReferenceFunction):
        raise ConstructionError(f"{what} is {value!r}, expected a function: write lambda x: ...")
