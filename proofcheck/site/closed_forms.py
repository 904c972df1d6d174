"""What each neuron of a small network is, in closed form over the inputs: max(x0, x1) - x2 instead of a sum of neurons.

Only identities that hold for every real input are used: relu(u) - relu(-u) = u, relu(u) + relu(-u) = |u|,
b + relu(a - b) = max(a, b), a - relu(a - b) = min(a, b), and relu(u) = u where the domain bounds u below by 0.
A form is a note for readers; `value` evaluates it, so that tests hold it to the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Atom = tuple[Any, ...]
Interval = tuple[Fraction | None, Fraction | None]


@dataclass(frozen=True)
class Affine:
    """shift + sum of coefficients times atoms.

    An atom is ("input", i), ("relu", Affine), ("abs", Affine), ("max", Affine, ...), ("min", Affine, ...), or
    ("other", kind, slope, Affine) for another activation.
    """

    shift: Fraction
    terms: tuple[tuple[Atom, Fraction], ...]

    def plus(self, other: Affine, factor: Fraction) -> Affine:
        """self + factor * other."""
        found = dict(self.terms)
        for atom, coefficient in other.terms:
            found[atom] = found.get(atom, Fraction(0)) + factor * coefficient
        return affine(self.shift + factor * other.shift, found)


def affine(shift: Fraction, terms: Mapping[Atom, Fraction]) -> Affine:
    """With the terms in a fixed order, none of them zero."""
    return Affine(shift, tuple(sorted(((a, c) for a, c in terms.items() if c), key=lambda item: _order(item[0]))))


def atom(*parts: Any) -> Affine:
    """One atom as an affine form."""
    return Affine(Fraction(0), ((tuple(parts), Fraction(1)),))


def activated(kind: str, slope: Fraction, form: Affine, bounds: Sequence[Interval]) -> Affine:
    """An activation of a form, rewritten where an identity applies."""
    if kind == "identity":
        return form
    if not form.terms and kind == "relu":
        return Affine(max(form.shift, Fraction(0)), ())
    if kind != "relu":
        return atom("other", kind, slope, form)
    low, high = bound(form, bounds)
    if low is not None and low >= 0:
        return form
    return Affine(Fraction(0), ()) if high is not None and high <= 0 else atom("relu", form)


def simplified(form: Affine) -> Affine:
    """The form with pairs of relus and what is a maximum or minimum rewritten; the same function of the inputs."""
    for step in (_pairs, _extrema):
        again: Affine | None = form
        while again is not None:
            form, again = again, step(again)
    return form


def bound(form: Affine, bounds: Sequence[Interval]) -> Interval:
    """Bounds of the form when each input is within its bounds; None where there is none."""
    low: Fraction | None = form.shift
    high: Fraction | None = form.shift
    for part, coefficient in form.terms:
        least, most = _bound(part, bounds)
        if coefficient < 0:
            least, most = most, least
        low = None if low is None or least is None else low + coefficient * least
        high = None if high is None or most is None else high + coefficient * most
    return low, high


def value(form: Affine, x: Sequence[Fraction]) -> Fraction:
    """The form at an input. Raises KeyError for an activation that it does not know."""
    return form.shift + sum(coefficient * _value(part, x) for part, coefficient in form.terms)


def words(form: Affine, names: Sequence[str]) -> str:
    """The form as text, such as "max(x0, x1) − x2"."""
    text = ""
    for part, coefficient in form.terms:
        size = "" if abs(coefficient) == 1 else f"{abs(coefficient)}·"
        sign = (" − " if coefficient < 0 else " + ") if text else ("−" if coefficient < 0 else "")
        text += f"{sign}{size}{_words(part, names)}"
    if form.shift or not text:
        text += f" {'−' if form.shift < 0 else '+'} {abs(form.shift)}" if text else str(form.shift).replace("-", "−")
    return text


def _pairs(form: Affine) -> Affine | None:
    """Put relu(u) and relu(-u) together."""
    found = dict(form.terms)
    for part, coefficient in form.terms:
        if part[0] != "relu":
            continue
        mirror = ("relu", Affine(Fraction(0), ()).plus(part[1], Fraction(-1)))
        other = found.get(mirror)
        if other == -coefficient and _leads(part[1]):
            del found[part], found[mirror]
            return affine(form.shift, found).plus(part[1], coefficient)
        if other == coefficient and _leads(part[1]):
            del found[part], found[mirror]
            return affine(form.shift, found).plus(atom("abs", part[1]), coefficient)
    return None


def _extrema(form: Affine) -> Affine | None:
    """r + relu(u) is the maximum of r and r + u, r - relu(u) the minimum of r and r - u: taken where, apart from what both
    sides share, each side is one atom."""
    for part, coefficient in form.terms:
        if part[0] != "relu" or abs(coefficient) != 1:
            continue
        rest = form.plus(Affine(Fraction(0), ((part, coefficient),)), Fraction(-1))
        other = rest.plus(part[1], coefficient)
        mine, theirs = dict(rest.terms), dict(other.terms)
        shared = {a: c for a, c in mine.items() if theirs.get(a) == c}
        left = [(a, c) for a, c in mine.items() if a not in shared]
        right = [(a, c) for a, c in theirs.items() if a not in shared]
        if len(left) == len(right) == 1 and rest.shift == other.shift and left[0][1] == right[0][1] and abs(left[0][1]) == 1:
            sign = left[0][1]
            kind = "max" if coefficient * sign > 0 else "min"
            inner = [side for (single, _) in (right[0], left[0]) for side in _flat(kind, atom(*single))]
            return affine(rest.shift, shared).plus(atom(kind, *sorted(set(inner), key=_place)), sign)
    return None


def _flat(kind: str, form: Affine) -> Iterable[Affine]:
    only = form.terms[0][0] if len(form.terms) == 1 and not form.shift and form.terms[0][1] == 1 else None
    return only[1:] if only is not None and only[0] == kind else (form,)


def _leads(form: Affine) -> bool:
    return bool(form.terms) and form.terms[0][1] > 0


def _bound(part: Atom, bounds: Sequence[Interval]) -> Interval:
    if part[0] == "input":
        return bounds[part[1]]
    if part[0] == "relu":
        low, high = bound(part[1], bounds)
        return max(low or Fraction(0), Fraction(0)), None if high is None else max(high, Fraction(0))
    if part[0] == "abs":
        low, high = bound(part[1], bounds)
        return Fraction(0), None if low is None or high is None else max(abs(low), abs(high))
    if part[0] in ("max", "min"):
        found = [bound(side, bounds) for side in part[1:]]
        lows, highs = [low for low, _ in found if low is not None], [high for _, high in found if high is not None]
        if part[0] == "max":
            return max(lows, default=None), max(highs) if len(highs) == len(found) else None
        return min(lows) if len(lows) == len(found) else None, min(highs, default=None)
    return (Fraction(0), Fraction(1)) if part[1] in ("step", "saturated_linear") else (None, None)


def _value(part: Atom, x: Sequence[Fraction]) -> Fraction:
    if part[0] == "input":
        return x[part[1]]
    if part[0] == "other":
        inner = value(part[3], x)
        return {
            "leaky_relu": inner if inner >= 0 else part[2] * inner,
            "step": Fraction(int(inner >= 0)),
            "saturated_linear": min(max(inner, Fraction(0)), Fraction(1)),
        }[part[1]]
    sides = [value(side, x) for side in part[1:]]
    return {"relu": lambda: max(sides[0], Fraction(0)), "abs": lambda: abs(sides[0])}.get(
        part[0], lambda: max(sides) if part[0] == "max" else min(sides)
    )()


def _words(part: Atom, names: Sequence[str]) -> str:
    if part[0] == "input":
        return names[part[1]]
    if part[0] == "abs":
        return f"|{words(part[1], names)}|"
    if part[0] == "other":
        return f"{part[1].replace('_', ' ')}({words(part[3], names)})"
    return f"{part[0]}({', '.join(words(side, names) for side in part[1:])})"


def _order(part: Atom) -> str:
    return f"{part[1]:06d}" if part[0] == "input" else f"~{part[0]}{part[1:]!r}"


def _place(form: Affine) -> str:
    return ",".join(_order(part) for part, _ in form.terms)
