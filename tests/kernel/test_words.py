"""Words and Boolean terms: adders are proved modulo 2^p, and no false identity, circuit or term gets through."""

from __future__ import annotations

import hashlib
import itertools
import random
from fractions import Fraction
from typing import Any

import pytest
from written import Aig, Net, bits, by_meanings, certificate, emulation, statement, terms

from proofcheck.kernel import Rejected, circuit_of_terms, replay

Identity = tuple[int, list[tuple[int, int]]]  # scale, (literal, coefficient)


def ripple(p: int, last: bool = False) -> tuple[Aig, list[Identity]]:
    """a + b on p bits each, least significant first, with the carry out when `last`; one identity for each full adder."""
    aig, carry, identities = Aig(2 * p), 0, []
    for i in range(p):
        a, b = 2 * (i + 1), 2 * (p + i + 1)
        half, both = aig.parity(a, b), aig.conjunction(a, b)
        if carry:
            total, after = aig.parity(half, carry), aig.disjunction(both, aig.conjunction(half, carry))
        else:
            total, after = half, both
        identities.append((i, [(total, 1), (after, 2), (a, -1), (b, -1)] + [(carry, -1)] * (carry > 0)))
        aig.outputs.append(total)
        carry = after
    aig.outputs += [carry] * last
    return aig, identities


def bit(form: Any, k: int) -> Any:
    return ("mod", ("floordiv", form, 2**k) if k else form, 2)


def total(p: int, sign: int = 1, constant: int = 0) -> Any:
    return ("affine", constant, *[(2**i * s, ("input", p * k + i)) for k, s in enumerate((1, sign)) for i in range(p)])


def identity_tensors(words: list[list[Identity]]) -> dict[str, list[int]]:
    rows = [row for word in words for row in word]
    return {
        "word": [0, *itertools.accumulate(len(word) for word in words)],
        "scale": [scale for scale, _ in rows],
        "start": [0, *itertools.accumulate(len(pairs) for _, pairs in rows)],
        "literal": [literal for _, pairs in rows for literal, _ in pairs],
        "coefficient": [coefficient for _, pairs in rows for _, coefficient in pairs],
    }


def by_words(net: Net, aig: Aig, target: Any, words: list[list[Identity]], **changes: Any) -> bytes:
    tensors = {"circuit": aig.binary(), "meaning": net.literals, **identity_tensors(words), **changes}
    whole = statement(net, domain=bits(net.inputs), target={"terms": target})
    return certificate("meanings", whole, net.file(), **tensors)


@pytest.mark.parametrize("p", [*range(1, 17), 64])
@pytest.mark.parametrize("last", [False, True])
def test_a_ripple_adder_is_proved(p: int, last: bool) -> None:
    aig, identities = ripple(p, last)
    target = terms(*[bit(total(p), k) for k in range(p + last)])
    replay(by_words(emulation(aig), aig, target, [identities]))
    if p <= 3:
        for x in itertools.product((0, 1), repeat=2 * p):
            a, b = (sum(2**i * x[k * p + i] for i in range(p)) for k in (0, 1))
            assert aig.run(x) == [(a + b) >> k & 1 for k in range(p + last)]


def test_negative_coefficients_wrap_around() -> None:
    """a - b modulo 2^p as a + (not b) + 1: the form may be negative, its bits are those of two's complement."""
    p = 4
    aig, identities, carry = Aig(2 * p), [], 1
    for i in range(p):
        a, b = 2 * (i + 1), 2 * (p + i + 1) + 1
        half = aig.parity(a, b)
        out, after = aig.parity(half, carry), aig.disjunction(aig.conjunction(a, b), aig.conjunction(half, carry))
        identities.append((i, [(out, 1), (after, 2), (a, -1), (b, -1), (carry, -1)]))
        aig.outputs.append(out)
        carry = after
    net, target = emulation(aig), terms(*[bit(total(p, sign=-1), k) for k in range(p)])
    proved = replay(by_words(net, aig, target, [identities]))
    assert proved.sentence.count("mod 2") == 4
    for x in itertools.product((0, 1), repeat=2 * p):
        a, b = (sum(2**i * x[k * p + i] for i in range(p)) for k in (0, 1))
        assert aig.run(x) == [(a - b) >> k & 1 for k in range(p)]


