"""Values of nodes and terms at a few exact inputs: equal up to scale and shift is a reason to try to prove it, never more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from proofcheck.checkers.piecewise.polynomials import Monomial, Number, plain
from proofcheck.checkers.piecewise.proof_forms import Forms
from proofcheck.domains.sets import Interval, ends
from proofcheck.networks.interpret import RATIONALS, interpret_nodes
from proofcheck.spec.evaluation import apply
from proofcheck.spec.sampling import sample
from proofcheck.spec.term import Term

INPUTS = 48
DRAWN = 144
PRIME = 997

Signature = tuple[Number, ...]


@dataclass
class Signatures:
    """values: of each variable at the inputs. alike: variables by the normal form of their values."""

    forms: Forms
    count: int
    values: dict[int, Signature]
    alike: dict[Signature, list[int]] = field(default_factory=dict)

    def enter(self, v: int) -> None:
        """Let others be found to be like this variable."""
        self.alike.setdefault(normal(self.values[v])[0], []).append(v)

    def term(self, term: Term, v: int) -> None:
        """The values of a term whose arguments have values."""
        if v not in self.values:
            columns = [self.values[self.forms.terms[a]] for a in term.args]
            rows = zip(*columns, strict=True) if columns else [()] * self.count
            self.values[v] = tuple(plain(apply(term, row)) for row in rows)

    def of(self, polynomial: Mapping[Monomial, Number]) -> Signature:
        """The values of a polynomial."""
        total: list[Number] = [0] * self.count
        for monomial, q in polynomial.items():
            part: Signature = (q,) * self.count
            for v in monomial:
                part = tuple(a * b for a, b in zip(part, self.values[v], strict=True))
            total = [a + b for a, b in zip(total, part, strict=True)]
        return tuple(plain(x) for x in total)


def signatures_of(forms: Forms, seed: int) -> Signatures:
    """The values at inputs drawn from the domain. Raises Refusal when none can be drawn."""
    numerators, denominator = sample(forms.domain, DRAWN, seed)
    rows = numerators[-INPUTS:] if len(numerators) > INPUTS else numerators
    drawn = [[Fraction(int(x), denominator) for x in row] for row in rows]
    points = [[plain(x) for x in point] for point in mixed(forms, drawn, seed)]
    nodes = [interpret_nodes(forms.network, point, RATIONALS) for point in points]
    values = {v: tuple(plain(Fraction(x)) for x in column) for v, column in enumerate(zip(*nodes, strict=True))}
    found = Signatures(forms, len(points), values)
    for term in forms.place:
        if term.op not in ("input", "output"):
            found.term(term, forms.terms[term])
    return found


def mixed(forms: Forms, points: Sequence[list[Fraction]], seed: int) -> list[list[Fraction]]:
    """Most points replaced by mixtures of two, coordinate by coordinate, off the lattice they were drawn from.

    A mixture that leaves the domain is mixed in one proportion instead, and if that leaves it too, the point stays.
    """
    random = Random(seed)
    found = list(points)
    cone = all(isinstance(s, Interval) and None in ends(s) for s in forms.domain.sets)  # whole numbers will do there
    for k in range(len(points)):
        a, b = points[k], points[random.randrange(len(points))]
        own = [Fraction(random.randrange(PRIME), PRIME) for _ in a]
        for weights in () if k % 4 == 0 else (own, own[:1] * len(a)):
            point = [w * x + (1 - w) * y for w, x, y in zip(weights, a, b, strict=True)]
            point = [Fraction(round(x * PRIME)) for x in point] if cone else point
            if forms.domain.contains(point):
                found[k] = point
                break
    return found


def normal(signature: Sequence[Number]) -> tuple[Signature, Number, Number]:
    """(n, a, b) with signature == a n + b, where n begins with 0 and its first other entry is 1; n is 0 for a constant."""
    b = signature[0]
    apart = [x - b for x in signature]
    a = next((x for x in apart if x), 0)
    if not a:
        return (0,) * len(apart), 0, b
    inverse = 1 / Fraction(a)
    return tuple(plain(x * inverse) for x in apart), a, b
