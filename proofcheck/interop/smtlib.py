"""SMT-LIB 2 files of questions about networks: every number exact, one named constant for each node.

The text uses the core, arithmetic and `to_int` of the standard only, so that any solver for linear arithmetic reads it:
QF_LRA over intervals, QF_LIRA where the domain is a grid, a statement rounds down, and QF_NRA or
QF_NIRA where something is squared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from proofcheck.domains import Domain, Grid, Intervals
from proofcheck.domains.sets import BIT
from proofcheck.interop.questions import Question
from proofcheck.networks import Activation, Network
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, Term

Reader = Callable[[Term], str]


def smtlib_text(network: Network, question: Question | None = None, status: str = "", title: str = "") -> str:
    """The file that asks whether some input of the domain answers the question; without one, only for an input.

    Inputs are x_0, x_1, ..., nodes n_i, outputs y_0, y_1, ..., all of sort Real. status: "sat" or "unsat" where it is
    known. title: a comment.
    """
    domain = network.domain if question is None else question.domain
    terms = () if question is None else tuple(postorder((question.condition,)))
    whole = any(isinstance(s, Grid) for s in domain.sets) or any(t.op in ("floordiv", "mod") for t in terms)
    squared = any(t.op == "square" for t in terms)
    logic = "QF_N" if squared else "QF_L"
    lines = [f"; {line}" for line in title.splitlines()]
    lines += ["(set-info :smt-lib-version 2.6)", f"(set-logic {logic}{'IRA' if whole else 'RA'})"]
    if status:
        lines.append(f"(set-info :status {status})")
    lines += [*_domain(domain), *_network(network), *([] if question is None else _condition(terms, question, domain))]
    return "\n".join([*lines, "(check-sat)", "(exit)"]) + "\n"


def _domain(domain: Domain) -> Iterator[str]:
    for i, s in enumerate(domain.sets):
        if s == BIT:
            yield f"(declare-const b_{i} Bool)"
            yield f"(define-fun x_{i} () Real (ite b_{i} 1.0 0.0))"
        elif isinstance(s, Grid):
            yield f"(declare-const k_{i} Int)"
            yield f"(assert (and (<= 0 k_{i}) (<= k_{i} {s.count - 1})))"
            yield f"(define-fun x_{i} () Real {_sum(s.low, [(s.step, f'(to_real k_{i})')])})"
        else:
            yield f"(declare-const x_{i} Real)"
            parts = s.parts if isinstance(s, Intervals) else ((s.low, s.high),)
            ranges = [_range(f"x_{i}", low, high) for low, high in parts]
            if ranges != [""]:
                yield f"(assert {_joined('or', ranges)})"
    for c in domain.constraints:
        left = _sum(Fraction(0), [(by, f"x_{i}") for i, by in c.terms])
        yield f"(assert ({'<=' if c.relation == '<=' else '='} {left} {number(c.bound)}))"
    for group in domain.different:
        yield f"(assert (distinct {' '.join(f'x_{i}' for i in group)}))"


def _range(name: str, low: Fraction | None, high: Fraction | None) -> str:
    sides = [f"(<= {number(low)} {name})"] if low is not None else []
    sides += [f"(<= {name} {number(high)})"] if high is not None else []
    return _joined("and", sides) if sides else ""


def _network(network: Network) -> Iterator[str]:
    def name(node: int) -> str:
        return f"x_{node}" if node < network.input_count else f"n_{node}"

    for node, kind, bias, terms in network.nodes():
        value = _sum(bias, [(weight, name(source)) for source, weight in terms])
        yield f"(declare-const {name(node)} Real)"
        if kind.kind != "identity":
            yield f"(declare-const a_{node} Real)"
            yield f"(assert (= a_{node} {value}))"
            value = _activated(kind, f"a_{node}")
        yield f"(assert (= {name(node)} {value}))"
    for i, node in enumerate(network.output.tolist()):
        yield f"(define-fun y_{i} () Real {name(node)})"


def _activated(kind: Activation, value: str) -> str:
    match kind.kind:
        case "relu":
            return f"(ite (>= {value} 0.0) {value} 0.0)"
        case "leaky_relu":
            return f"(ite (>= {value} 0.0) {value} (* {number(kind.slope)} {value}))"
        case "step":
            return f"(ite (>= {value} 0.0) 1.0 0.0)"
    return f"(ite (>= {value} 1.0) 1.0 (ite (>= {value} 0.0) {value} 0.0))"


def _condition(terms: Sequence[Term], question: Question, domain: Domain) -> Iterator[str]:
    """The terms in order, each a constant of sort Bool or Real that is defined by those before it."""
    bools: dict[Term, str] = {}
    reals: dict[Term, str] = {}

    def real(term: Term) -> str:
        return reals[term] if term in reals else f"(ite {bools[term]} 1.0 0.0)"

    def boolean(term: Term) -> str:
        return bools[term] if term in bools else f"(= {reals[term]} 1.0)"

    for i, term in enumerate(terms):
        match term.op:
            case "constant":
                reals[term] = number(term.data)
                if term.boolean:
                    bools[term] = "true" if term.data else "false"
                continue
            case "output":
                reals[term] = f"y_{term.data}"
                continue
            case "input":
                reals[term] = f"x_{term.data}"
                if domain.sets[term.data] == BIT:
                    bools[term] = f"b_{term.data}"
                continue
        args = term.args
        if term.op in COMPARISONS:
            text = f"({'=' if term.op == '==' else term.op} {real(args[0])} {real(args[1])})"
        elif term.boolean:
            word = "ite" if term.op == "where" else term.op
            text = f"({word} {' '.join(map(boolean, args))})" if len(args) > 1 or word == "not" else boolean(args[0])
        else:
            text = _number_term(term, real, boolean)
        yield f"(declare-const t_{i} {'Bool' if term.boolean else 'Real'})"
        yield f"(assert (= t_{i} {text}))"
        (bools if term.boolean else reals)[term] = f"t_{i}"
    yield f"(assert {boolean(question.condition)})"


def _number_term(term: Term, real: Reader, boolean: Reader) -> str:
    args = term.args
    match term.op:
        case "affine":
            start, coefficients = term.data
            return _sum(start, [(by, real(a)) for by, a in zip(coefficients, args, strict=True)])
        case "abs":
            return f"(ite (>= {real(args[0])} 0.0) {real(args[0])} (- {real(args[0])}))"
        case "square":
            return f"(* {real(args[0])} {real(args[0])})"
        case "where":
            return f"(ite {boolean(args[0])} {real(args[1])} {real(args[2])})"
        case "floordiv" | "mod":
            quotient = f"(to_real (to_int (* {number(Fraction(1, term.data))} {real(args[0])})))"
            return quotient if term.op == "floordiv" else f"(- {real(args[0])} (* {number(Fraction(term.data))} {quotient}))"
    best = real(args[0])
    if len(args) == 1:
        return best
    rest = [real(a) for a in args]
    relation = ">=" if term.op == "max" else "<="
    text = rest[-1]
    for i in range(len(rest) - 2, -1, -1):  # the first argument that beats all later ones
        beats = [f"({relation} {rest[i]} {other})" for other in rest[i + 1 :]]
        text = f"(ite {_joined('and', beats)} {rest[i]} {text})"
    return text


def number(value: Fraction | int) -> str:
    """A rational as SMT-LIB writes it: 3.0, (- 3.0), (/ 3.0 4.0), (- (/ 3.0 4.0))."""
    value = Fraction(value)
    size = f"{abs(value.numerator)}.0"
    if value.denominator != 1:
        size = f"(/ {size} {value.denominator}.0)"
    return f"(- {size})" if value < 0 else size


def _sum(start: Fraction, parts: Sequence[tuple[Fraction, str]]) -> str:
    words = [text if by == 1 else f"(* {number(by)} {text})" for by, text in parts]
    if start or not words:
        words.append(number(start))
    return words[0] if len(words) == 1 else f"(+ {' '.join(words)})"


def _joined(connective: str, parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({connective} {' '.join(parts)})"
