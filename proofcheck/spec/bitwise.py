"""The reading of terms as gates: every number a word of literals in two's complement, so that 64 inputs fit in a word.

A number is word / denominator with one denominator per term, and words are as wide as their exact range asks, so that
nothing wraps around. Inputs are bits; outputs, for properties, are affine forms over further bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from proofcheck.circuits.arithmetic import add, add_columns
from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import FALSE, TRUE
from proofcheck.errors import Refusal
from proofcheck.spec.evaluation import postorder
from proofcheck.spec.term import COMPARISONS, CONNECTIVES, Term

WIDEST = 128
MOST_GATES = 1 << 18
Form = tuple[Fraction, tuple[tuple[Fraction, int], ...]]


@dataclass(frozen=True)
class Word:
    """The number with these bits in two's complement, lowest first and the sign last, over `denominator`.

    Its numerator lies in low .. high.
    """

    bits: tuple[int, ...]
    denominator: int
    low: int
    high: int


def words(builder: Builder, terms: Sequence[Term], inputs: Sequence[int], outputs: Sequence[Word] = ()) -> list[Word]:
    """A word for each term. inputs: the literal of each input. outputs: what the terms read as outputs of a network.

    Raises Refusal when a word would be wider than 128 bits or the gates more than 2^18.
    """
    given = {"input": [bit(x) for x in inputs], "output": list(outputs)}
    known: dict[Term, Word] = {}
    for term in postorder(terms):
        if term.op in given:
            if term.data >= len(given[term.op]):
                raise Refusal(f"the term reads {term.op} {term.data}, only {len(given[term.op])} {term.op}s are given")
            known[term] = given[term.op][term.data]
        else:
            known[term] = _apply(builder, term, [known[argument] for argument in term.args])
        if builder.gate_count > MOST_GATES:
            raise Refusal(f"the terms need more than {MOST_GATES} gates")
    return [known[term] for term in terms]


def bit(literal: int) -> Word:
    """The number 0 or 1 of a literal."""
    return Word((literal, FALSE), 1, 0, 1)


def constant(value: Fraction | int) -> Word:
    exact = Fraction(value)
    return _word(_digits(exact.numerator, _width(exact.numerator, exact.numerator)), exact.denominator, *[exact.numerator] * 2)


def form(builder: Builder, value: Form, bits: Sequence[int]) -> Word:
    """An affine form over literals."""
    return affine(builder, value[0], [(factor, bit(bits[i])) for factor, i in value[1]])


def affine(builder: Builder, start: Fraction, terms: Sequence[tuple[Fraction, Word]]) -> Word:
    """start + sum of factor * word."""
    denominator = lcm(start.denominator, *((factor / word.denominator).denominator for factor, word in terms))
    scaled = [(int(factor / word.denominator * denominator), word) for factor, word in terms]
    first = int(start * denominator)
    low = first + sum(min(f * w.low, f * w.high) for f, w in scaled)
    high = first + sum(max(f * w.low, f * w.high) for f, w in scaled)
    width = _width(low, high)
    columns: list[list[int]] = [[] for _ in range(width)]
    for factor, word in scaled:
        for k, literal in enumerate(word.bits):
            weight = factor << k if k < len(word.bits) - 1 else -factor << k
            if weight < 0:  # w b = w + |w| (1 - b)
                first, weight, literal = first + weight, -weight, literal ^ 1
            if literal == TRUE:
                first += weight
            elif literal != FALSE:
                for place in range(min(weight.bit_length(), width)):
                    if weight >> place & 1:
                        columns[place].append(literal)
    for place in range(width):
        if first >> place & 1:
            columns[place].append(TRUE)
    total = add_columns(builder, columns, width)
    return _word(tuple(total), denominator, low, high)


def equal(builder: Builder, one: Word, other: Word) -> int:
    """The literal of one == other."""
    a, b, width = _common(builder, one, other)
    pairs = zip(_extended(a.bits, width), _extended(b.bits, width), strict=True)
    return builder.and_all([builder.xor(x, y) ^ 1 for x, y in pairs])


def truth(word: Word) -> int:
    """The literal of a Boolean term: its number is 0 or 1."""
    return word.bits[0]


def _apply(builder: Builder, term: Term, args: list[Word]) -> Word:
    if term.op in CONNECTIVES:
        literals = [truth(a) for a in args]
        if term.op == "not":
            return bit(literals[0] ^ 1)
        joined = {"and": builder.and_all, "or": builder.or_all, "xor": builder.xor_all}
        return bit(joined[term.op](literals))
    if term.op in COMPARISONS:
        if term.op == "==":
            return bit(equal(builder, *args))
        return bit(_less(builder, *args) if term.op == "<" else _less(builder, args[1], args[0]) ^ 1)
    match term.op:
        case "constant":
            return constant(term.data)
        case "affine":
            return affine(builder, term.data[0], list(zip(term.data[1], args, strict=True)))
        case "max" | "min":
            best = args[0]
            for other in args[1:]:
                first = _less(builder, best, other) ^ (term.op == "min")
                best = _chosen(builder, first, other, best)
            return best
        case "abs":
            negated = affine(builder, Fraction(0), [(Fraction(-1), args[0])])
            return _chosen(builder, args[0].bits[-1], negated, args[0], least=0)
        case "square":
            return _square(builder, args[0])
        case "floordiv":
            return _divided(builder, args[0], term.data)
        case "mod":
            return _remainder(builder, args[0], term.data)
        case "where":
            return _chosen(builder, truth(args[0]), args[1], args[2])
    raise Refusal(f"{term.op} has no reading in gates")


def _less(builder: Builder, one: Word, other: Word) -> int:
    return affine(builder, Fraction(0), [(Fraction(1), one), (Fraction(-1), other)]).bits[-1]


def _chosen(builder: Builder, select: int, one: Word, other: Word, least: int | None = None) -> Word:
    """one if select else other. least: no numerator is below."""
    a, b, width = _common(builder, one, other)
    pairs = zip(_extended(a.bits, width), _extended(b.bits, width), strict=True)
    low = min(a.low, b.low) if least is None else max(least, min(a.low, b.low))
    return _word(tuple(builder.mux(select, x, y) for x, y in pairs), a.denominator, low, max(a.high, b.high))


def _square(builder: Builder, word: Word) -> Word:
    size = _chosen(builder, word.bits[-1], affine(builder, Fraction(0), [(Fraction(-1), word)]), word, least=0)
    high = max(word.low**2, word.high**2)
    width = _width(0, high)
    total = [FALSE] * width
    for place, factor in enumerate(size.bits):
        part = [FALSE] * place + [builder.and_(factor, b) for b in _extended(size.bits, max(width - place, 0))]
        total, _ = add(builder, total, part[:width])
    return _word(tuple(total), word.denominator**2, 0, high)


def _divided(builder: Builder, word: Word, divisor: int) -> Word:
    """floor(word / divisor)."""
    quotient, _ = _long_division(builder, word, divisor * word.denominator)
    return quotient


def _remainder(builder: Builder, word: Word, divisor: int) -> Word:
    """word - divisor * floor(word / divisor)."""
    modulus = divisor * word.denominator
    _, rest = _long_division(builder, word, modulus)
    return _word(rest.bits, word.denominator, 0, modulus - 1)


def _long_division(builder: Builder, word: Word, modulus: int) -> tuple[Word, Word]:
    """(floor, remainder) of the numerator by a modulus >= 1."""
    low, high = word.low // modulus, word.high // modulus
    if modulus & (modulus - 1) == 0:
        places = modulus.bit_length() - 1
        extended = _extended(word.bits, max(len(word.bits), places + 1))
        lowest = (*extended[:places], FALSE)
        return _word(extended[places:], 1, low, high), _word(lowest, 1, 0, modulus - 1)
    rest = affine(builder, Fraction(-low * modulus), [(Fraction(1), Word(word.bits, 1, word.low, word.high))])
    digits: list[int] = []
    for place in reversed(range(max(high - low, 0).bit_length())):
        tried = affine(builder, Fraction(-(modulus << place)), [(Fraction(1), rest)])
        fits = tried.bits[-1] ^ 1
        digits.append(fits)
        chosen = _chosen(builder, fits, tried, rest)
        rest = _narrowed(chosen, 0, (modulus << place) - 1)
    quotient = Word((*reversed(digits), FALSE), 1, 0, (1 << len(digits)) - 1)
    moved = affine(builder, Fraction(low), [(Fraction(1), quotient)])
    return _narrowed(moved, low, high), _narrowed(rest, 0, modulus - 1)


def _narrowed(word: Word, low: int, high: int) -> Word:
    """The same word, whose numerator is known to lie in low .. high."""
    return Word(_extended(word.bits, _width(low, high)), word.denominator, low, high)


def _common(builder: Builder, one: Word, other: Word) -> tuple[Word, Word, int]:
    """Both over one denominator, and the width of the wider."""
    common = lcm(one.denominator, other.denominator)
    a, b = (_scaled(builder, word, common // word.denominator, common) for word in (one, other))
    return a, b, max(len(a.bits), len(b.bits))


def _scaled(builder: Builder, word: Word, factor: int, denominator: int) -> Word:
    if factor == 1:
        return word
    whole = affine(builder, Fraction(0), [(Fraction(factor), Word(word.bits, 1, word.low, word.high))])
    return Word(whole.bits, denominator, whole.low, whole.high)


def _word(bits: tuple[int, ...], denominator: int, low: int, high: int) -> Word:
    return _narrowed(Word(bits, denominator, low, high), low, high)


def _digits(value: int, width: int) -> tuple[int, ...]:
    return tuple(TRUE if value >> i & 1 else FALSE for i in range(width))


def _extended(bits: tuple[int, ...], width: int) -> tuple[int, ...]:
    """The same number in `width` bits, which must be enough for it."""
    return bits[:width] if width <= len(bits) else bits + bits[-1:] * (width - len(bits))


def _width(low: int, high: int) -> int:
    """Bits of two's complement for every number in low .. high."""
    width = 1 + max(high.bit_length() if high > 0 else 0, (-low - 1).bit_length() if low < 0 else 0)
    if width > WIDEST:
        raise Refusal(f"the terms need words of {width} bits, at most {WIDEST} are read as gates")
    return width
