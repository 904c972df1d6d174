"""Which functions of a construction's own files run: so that a target is not checked against its own code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from proofcheck.claims.kinds import Approximates, Computes, NetworkClaim, Property
from proofcheck.claims.reference import ReferenceFunction


@dataclass(frozen=True)
class Calls:
    """The code objects that ran, of functions defined in or below `places`; filled while recording."""

    places: tuple[Path, ...]
    codes: set[CodeType] = field(default_factory=set)

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record every Python call inside the block, and go on with what was set before."""
        places, codes, before = self.places, self.codes, sys.getprofile()
        seen: set[CodeType] = set()

        def note(frame: FrameType, event: str, argument: Any) -> None:
            code = frame.f_code
            if event == "call" and code not in seen:
                seen.add(code)
                if within(code, places):
                    codes.add(code)

        sys.setprofile(note)
        try:
            yield
        finally:
            sys.setprofile(before)

    def recorded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, recorded whenever it runs; likewise a function or reference function that it returns."""

        @wraps(function)
        def wrapper(*arguments: Any) -> Any:
            with self.recording():
                return self.watched(function(*arguments))

        return wrapper

    def watched(self, value: Any) -> Any:
        """`recorded` of a function or reference function, anything else as it is."""
        if isinstance(value, ReferenceFunction):
            return ReferenceFunction(self.recorded(value.function))
        return self.recorded(value) if callable(value) else value

    def watched_claim(self, claim: NetworkClaim) -> NetworkClaim:
        """The claim with its target, circuit or property recorded; the domain is no part of that."""
        match claim:
            case Computes():
                return replace(claim, target=self.watched(claim.target), circuit=self.watched(claim.circuit))
            case Approximates():
                return replace(claim, target=self.watched(claim.target))
            case Property():
                return replace(claim, holds=self.watched(claim.holds))
        return claim


def within(code: CodeType, places: Iterable[Path]) -> bool:
    """Whether a function is defined in one of the files, or in a file below one of the folders."""
    return any(code.co_filename == str(place) or code.co_filename.startswith(f"{place}/") for place in places)


def shared(build: Calls, target: Calls) -> list[str]:
    """The names of the functions that both have called, sorted."""
    return sorted(code.co_qualname for code in build.codes & target.codes)
