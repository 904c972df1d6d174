"""Whether the rows of a tensor lie in a domain, decided exactly and for many rows at once.

A coordinate on a dyadic grid is checked in 64-bit floats and integers that cannot round here; whatever does not fit
them (a continuum, a grid of thirds, integers beyond 2^53) is checked row by row in rationals. NaN is in no domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import isfinite, lcm
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from proofcheck.domains import Domain, Grid
from proofcheck.domains.sets import element
from proofcheck.engine.ranges import NoRange, range_of, short

CHUNK = 1 << 13
EXACT = 1 << 53
LEAST, LARGEST = -1022, 900


@dataclass(frozen=True, eq=False)
class Membership:
    """The conditions of a domain in units: coordinate i on a grid is units[i] times an integer.

    low, high, step, residue: the integers u allowed are low <= u <= high with u = residue modulo step. free: the
    coordinates that are not of this form and are checked in rationals. row, column, coefficient: the entries of the
    constraints, in integers; a constraint is total <= bound, or == where `equal`. by_rows: the conditions are too large
    for 64 bits, or speak of free coordinates, so that every row is checked in rationals.
    """

    domain: Domain
    units: npt.NDArray[np.float64]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    step: npt.NDArray[np.int64]
    residue: npt.NDArray[np.int64]
    free: tuple[int, ...]
    row: npt.NDArray[np.int64]
    column: npt.NDArray[np.int64]
    coefficient: npt.NDArray[np.int64]
    bound: npt.NDArray[np.int64]
    equal: npt.NDArray[np.bool_]
    by_rows: bool

    @cached_property
    def integral(self) -> bool:
        return bool((self.units == 1).all())

    @cached_property
    def stepped(self) -> bool:
        return bool((self.step > 1).any())

    def first_outside(self, x: Tensor) -> int | None:
        """The first row of x (batch, d) that is not in the domain; None when all are."""
        for begin in range(0, len(x), CHUNK):
            inside = self._inside(x[begin : begin + CHUNK])
            if not bool(inside.all()):
                return begin + int(torch.argmin(inside.to(torch.int8)))
        return None

    def _inside(self, x: Tensor) -> Tensor:
        if not x.is_floating_point():
            x = x.to(torch.int64)
        if self.by_rows or not (x.is_floating_point() or bool(((x >= -EXACT) & (x <= EXACT)).all())):
            return torch.tensor([self.contains(values) for values in x.tolist()], device=x.device)
        if not x.is_floating_point() and self.integral:
            value = whole = x
            good = torch.ones_like(x, dtype=torch.bool)
        else:
            value = x.to(torch.float64)
            units = value / self._on("units", x)
            whole = units.floor()
            good = (units == whole) & (whole * self._on("units", x) == value)
        good &= (whole >= self._on("low", x)) & (whole <= self._on("high", x))
        for i in self.free:
            distinct, place = torch.unique(x[:, i], return_inverse=True)
            allowed = [isfinite(v) and element(self.domain.sets[i], Fraction(v)) for v in distinct.tolist()]
            good[:, i] = torch.tensor(allowed, device=x.device)[place]
        inside = good.all(1)
        integers = torch.where(good, whole, 0).to(torch.int64)
        if self.stepped:
            inside &= (integers.remainder(self._on("step", x)) == self._on("residue", x)).all(1)
        if len(self.bound):
            terms = integers[:, self._on("column", x)] * self._on("coefficient", x)
            total = terms.new_zeros(len(x), len(self.bound)).index_add_(1, self._on("row", x), terms)
            bound = self._on("bound", x)
            inside &= torch.where(self._on("equal", x), total == bound, total <= bound).all(1)
        for group in self.domain.different:
            ordered = value[:, list(group)].sort(1).values
            inside &= (ordered[:, 1:] != ordered[:, :-1]).all(1)
        return inside

    def contains(self, values: list[Any]) -> bool:
        """Whether one row, as Python numbers, is in the domain."""
        return all(map(isfinite, values)) and self.domain.contains([Fraction(v) for v in values])

    def complaint(self, values: list[Any]) -> str:
        """What is wrong with one row that is not in the domain."""
        for i, (value, scalar) in enumerate(zip(values, self.domain.sets, strict=True)):
            if not isfinite(value):
                return f"input {i} is {value}"
            if not element(scalar, Fraction(value)):
                return f"input {i} is {short(Fraction(value))}"
        return "a condition on several inputs fails"

    def _on(self, name: str, x: Tensor) -> Tensor:
        return torch.from_numpy(getattr(self, name)).to(x.device)


@lru_cache(maxsize=8)
def membership(domain: Domain) -> Membership:
    """The conditions of `domain` in units."""
    count = domain.dimension
    unit = [Fraction(1)] * count
    low, high, step, free = [0] * count, [0] * count, [1] * count, []
    for i, scalar in enumerate(domain.sets):
        try:
            found = range_of(scalar, *domain.bounds(i))
        except NoRange:
            free.append(i)
            continue
        if isinstance(scalar, Grid) and found.magnitude <= EXACT and LEAST <= found.exponent <= LARGEST:
            unit[i], low[i], high[i] = Fraction(2) ** found.exponent, found.low, found.high
            step[i] = int(scalar.step / unit[i]) if found.low < found.high else 1
        else:
            free.append(i)
    entries: list[tuple[int, int, int]] = []
    bounds: list[int] = []
    by_rows = False
    for row, constraint in enumerate(domain.constraints):
        terms = [(i, c * unit[i]) for i, c in constraint.terms]
        scale = lcm(constraint.bound.denominator, *(c.denominator for _, c in terms))
        scaled, bound = [(row, i, int(c * scale)) for i, c in terms], int(constraint.bound * scale)
        size = abs(bound) + sum(abs(c) * max(-low[i], high[i]) + abs(c) for _, i, c in scaled)
        by_rows |= size >= 1 << 62 or any(i in free for i, _ in terms)
        entries += scaled
        bounds.append(bound)
    if by_rows:
        entries, bounds = [], []
    table = np.array(entries, np.int64).reshape(-1, 3)
    return Membership(
        domain=domain,
        units=np.array([float(u) for u in unit]),
        low=np.array(low, np.int64),
        high=np.array(high, np.int64),
        step=np.array(step, np.int64),
        residue=np.array([a % b for a, b in zip(low, step, strict=True)], np.int64),
        free=tuple(free),
        row=table[:, 0],
        column=table[:, 1],
        coefficient=table[:, 2],
        bound=np.array(bounds, np.int64),
        equal=np.array([constraint.relation == "==" for constraint in domain.constraints][: len(bounds)], bool),
        by_rows=by_rows,
    )
