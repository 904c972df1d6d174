"""VNN-LIB 2.0 queries, and 1.0 where a query has no strict comparison: linear atoms, and, or; numbers are exact decimals.

The formats have no max, abs or where: a comparison of piecewise-linear terms is split into linear ones, which says the
same of every input. Statements that round down, square or count are refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from proofcheck.domains import Grid, Intervals
from proofcheck.domains.domain import Domain
from proofcheck.errors import Refusal
from proofcheck.interop.questions import Question
from proofcheck.networks import Network, Port
from proofcheck.spec.term import COMPARISONS, Term, node

MOST_ATOMS = 200_000
MOST_POINTS = 1024
Linear = dict[str, Fraction]  # the coefficient of each variable, "" for the constant


@dataclass(frozen=True)
class Atom:
    """linear `relation` 0 with relation <=, <, == or !=; `linear` as sorted pairs of a variable and its coefficient."""

    relation: str
    linear: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Junction:
    """A conjunction ("and") or disjunction ("or") of parts; of none of them true or false."""

    connective: str
    parts: tuple[Formula, ...]


Formula = Atom | Junction
TRUE, FALSE = Junction("and", ()), Junction("or", ())


def vnnlib_text(network: Network, question: Question, version: str = "2.0", title: str = "", name: str = "network") -> str:
    """The query whether an input of the domain answers the question: sat if there is one.

    Inputs are one tensor X of shape [1, ...], outputs Y, as the ONNX file has them where there is one port of each;
    with more ports they are X1, X2, ... in order. Version 1.0 numbers all values from X_0 and Y_0. Raises Refusal for
    what the format cannot say exactly.
    """
    writer = _Writer(network, version)
    parts = [*writer.domain(question.domain), writer.boolean(question.condition, True)]
    lines = [f"; {line}" for line in title.splitlines()]
    lines += writer.head(name)
    whole = junction("and", parts)
    conjuncts = whole.parts if isinstance(whole, Junction) and whole.connective == "and" and whole.parts else (whole,)
    lines += [f"(assert {writer.text(conjunct)})" for conjunct in conjuncts]
    return "\n".join(lines) + "\n"


class _Writer:
    def __init__(self, network: Network, version: str) -> None:
        if version not in ("1.0", "2.0"):
            raise Refusal(f"VNN-LIB {version} is not written here: ask for 1.0 or 2.0")
        self.network, self.old, self.atoms = network, version == "1.0", 0
        self.inputs, self.outputs = self._names("X", network.inputs), self._names("Y", network.outputs)
        self.place = {name: i for i, name in enumerate((*self.inputs, *self.outputs))}

    def _names(self, letter: str, ports: tuple[Port, ...]) -> list[str]:
        names: list[str] = []
        for number, port in enumerate(ports, 1):
            tensor = letter if len(ports) == 1 else f"{letter}{number}"
            for index in range(port.size):
                place = []
                rest = index
                for extent in reversed(port.shape):
                    rest, i = divmod(rest, extent)
                    place.append(str(i))
                names.append(f"{letter}_{len(names)}" if self.old else f"{tensor}[{','.join(['0', *reversed(place)])}]")
        return names

    def head(self, name: str) -> Iterator[str]:
        if self.old:
            yield from (f"(declare-const {variable} Real)" for variable in (*self.inputs, *self.outputs))
            return
        yield "(vnnlib-version <2.0>)"
        yield f"(declare-network {name}"
        for letter, what, ports in (("X", "input", self.network.inputs), ("Y", "output", self.network.outputs)):
            for number, port in enumerate(ports, 1):
                shape = ",".join(map(str, (1, *port.shape)))
                yield f"  (declare-{what} {letter if len(ports) == 1 else f'{letter}{number}'} real [{shape}])"
        yield ")"

    def domain(self, domain: Domain) -> Iterator[Formula]:
        for i, s in enumerate(domain.sets):
            x = self.inputs[i]
            if isinstance(s, Grid):
                if s.count > MOST_POINTS:
                    raise Refusal(f"input {i} takes {s.count} values, VNN-LIB lists each: at most {MOST_POINTS} are written")
                points = [atom("==", {x: Fraction(1), "": -(s.low + k * s.step)}) for k in range(s.count)]
                yield junction("or", points)
                continue
            parts = s.parts if isinstance(s, Intervals) else ((s.low, s.high),)
            yield junction("or", [junction("and", _range(x, low, high)) for low, high in parts])
        for c in domain.constraints:
            linear = {self.inputs[i]: by for i, by in c.terms}
            yield atom(c.relation, {**linear, "": -c.bound})
        for group in domain.different:
            for k, i in enumerate(group):
                for j in group[k + 1 :]:
                    yield atom("!=", {self.inputs[i]: Fraction(1), self.inputs[j]: Fraction(-1)})

    def boolean(self, term: Term, true: bool) -> Formula:
        """The formula that `term` is true, or that it is false."""
        match term.op:
            case "constant":
                return TRUE if (term.data == 1) is true else FALSE
            case "not":
                return self.boolean(term.args[0], not true)
            case "and" | "or":
                return junction("and" if (term.op == "and") is true else "or", [self.boolean(a, true) for a in term.args])
            case "xor":
                a, b = term.args
                return self._cases(a, self.boolean(b, not true), self.boolean(b, true))
            case "where":
                c, a, b = term.args
                return self._cases(c, self.boolean(a, true), self.boolean(b, true))
            case "input":
                return atom("==", {self.inputs[term.data]: Fraction(1), "": Fraction(-1 if true else 0)})
        if term.op not in COMPARISONS:
            raise Refusal(f"a Boolean {term.op} term cannot be written in VNN-LIB")
        difference = [(Fraction(1), term.args[0]), (Fraction(-1), term.args[1])]
        if term.op == "==":
            if true:
                return junction("and", [self.compared(difference, False), self.compared(_negated(difference), False)])
            return junction("or", [self.compared(difference, True), self.compared(_negated(difference), True)])
        strict = term.op == "<"
        return self.compared(difference, strict) if true else self.compared(_negated(difference), not strict)

    def _cases(self, condition: Term, then: Formula, otherwise: Formula) -> Formula:
        yes = junction("and", [self.boolean(condition, True), then])
        return junction("or", [yes, junction("and", [self.boolean(condition, False), otherwise])])

    def compared(self, parts: list[tuple[Fraction, Term]], strict: bool, constant: Fraction = Fraction(0)) -> Formula:
        """constant + sum of coefficient * term <= 0, or < 0: split at the first term that is not linear."""
        linear: Linear = {"": constant}
        stack = list(parts)
        while stack:
            by, term = stack.pop()
            if term.op == "affine":
                start, coefficients = term.data
                linear[""] += by * start
                stack += [(by * c, a) for c, a in zip(coefficients, term.args, strict=True)]
            elif term.op == "constant":
                linear[""] += by * term.data
            elif term.op in ("input", "output"):
                name = (self.inputs if term.op == "input" else self.outputs)[term.data]
                linear[name] = linear.get(name, Fraction(0)) + by
            else:
                return self._split(
                    by,
                    term,
                    [*stack, *((c, self.variable(name)) for name, c in linear.items() if name and c)],
                    linear[""],
                    strict,
                )
        return self._count(atom("<" if strict else "<=", linear))

    def _split(self, by: Fraction, term: Term, rest: list[tuple[Fraction, Term]], start: Fraction, strict: bool) -> Formula:
        def with_part(part: Term, factor: Fraction = by) -> Formula:
            return self.compared([*rest, (factor, part)], strict, start)

        if term.boolean:
            yes, no = self.compared(rest, strict, start + by), self.compared(rest, strict, start)
            return self._cases(term, yes, no)
        match term.op:
            case "max" | "min":
                every = (term.op == "max") == (by > 0)
                return junction("and" if every else "or", [with_part(a) for a in term.args])
            case "abs":
                return junction("and" if by > 0 else "or", [with_part(term.args[0], by), with_part(term.args[0], -by)])
            case "where":
                c, a, b = term.args
                return self._cases(c, with_part(a), with_part(b))
        raise Refusal(f"the statement contains {term.op}, which VNN-LIB cannot say: export it as SMT-LIB")

    def variable(self, name: str) -> Term:
        """The term of a variable."""
        i = self.place[name]
        return node("input", i, (), False) if i < len(self.inputs) else node("output", i - len(self.inputs), (), False)

    def _count(self, formula: Formula) -> Formula:
        self.atoms += 1
        if self.atoms > MOST_ATOMS:
            raise Refusal(f"the query has more than {MOST_ATOMS} comparisons once it is split: export it as SMT-LIB")
        return formula

    def text(self, formula: Formula) -> str:
        """The formula as the format writes it."""
        if isinstance(formula, Junction):
            if not formula.parts:
                name = next(iter(self.place))
                return f"(or (<= {name} 0.0) (>= {name} 0.0))" if formula == TRUE else f"(and (<= {name} 0.0) (>= {name} 1.0))"
            return f"({formula.connective} {' '.join(self.text(part) for part in formula.parts)})"
        relation = formula.relation
        if self.old and relation in ("<", "!="):
            raise Refusal("the query has a strict comparison, which VNN-LIB 1.0 cannot say: write version 2.0")
        pairs = dict(formula.linear)
        constant = pairs.pop("", Fraction(0))
        if len(pairs) == 1 and _is_decimal(bound := -constant / next(iter(pairs.values()))):
            (name, by), *_ = pairs.items()
            turned = {"<=": ">=", "<": ">"}.get(relation, relation) if by < 0 else relation
            return self._compare(turned, name, _decimal(bound))
        scale = lcm(*(c.denominator for c in (constant, *pairs.values())))
        words = [
            name if by * scale == 1 else f"(* {_decimal(by * scale)} {name})"
            for name, by in sorted(pairs.items(), key=lambda pair: self.place[pair[0]])
        ]
        left = "0.0" if not words else words[0] if len(words) == 1 else f"(+ {' '.join(words)})"
        return self._compare(relation, left, _decimal(-constant * scale))

    def _compare(self, relation: str, left: str, right: str) -> str:
        if self.old and relation == "==":
            return f"(and (<= {left} {right}) (>= {left} {right}))"
        return f"({relation} {left} {right})"


def atom(relation: str, linear: Linear) -> Formula:
    """The comparison of a linear form with 0; one without variables is true or false."""
    kept = {name: by for name, by in linear.items() if by != 0 and name}
    start = linear.get("", Fraction(0))
    if not kept:
        good = {"<=": start <= 0, "<": start < 0, "==": start == 0, "!=": start != 0}[relation]
        return TRUE if good else FALSE
    return Atom(relation, tuple(sorted({**kept, "": start}.items())))


def junction(connective: str, parts: list[Formula]) -> Formula:
    """The parts joined, those of the same connective taken apart, true and false resolved."""
    absorbing, neutral = (FALSE, TRUE) if connective == "and" else (TRUE, FALSE)
    flat: dict[Formula, None] = {}
    for part in parts:
        if part == absorbing:
            return absorbing
        inner = part.parts if isinstance(part, Junction) and part.connective == connective else (part,)
        flat.update(dict.fromkeys(p for p in inner if p != neutral))
    if not flat:
        return neutral
    return next(iter(flat)) if len(flat) == 1 else Junction(connective, tuple(flat))


def _range(name: str, low: Fraction | None, high: Fraction | None) -> list[Formula]:
    sides = [] if low is None else [atom("<=", {name: Fraction(-1), "": low})]
    return sides if high is None else [*sides, atom("<=", {name: Fraction(1), "": -high})]


def _negated(parts: list[tuple[Fraction, Term]]) -> list[tuple[Fraction, Term]]:
    return [(-by, term) for by, term in parts]


def _is_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _decimal(value: Fraction) -> str:
    """A decimal without an exponent, with a point: the formats have no other numbers."""
    digits, scaled = 0, value
    while scaled.denominator != 1:
        digits, scaled = digits + 1, scaled * 10
    text = f"{abs(scaled.numerator):0{digits + 1}d}"
    whole, part = (text, "0") if digits == 0 else (text[:-digits], text[-digits:])
    return f"{'-' if value < 0 else ''}{whole}.{part}"
