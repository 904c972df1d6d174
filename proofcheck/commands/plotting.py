"""Plots in a terminal: counted sizes against a parameter, with what is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from proofcheck.catalogue.building import build
from proofcheck.catalogue.description import Description
from proofcheck.catalogue.discovery import ConstructionFile
from proofcheck.catalogue.items import fact_of, measured
from proofcheck.errors import ProofcheckError, UsageError
from proofcheck.networks import Sizes, read_network, sizes
from proofcheck.spec import statement_of
from proofcheck.spec.relations import Size, relation_of

HEIGHT, MOST_COLUMNS, LEFT = 10, 64, 9
CLAIMED, ON, OFF = "-", "o", "X"


def size_plots(file: ConstructionFile, description: Description) -> Iterator[str]:
    """A plot of each measure that a relation in one whole parameter gives alone. Builds the networks and counts them.

    Raises UsageError where no claim is of this form.
    """
    claims = [claim for claim in description.claims if claim.kind == "relation"]
    built = build(file, [claim.name for claim in claims])
    counted: dict[bytes, Sizes] = {}
    shown = 0
    for claim in claims:
        dots: dict[int, Fraction] = {}
        found = None
        for job in built.jobs:
            if job.claim != claim.name or job.error:
                continue
            statement = statement_of(job.statement)
            if statement.relation is None or len(statement.relation.parameters()) != 1:
                continue
            (name,) = statement.relation.parameters()
            value = (statement.parameters or {}).get(name)
            alone = measured(fact_of("relation", job.statement, ""))
            if not alone or value is None or Fraction(value).denominator != 1:
                continue
            measure, op, _ = alone[0]
            if job.network not in counted:
                counted[job.network] = sizes(read_network(job.network))
            if hasattr(counted[job.network], measure):
                dots[int(value)] = Fraction(getattr(counted[job.network], measure))
                relation = relation_of(statement.relation.json())
                found = (measure, op, name, relation.right if relation.left.op == "measure" else relation.left)
        if found is not None and len(dots) > 1:
            shown += 1
            measure, op, name, side = found
            yield from curve(measure, name, dots, {n: _value(side, name, n) for n in range(min(dots), max(dots) + 1)}, op)
            yield ""
    if not shown:
        raise UsageError(f"{file.name} has no size claim in one whole parameter, and so nothing to plot")


def curve(
    measure: str, parameter: str, dots: Mapping[int, Fraction], claimed: Mapping[int, Fraction | None], op: str = "=="
) -> list[str]:
    """Lines of a plot, at most 80 columns: `-` what is claimed, `o` what was counted, `X` what the claim does not allow."""
    first, last = min(dots), max(dots)
    columns = min(MOST_COLUMNS, last - first + 1)
    top = max([*dots.values(), *(value for value in claimed.values() if value is not None)]) or Fraction(1)
    grid = [[" "] * columns for _ in range(HEIGHT + 1)]

    def place(n: int, value: Fraction) -> tuple[int, int]:
        column = (n - first) * (columns - 1) // max(1, last - first)
        return HEIGHT - round(value / top * HEIGHT), column

    for n, value in claimed.items():
        if value is not None and value >= 0:
            row, column = place(n, value)
            grid[row][column] = CLAIMED
    off = 0
    for n, value in dots.items():
        bound = claimed.get(n)
        fits = bound is not None and (value == bound if op == "==" else value <= bound if op == "<=" else value >= bound)
        off += not fits
        row, column = place(n, value)
        grid[row][column] = OFF if not fits or grid[row][column] == OFF else ON
    sign = {"==": "=", "<=": "at most", ">=": "at least"}[op]
    fault = f", {OFF} off the claim: {off}" if off else ""
    lines = [f"{measure} against {parameter}: {ON} counted, {CLAIMED} claimed ({sign}){fault}"]
    for i, line in enumerate(grid):
        tick = top * (HEIGHT - i) / HEIGHT
        label = str(tick) if tick.denominator == 1 and i % 5 == 0 else ""
        lines.append(f"{label:>{LEFT}} |{''.join(line).rstrip()}")
    lines.append(" " * LEFT + " +" + "-" * columns)
    ends = f"{first}{str(last).rjust(columns - len(str(first)))}"
    return [*lines, " " * (LEFT + 2) + ends]


def _value(side: Size, name: str, n: int) -> Fraction | None:
    try:
        return side.value({}, {name: n})
    except ProofcheckError:
        return None
