"""Words: outputs that are the bits of an integer affine form modulo 2^p, proved by identities between circuit literals.

An identity is an affine form over literals that is 0 whatever the inputs are: checked at the corners of its own
variables. When sum 2^k * output k, minus the form, minus multiples of identities, has only coefficients divisible by
2^p, the sum and the form are equal modulo 2^p; and as the outputs are bits, they are the bits of the form.
"""

from __future__ import annotations

from itertools import pairwise

from .aiger import Circuit
from .exact import Rejected, Work, require
from .files import integers
from .gates import Compiled, Form, add
from .meanings import combine, truth_tables

TENSORS = ("word", "scale", "start", "literal", "coefficient")
LONGEST_WORD = 4096


def words_of(compiled: Compiled) -> list[tuple[int, int, Form]]:
    """(first output, number of bits, form) of each word: bit 0 opens a word, bits 1, 2, ... of the same form continue it."""
    words: list[tuple[int, int, Form]] = []
    for i, bit in enumerate(compiled.words):
        if bit is None:
            raise Rejected(f"output {i} of the target is neither Boolean nor a bit of an integer form")
        form, place = bit
        if place == 0:
            words.append((i, 1, form))
        else:
            first, bits, begun = words.pop() if words else (0, 0, form)
            right = bits == place < LONGEST_WORD and begun == form
            require(right, f"output {i} of the target is bit {place} of a form, and does not continue the word before it")
            words.append((first, bits + 1, form))
    return words


def check_words(compiled: Compiled, outputs: tuple[int, ...], tensors: list[bytes], work: Work) -> None:
    """Rejected unless the identities in `tensors` (TENSORS, raw) show that the literals `outputs` are the words of the target."""
    require(len(outputs) == len(compiled.words), f"the circuit has {len(outputs)} outputs, the target {len(compiled.words)}")
    words, count, terms = words_of(compiled), len(tensors[1]) // 8, len(tensors[3]) // 8
    limits = ((0, count), (0, LONGEST_WORD), (0, terms), (0, 1 << 62), (-(1 << 62), 1 << 62))
    arrays = [integers(raw, name, *limit) for raw, name, limit in zip(tensors, TENSORS, limits, strict=True)]
    word, scale, start, literal, coefficient = arrays
    fits = (len(word), len(start), len(coefficient)) == (len(words) + 1, count + 1, terms)
    for bounds, last in ((word, count), (start, terms)):
        fits = fits and (bounds[0], bounds[-1]) == (0, last) and all(a <= b for a, b in pairwise(bounds))
    require(fits, "the identities are not divided among the words, and the terms among the identities, in order")
    terms_of = list(zip(literal, coefficient, strict=True))
    forms = [_vanishing(f"identity {k}", compiled.circuit, terms_of[a:b], work) for k, (a, b) in enumerate(pairwise(start))]
    for (first, bits, form), (a, b) in zip(words, pairwise(word), strict=True):
        rest: Form = {v: -q for v, q in form.items()}
        for k in range(bits):
            add(rest, 1 << k, outputs[first + k])
        for identity, shift in zip(forms[a:b], scale[a:b], strict=True):
            work.spend(len(identity))
            for v, q in identity.items():
                rest[v] = rest.get(v, 0) - q * (1 << shift)
        left = next((v for v, q in rest.items() if q % (1 << bits)), None)
        over = f"variable {left}" if left else "the constant"
        require(left is None, f"outputs {first} to {first + bits - 1}: the identities do not add up, {over} is left over")


def _vanishing(what: str, circuit: Circuit, terms: list[tuple[int, int]], work: Work) -> Form:
    """The form sum coefficient * literal, which must be 0 at every corner."""
    form: Form = {}
    for literal, coefficient in terms:
        require(literal >> 1 in circuit.level, f"{what} names literal {literal}, which the circuit does not define")
        add(form, coefficient, literal)
    tables, free = truth_tables(circuit, [v for v in form if v], work)
    full = (1 << (1 << len(free))) - 1
    values = combine(form.get(0, 0), [(q, tables[v]) for v, q in form.items() if v], full, work)
    require(values.keys() == {0}, f"{what} is not always zero")
    return form
