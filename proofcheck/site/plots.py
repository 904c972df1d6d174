"""Sizes against a parameter: what the construction claims as a pale band, networks that were counted as dots.

Every number is exact until it becomes a place on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from itertools import pairwise

WIDTH, HEIGHT = 352, 200
LEFT, RIGHT, TOP, BOTTOM = 42, 344, 26, 172
FEWEST = 4


@dataclass(frozen=True)
class Plot:
    """One measure against one parameter. dots: (parameter, counted). claimed: the claim at a parameter. op: ==, <= or >=."""

    measure: str
    parameter: str
    dots: tuple[tuple[int, Fraction], ...]
    claimed: Callable[[int], Fraction | None]
    op: str
    formula: str

    @property
    def off(self) -> list[tuple[int, Fraction]]:
        """The dots that the claim does not allow."""
        return [(n, y) for n, y in self.dots if not self._allows(n, y)]

    def _allows(self, n: int, counted: Fraction) -> bool:
        value = self.claimed(n)
        if value is None:
            return False
        return counted == value if self.op == "==" else counted <= value if self.op == "<=" else counted >= value

    @property
    def words(self) -> str:
        """What a screen reader says of the plot."""
        where = f"{self.parameter} from {self.dots[0][0]} to {self.dots[-1][0]}"
        ends = f"all {'on' if self.op == '==' else 'within'} the claim" if not self.off else f"{len(self.off)} off the claim"
        return f"{self.measure} against {where}: {len(self.dots)} counted networks, {ends}"

    def svg(self) -> str:
        """The plot as an SVG element."""
        first, last = self.dots[0][0], self.dots[-1][0]
        curve = [(n, value) for n in _range(first, last) if (value := self.claimed(n)) is not None]
        top = max([y for _, y in self.dots] + [y for _, y in curve]) or Fraction(1)
        ticks = _ticks(top)
        high = max(Fraction(ticks[-1]), top)

        def x(n: int) -> float:
            return LEFT + (RIGHT - LEFT) * (n - first) / max(1, last - first)

        def y(value: Fraction) -> float:
            return BOTTOM - (BOTTOM - TOP) * float(value / high)

        parts = [
            f'<line x1="{LEFT}" x2="{RIGHT}" y1="{y(Fraction(t)):.1f}" y2="{y(Fraction(t)):.1f}" stroke="var(--rule)"/>'
            f'<text x="{LEFT - 6}" y="{y(Fraction(t)) + 4:.1f}" text-anchor="end">{_short(t)}</text>'
            for t in ticks
        ]
        marks = [n for n in dict.fromkeys((first, 8, 16, 32, last)) if first <= n <= last]
        kept = [n for n in marks if n in (first, last) or (x(n) - LEFT > 22 and RIGHT - x(n) > 44)]
        for n in kept:
            name = f"{self.parameter} = {n}" if n == last else str(n)
            anchor = "end" if n == last else "middle"
            parts.append(f'<text x="{x(n):.1f}" y="188" text-anchor="{anchor}">{escape(name)}</text>')
            parts.append(f'<line class="ax" x1="{x(n):.1f}" x2="{x(n):.1f}" y1="{BOTTOM}" y2="{BOTTOM + 4}"/>')
        parts.append(f'<line class="ax" x1="{LEFT}" x2="{RIGHT}" y1="{BOTTOM}" y2="{BOTTOM}"/>')
        if curve:
            parts.append(f'<path class="claimed" d="{_steps([(x(n), y(value)) for n, value in curve])}"/>')
        off = {n for n, _ in self.off}
        for n, value in self.dots:
            if n in off:
                parts.append(f'<path class="bad" d="M{x(n):.1f} {y(value) - 4:.1f}l4 4l-4 4l-4 -4z"/>')
            else:
                parts.append(
                    f'<circle class="dot" cx="{x(n):.1f}" cy="{y(value):.1f}" r="{2.1 if len(self.dots) < 30 else 1.8}"/>'
                )
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(self.words)}">{"".join(parts)}</svg>'


def _range(first: int, last: int) -> Sequence[int]:
    step = max(1, (last - first) // 256)
    return [*range(first, last, step), last]


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A line that steps halfway between whole numbers: nothing is claimed in between."""
    if len(points) > 90:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (x, y), (u, v) in pairwise(points):
        path += f"H{(x + u) / 2:.1f}" + (f"V{v:.1f}" if abs(v - y) > 0.05 else "")
    return f"{path}H{points[-1][0]:.1f}"


def _ticks(top: Fraction) -> list[int]:
    """A few whole numbers from 0 to at least near the top."""
    step, whole = 1, max(1, int(top))
    while whole / step > 4:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return list(range(0, whole + step, step)) if whole % step == 0 or whole < step else list(range(0, whole + 1, step))


def _short(number: int) -> str:
    return f"{number // 1000}k" if number >= 10_000 and number % 1000 == 0 else str(number)
