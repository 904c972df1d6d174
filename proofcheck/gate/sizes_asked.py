"""The sizes that a command line asks for: `-n 4`, `-n 2..8,16`, `-n 1,2,2`, `-n d_x=1,k=2`, `-n parity_32`."""

from __future__ import annotations

import re

from proofcheck.catalogue.description import Description
from proofcheck.errors import UsageError

RANGE = re.compile(r"(-?\d+)(?:\.\.(-?\d+))?")
MOST = 10_000

Asked = tuple[tuple[str, ...] | None, tuple[tuple[int, ...], ...] | None]


def sizes_asked(text: str | None, description: Description) -> Asked:
    """(labels, elements) as a selection takes them; (None, None) for no text. Raises UsageError for what fits no size.

    Sizes of a build with several parameters are separated by semicolons, their values by commas.
    """
    if text is None:
        return None, None
    names = description.parameters
    declared = {label for claim in description.claims for label in claim.sizes}
    labels = tuple(part.strip() for part in text.split(","))
    if all(label in declared for label in labels):
        return labels, None
    if not any("=" in label for claim in description.claims if claim.kind not in ("forall", "grows") for label in claim.sizes):
        near = ", ".join(sorted(declared)[:8])
        raise UsageError(f"there is no size {text!r}: the instances are {near}{', ...' if len(declared) > 8 else ''}")
    if len(names) == 1:
        numbers = [
            number for part in labels for number in _range(part.removeprefix(f"{names[0]}=").removeprefix(f"{names[0]} = "), text)
        ]
        return None, tuple((number,) for number in numbers)
    return None, tuple(_tuple(part, names, text) for part in text.split(";"))


def _range(part: str, text: str) -> range:
    match = RANGE.fullmatch(part.strip())
    if match is None:
        raise UsageError(f"{text!r} is no size: write a number, a range such as 2..8, or several of them with commas")
    low, high = int(match[1]), int(match[2] or match[1])
    if high < low or high - low >= MOST:
        raise UsageError(f"the range {part} is empty or has more than {MOST} sizes")
    return range(low, high + 1)


def _tuple(part: str, names: tuple[str, ...], text: str) -> tuple[int, ...]:
    values = [value.strip() for value in part.split(",")]
    if all("=" in value for value in values):
        given = {name.strip(): number for name, _, number in (value.partition("=") for value in values)}
        if set(given) != set(names):
            raise UsageError(f"{text!r} is no size: it takes {', '.join(names)}")
        values = [given[name].strip() for name in names]
    if len(values) != len(names) or not all(RANGE.fullmatch(v) and ".." not in v for v in values):
        raise UsageError(
            f"{text!r} is no size: write values for {', '.join(names)}, as in {','.join(f'{name}=2' for name in names)}"
        )
    return tuple(map(int, values))