def test_products_of_bits_are_compiled_and_tied_to_the_circuit() -> None:
    """2 bits times 2 bits: the form is over the terms and(a_i, b_j), which identities equate with gates of the circuit."""
    aig = Aig(4)
    part = {(i, j): aig.conjunction(2 * (i + 1), 2 * (j + 3)) for i in (0, 1) for j in (0, 1)}
    one, first = aig.parity(part[1, 0], part[0, 1]), aig.conjunction(part[1, 0], part[0, 1])
    two, three = aig.parity(part[1, 1], first), aig.conjunction(part[1, 1], first)
    aig.outputs = [part[0, 0], one, two, three]
    term = {(i, j): ("and", ("input", i), ("input", j + 2)) for i, j in part}
    target = terms(*[bit(("affine", 0, *[(2 ** (i + j), term[i, j]) for i, j in part]), k) for k in range(4)])
    gates, literals = circuit_of_terms(target, 4, aig.binary())
    assert literals == [None] * 4 or literals[0] is not None
    compiled = {(left // 2 - 1, right // 2 - 3): 2 * v for v, left, right in gates[:4]}
    identities = [(1, [(one, 1), (first, 2), (part[1, 0], -1), (part[0, 1], -1)])]
    identities += [(2, [(two, 1), (three, 2), (part[1, 1], -1), (first, -1)])]
    for i, j in part:
        given = [(2 * (i + 1), 1), (2 * (i + 1), -1), (2 * (j + 3), 1), (2 * (j + 3), -1)]
        identities.append((i + j, [(part[i, j], 1), (compiled[i, j], -1), *given]))
    net = emulation(aig)
    replay(by_words(net, aig, target, [identities]))
    untied = [(scale, [(v, c) for v, c in pairs if v > 8 or scale < 3]) for scale, pairs in identities]
    with pytest.raises(Rejected, match="identity 2 is not always zero"):
        replay(by_words(net, aig, target, [[*untied[:2], (0, identities[2][1][:2])]]))


def test_several_words_and_boolean_outputs_in_one_target() -> None:
    aig = Aig(4)
    aig.outputs = [aig.parity(2, 4), aig.conjunction(2, 4), aig.parity(6, 8), aig.conjunction(2, 8)]
    x = [("input", i) for i in range(4)]
    both = ("and", x[0], x[3])
    first = ("affine", 0, (1, x[0]), (1, x[1]))
    target = terms(bit(first, 0), bit(first, 1), bit(("affine", 0, (1, x[2]), (3, x[3])), 0), both)
    gates, _ = circuit_of_terms(target, 4, aig.binary())
    compiled = 2 * next(v for v, left, right in gates if (left, right) == (2, 8))
    words: list[list[Identity]] = [
        [(0, [(aig.outputs[0], 1), (aig.outputs[1], 2), (2, -1), (4, -1)])],
        [(0, [(aig.outputs[2], 1), (aig.conjunction(6, 8), 2), (6, -1), (8, -1)])],
        [(0, [(aig.outputs[3], 1), (compiled + 2, -1), (2, 1), (2, -1), (8, 1), (8, -1)])],
    ]
    replay(by_words(emulation(aig), aig, target, words))


def faults() -> list[tuple[str, dict[str, Any], str]]:
    """(what is wrong, the changes to a right certificate for 3-bit addition, the rejection)."""
    _, right = ripple(3)
    wrong_carry = [*right[:2], (2, [*right[2][1][:1], (right[2][1][1][0], 1), *right[2][1][2:]])]
    sometimes = [*right[:2], (2, [(2, 1), (4, -1)])]
    sound = identity_tensors([right])
    return [
        ("a multiplier is too small", {"words": [[(min(s, 1), f) for s, f in right]]}, "do not add up"),
        ("a multiplier is too large", {"words": [[(s + (s == 1), f) for s, f in right]]}, "do not add up"),
        ("an identity is missing", {"words": [right[:2]]}, "do not add up"),
        ("an identity is given twice", {"words": [[*right, right[0]]]}, "do not add up"),
        ("no identity", {"words": [[]]}, "do not add up"),
        ("a carry with coefficient 1", {"words": [wrong_carry]}, "identity 2 is not always zero"),
        ("a form that vanishes only sometimes", {"words": [sometimes]}, "identity 2 is not always zero"),
        ("a form that is constant", {"words": [[*right, (0, [(1, 1)])]]}, "identity 3 is not always zero"),
        ("too small a cut", {"words": [[right[0], (1, right[1][1][:-1]), right[2]]]}, "identity 1 is not always zero"),
        ("an undefined literal", {"words": [[*right, (0, [(2000, 1), (2000, -1)])]]}, "names literal 2000, which the circuit"),
        ("a negative scale", {"scale": [0, 1, -1]}, "scale has an entry outside 0"),
        ("a huge scale", {"scale": [0, 1, 1 << 40]}, "scale has an entry outside 0"),
        ("two words instead of one", {"word": [0, 1, 3]}, "not divided among the words"),
        ("no word", {"word": [0]}, "not divided among the words"),
        ("identities of no word", {"word": [0, 2]}, "not divided among the words"),
        ("words that skip an identity", {"word": [1, 3]}, "not divided among the words"),
        ("starts that decrease", {"start": [0, 9, 4, len(sound["literal"])]}, "not divided among the words"),
        ("starts that skip a term", {"start": [1, *sound["start"][1:]]}, "not divided among the words"),
        ("fewer coefficients than literals", {"coefficient": sound["coefficient"][:-1]}, "not divided among the words"),
        ("a negative literal", {"literal": [-2, *sound["literal"][1:]]}, "literal has an entry outside"),
        ("another sign of a sum", {"coefficient": [-c for c in sound["coefficient"]]}, "do not add up"),
    ]


@pytest.mark.parametrize(("what", "changes", "message"), faults(), ids=[name for name, _, _ in faults()])
def test_false_identities_are_refused(what: str, changes: dict[str, Any], message: str) -> None:
    aig, right = ripple(3)
    net, target = emulation(aig), terms(*[bit(total(3), k) for k in range(3)])
    replay(by_words(net, aig, target, [right]))
    words = changes.pop("words", [right])
    with pytest.raises(Rejected, match=message):
        replay(by_words(net, aig, target, words, **changes))


def x(i: int) -> Any:
    return ("input", i)


@pytest.mark.parametrize(
    ("what", "outputs"),
    [
        ("another sum", [bit(total(2, constant=1), 0), bit(total(2, constant=1), 1)]),
        ("a difference", [bit(total(2, sign=-1), 0), bit(total(2, sign=-1), 1)]),
        ("swapped bits", [bit(total(2), 1), bit(total(2), 0)]),
        ("a bit left out", [bit(total(2), 0), bit(total(2), 2)]),
        ("two forms mixed", [bit(total(2), 0), bit(total(2, constant=4), 1)]),
        ("a fraction", [bit(("affine", 0, (Fraction(1, 2), x(0))), 0), bit(total(2), 1)]),
        ("modulo 3", [("mod", total(2), 3), bit(total(2), 1)]),
        ("a quotient by 3", [("mod", ("floordiv", total(2), 3), 2), bit(total(2), 1)]),
        ("a number that is no bit", [total(2), total(2)]),
        ("an affine number that agrees modulo 2", [("affine", 0, (1, x(0)), (1, x(2))), bit(total(2), 1)]),
        ("a quotient without mod", [bit(total(2), 0), ("floordiv", total(2), 2)]),
    ],
)
def test_another_target_is_refused(what: str, outputs: list[Any]) -> None:
    aig, right = ripple(2)
    net = emulation(aig)
    replay(by_words(net, aig, terms(bit(total(2), 0), bit(total(2), 1)), [right]))
    for words in ([right], [right[:1], right[1:]], [[], right], [right, []]):
        with pytest.raises(Rejected):
            replay(by_words(net, aig, terms(*outputs), words))


def test_identities_do_not_excuse_a_wrong_network() -> None:
    aig, right = ripple(2)
    target = terms(bit(total(2), 0), bit(total(2), 1))
    for i in range(len(emulation(aig).nodes)):
        net = emulation(aig)
        kind, slope, bias, weights = net.nodes[i]
        net.nodes[i] = kind, slope, bias + 1, weights
        with pytest.raises(Rejected, match=f"node {4 + i} should be literal"):
            replay(by_words(net, aig, target, [right]))


def test_a_circuit_with_another_number_of_outputs_is_refused() -> None:
    aig, right = ripple(2)
    net, target = emulation(aig), terms(bit(total(2), 0), bit(total(2), 1))
    aig.outputs.append(2)
    with pytest.raises(Rejected, match="the circuit has 3 outputs, the target 2"):
        replay(by_words(net, aig, target, [right]))
    net.output.append(0)
    with pytest.raises(Rejected, match="the target has 2 outputs, the network 3"):
        replay(by_words(net, aig, target, [right]))


def test_identities_belong_to_words_only() -> None:
    aig, right = ripple(2)
    net = emulation(aig)
    circuit_target = by_meanings(net, aig.binary())
    replay(circuit_target)
    whole = statement(net, domain=bits(4), target={"circuit": hashlib.sha256(aig.binary()).hexdigest()})
    data = certificate("meanings", whole, net.file(), circuit=aig.binary(), meaning=net.literals, **identity_tensors([right]))
    with pytest.raises(Rejected, match="the tensors must be network, circuit, meaning in this order"):
        replay(data)


def by_terms(net: Net, *outputs: Any) -> bytes:
    whole = statement(net, domain=bits(net.inputs), target={"terms": terms(*outputs)})
    return certificate("meanings", whole, net.file(), circuit=b"", meaning=net.literals)


BOOLEAN = {
    "input": x(0),
    "constants": ("or", ("constant", 0), ("and", x(0), ("constant", 1))),
    "not": ("not", x(1)),
    "and": ("and", x(0), x(1), ("not", x(2))),
    "or": ("or", x(0), x(1), x(2)),
    "xor": ("xor", x(0), ("xor", x(1), x(2))),
    "where": ("where", x(0), x(1), ("not", x(2))),
    "max": ("max", x(0), ("min", x(1), x(2))),
    "abs": ("abs", ("and", x(0), x(2))),
    "majority": ("<=", ("constant", 2), ("affine", 0, (1, x(0)), (1, x(1)), (1, x(2)))),
    "exactly one": ("==", ("affine", -1, (1, x(0)), (1, x(1)), (1, x(2))), ("constant", 0)),
    "weighted": ("<", ("affine", Fraction(1, 3), (Fraction(-5, 2), x(0)), (3, ("not", x(1)))), ("affine", 0, (2, x(2)))),
    "nested": ("<=", ("affine", 0, (2, ("affine", 1, (1, x(0)), (-1, x(2)))), (-2, x(0))), x(1)),
    "cancelled": ("==", ("affine", 0, (1, x(0))), x(0)),
    "parity": ("mod", ("affine", 3, (1, x(0)), (-3, x(1)), (2, x(2))), 2),
    "no variable": ("mod", ("affine", 4, (2, x(0))), 2),
}


def meaning_of(term: Any, at: tuple[int, ...]) -> Any:
    """The value of a term, written here once more."""
    operation, *rest = term
    if operation == "input":
        return at[rest[0]]
    if operation == "constant":
        return rest[0]
    if operation == "affine":
        return rest[0] + sum(weight * meaning_of(part, at) for weight, part in rest[1:])
    if operation in ("mod", "floordiv"):
        value = meaning_of(rest[0], at)
        return value % rest[1] if operation == "mod" else value // rest[1]
    parts = [meaning_of(part, at) for part in rest]
    table = {
        "not": lambda a: 1 - a,
        "and": lambda *a: min(a),
        "or": lambda *a: max(a),
        "xor": lambda a, b: (a + b) % 2,
        "where": lambda c, a, b: c * a + (1 - c) * b,
        "max": lambda *a: max(a),
        "min": lambda *a: min(a),
        "abs": lambda a: a,
        "<=": lambda a, b: int(b - a >= 0),
        "<": lambda a, b: int(b - a > 0),
        "==": lambda a, b: int(a - b == 0),
    }
    return table[operation](*parts)


@pytest.mark.parametrize("name", BOOLEAN)
def test_boolean_terms_are_compiled_right(name: str) -> None:
    """The truth table of the compiled gates is that of the term; the minterm network is proved, each mutant refused."""
    target = BOOLEAN[name]
    gates, (literal,) = circuit_of_terms(terms(target), 3)
    assert literal is not None
    assert [v for v, _, _ in gates] == list(range(4, 4 + len(gates)))
    truth = {}
    for at in itertools.product((0, 1), repeat=3):
        value = [0, *at]
        for _, left, right in gates:
            value.append((value[left >> 1] ^ left & 1) & (value[right >> 1] ^ right & 1))
        truth[at] = value[literal >> 1] ^ literal & 1
        assert truth[at] == meaning_of(target, at)
    right = minterms(truth)
    replay(by_terms(right, target))
    for at in truth:
        with pytest.raises(Rejected, match="output 0 should be literal"):
            replay(by_terms(minterms({**truth, at: 1 - truth[at]}), target))


def minterms(truth: dict[tuple[int, ...], int]) -> Net:
    """One relu for each accepted input; the sum is the output."""
    net = Net(3)
    accepted = [at for at, value in truth.items() if value]
    parts = [net.node("relu", 1 - sum(at), {i: 1 if bit else -1 for i, bit in enumerate(at)}) for at in accepted]
    net.output = [net.node("identity", 0, dict.fromkeys(parts, 1))]
    return net


def test_an_annotated_network_for_terms() -> None:
    """Notes use the numbers of the compiled gates: x0 and x1 is variable 4."""
    net = Net(3)
    both = net.node("relu", -1, {0: 1, 1: 1}, literal=8)
    net.output = [net.node("relu", -1, {both: 1, 2: 1})]
    replay(by_terms(net, ("and", ("and", x(0), x(1)), x(2))))
    with pytest.raises(Rejected, match="node 3 should be literal 8"):
        replay(by_terms(net, ("and", ("and", x(0), x(2)), x(1))))


def test_a_comparison_of_sums_that_take_too_many_values_is_refused() -> None:
    """2^40 partial sums: refused before they are made."""
    target = ("<=", ("affine", 0, *[(2**i, x(i)) for i in range(40)]), ("constant", 5))
    net = Net(40)
    net.output = [0]
    with pytest.raises(Rejected, match="asks for more than"):
        replay(by_terms(net, target))


@pytest.mark.parametrize(
    "target", [("affine", 0, (1, x(0))), ("constant", 2), ("floordiv", x(0), 1), ("mod", x(0), 3), ("max", x(0), ("constant", 2))]
)
def test_terms_that_are_not_boolean_need_another_method(target: Any) -> None:
    net = Net(1)
    net.output = [0]
    with pytest.raises(Rejected, match="an output of the target is not Boolean: give a circuit and identities for words"):
        replay(by_terms(net, target))


def test_mutants_of_a_certificate_of_words_prove_the_same_or_nothing() -> None:
    aig, right = ripple(2, last=True)
    data = by_words(emulation(aig), aig, terms(*[bit(total(2), k) for k in range(3)]), [right])
    original, draw, accepted = replay(data), random.Random(4), 0
    for _ in range(1000):
        mutant, at = bytearray(data), draw.randrange(len(data))
        mutant[at] ^= 1 << draw.randrange(8)
        try:
            proved = replay(bytes(mutant))
        except Rejected:
            continue
        accepted += 1
        assert proved == original
    assert accepted < 60
