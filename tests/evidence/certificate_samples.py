"""Small true certificates of every type that the kernel knows: what sabotage starts from.

A new type needs a row here and nothing else. All are written without code of proofcheck, but for those about families.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any

from tests.evidence import family_samples
from tests.kernel.written import (
    Aig,
    Net,
    bits,
    by_exhaustion,
    by_lemmas,
    by_meanings,
    canonical,
    certificate,
    comb,
    emulation,
    poly,
    product,
    random_aig,
    relation,
    statement,
    terms,
)  # fmt: skip

REALS, UNIT = ["interval", None, None], ["interval", "0x0", "0x1"]
x0, x1, x2 = (("input", i) for i in range(3))


def full_adder() -> Aig:
    aig = Aig(3)
    half = aig.parity(2, 4)
    aig.outputs = [aig.parity(half, 6), aig.disjunction(aig.conjunction(2, 4), aig.conjunction(half, 6))]
    return aig


def by_counting() -> bytes:
    """A full adder by two neurons, with two notes."""
    net, aig = Net(3), full_adder()
    total, carry = aig.outputs
    t = net.node("identity", 0, {0: 1, 1: 1, 2: 1})
    low, high = net.node("relu", -1, {t: 1}), net.node("relu", -2, {t: 1})
    c = net.node("identity", 0, {low: 1, high: -1}, literal=carry)
    net.output = [net.node("identity", 0, {t: 1, c: -2}, literal=total), c]
    return by_meanings(net, aig.ascii())


def by_gates() -> bytes:
    aig = random_aig(4, 7, 2, seed=5)
    return by_meanings(emulation(aig, layered=True), aig.binary())


def boolean(target: Any, net: Net) -> bytes:
    whole = statement(net, domain=bits(net.inputs), target={"terms": terms(*target)})
    return certificate("meanings", whole, net.file(), circuit=b"", meaning=net.literals)


def both_and_either() -> bytes:
    """x0 and x1, literal 8 of the kernel's gates, and (not x2) or x0, where the last gate is the conjunction of its denials."""
    net = Net(3)
    net.output = [net.node("relu", -1, {0: 1, 1: 1}, literal=8), net.node("saturated_linear", 1, {2: -1, 0: 1}, literal=11)]
    return boolean([("and", x0, x1), ("or", ("not", x2), x0)], net)


def parity_and_majority() -> bytes:
    """Without notes on the outputs: the kernel evaluates them at all corners of the inputs."""
    net = Net(3)
    t = net.node("identity", 0, {0: 1, 1: 1, 2: 1})
    low, middle, high = (net.node("relu", -k, {t: 1}) for k in range(3))
    count = ("affine", 0, (1, x0), (1, x1), (1, x2))
    net.output = [
        net.node("identity", 0, {low: 1, middle: -2, high: 2}),
        net.node("step", Fraction(-3, 2), {t: 1}),
    ]
    return boolean([("mod", count, 2), ("<=", ("constant", 2), count)], net)


def adder_of_words(sign: int) -> bytes:
    """a + b on 2 bits with the carry out, or a - b modulo 4, by a ripple of full adders and one identity for each."""
    aig, carry, literal, coefficient, start = Aig(4), int(sign < 0), list[int](), list[int](), [0]
    for i in range(2):
        a, b = 2 * (i + 1), 2 * (i + 3) ^ int(sign < 0)
        half, both = aig.parity(a, b), aig.conjunction(a, b)
        total, after = (
            (half, both) if carry == 0 else (aig.parity(half, carry), aig.disjunction(both, aig.conjunction(half, carry)))
        )
        literal += [total, after, a, b] + [carry] * (carry > 0)
        coefficient += [1, 2, -1, -1] + [-1] * (carry > 0)
        start.append(len(literal))
        aig.outputs.append(total)
        carry = after
    aig.outputs += [carry] * (sign > 0)
    form = ("affine", 0, *[(s * 2**i, ("input", 2 * k + i)) for k, s in enumerate((1, sign)) for i in range(2)])
    target = [("mod", ("floordiv", form, 2**k) if k else form, 2) for k in range(len(aig.outputs))]
    net = emulation(aig)
    tensors = {"word": [0, 2], "scale": [0, 1], "start": start, "literal": literal, "coefficient": coefficient}
    whole = statement(net, domain=bits(4), target={"terms": terms(*target)})
    return certificate("meanings", whole, net.file(), circuit=aig.binary(), meaning=net.literals, **tensors)


def tent() -> Net:
    """relu(x0) - 2 relu(x0 - 1/2) + x1 / 3, through a shared affine node."""
    net = Net(2)
    rise, fall = net.node("relu", 0, {0: 1}), net.node("relu", Fraction(-1, 2), {0: 1})
    third = net.node("identity", 0, {1: Fraction(1, 3)})
    net.output = [net.node("identity", 0, {rise: 1, fall: -2, third: 1})]
    return net


def sizes_of_a_tent() -> bytes:
    left = ["+", ["measure", "neurons"], ["*", ["number", "0x2"], ["measure", "depth"]]]
    return relation(tent(), ["==", left, ["power", ["parameter", "n"], ["floor_log2", ["number", "0x5"]]]], parameters={"n": 2})


def bound_on_a_width() -> bytes:
    net = Net(2)
    net.output = [net.node("leaky_relu", 1, {0: 1, 1: -1}, slope=Fraction(1, 10))]
    right = ["max", ["ceil_log2", ["parameter", "k"]], ["binomial", ["number", "0x4"], ["number", "0x2"]], ["number", "0x1/0x2"]]
    return relation(net, ["<", ["measure", "width"], right], ["leaky_relu"], True, parameters={"k": "0x9/0x2"})


def volume_of_a_box() -> bytes:
    domain = product((["intervals", [["0x0", "0x1"], ["0x3/0x2", "0x3"]]], 2))
    return relation(tent(), ["<=", ["measure", "volume"], ["-", ["number", "0x7"], ["number", "0x1/0x2"]]], domain=domain)


def tent_on_a_grid() -> bytes:
    domain = product((["grid", "-0x1", "0x1/0x2", 5], 1), (["intervals", [["-0x1", "-0x1"], ["0x0", "0x0"]]], 1))
    rise, half = ("max", x0, ("constant", 0)), ("affine", Fraction(-1, 2), (1, x0))
    target = ("affine", 0, (1, rise), (-2, ("max", half, ("constant", 0))), (Fraction(1, 3), x1))
    return by_exhaustion(tent(), domain, target={"terms": terms(target)})


def tent_near_the_square() -> bytes:
    domain = product((["grid", "0x0", "0x1/0x4", 5], 1), (["grid", "0x0", "0x1", 1], 1))
    return by_exhaustion(tent(), domain, "approximates", error="0x1", target={"terms": terms(("square", x0))})


def order_of_two() -> bytes:
    """min and max of three different numbers are in order, on a domain with a constraint."""
    net = Net(2)
    low = net.node("relu", 0, {0: 1, 1: -1})
    net.output = [net.node("identity", 0, {0: 1, low: -1}), net.node("identity", 0, {1: 1, low: 1})]
    domain = product((["grid", "0x0", "0x1", 3], 2), constraints=[[[[0, "0x1"], [1, "0x1"]], "<=", "0x3"]], different=[[0, 1]])
    condition = ("and", ("<", ("output", 0), ("output", 1)), ("==", ("mod", ("output", 0), 2), ("mod", ("output", 0), 2)))
    return by_exhaustion(net, domain, "property", property=terms(condition))


def maximum_by_lemmas() -> bytes:
    net = Net(2)
    net.node("relu", 0, {0: 1, 1: -1})
    net.output = [net.node("identity", 0, {1: 1, 2: 1})]
    defined, bounds = [0, 3, 0], [[0, 2, 1], [0, 2, 0]]

    def leaf(i: int, j: int) -> list[Any]:
        below = comb((1, defined), (1, bounds[i]), (-1, [3, 0]))
        return ["sum", below, comb((1, [0, 6, j]), (-1, defined), (-1, [3, 2]))]

    tree = [["split", 6], ["split", 2], leaf(0, 0), leaf(0, 1), ["split", 2], leaf(1, 0), leaf(1, 1)]
    domain = product((REALS, 2), constraints=[[[[0, "0x1"], [1, "0x2"]], "<=", "0x5"]])
    return by_lemmas(net, domain, [tree], target={"terms": terms(("max", x0, x1))}, point=["0x1", "-0x1/0x2"])


def relu_near_the_identity() -> bytes:
    net = Net(1)
    net.output = [net.node("relu", 0, {0: 1})]
    upper = [["split", 1], ["sum", comb((-1, [3, 1]))], ["sum", comb((-1, [3, 1]), (1, [0, 0, 0]))]]
    lower = [["sum", comb((1, [0, 1, 1]))]]
    domain = product((["interval", "-0x1", "0x1"], 1))
    return by_lemmas(net, domain, [upper, lower], claim="approximates", error="0x1", target={"terms": terms(x0)})


def square_below_on_cells() -> bytes:
    """x^2 <= 2x on [0, 1] u [3/2, 2] in two cells, by a lemma that is the product of two bounds, and a sign."""
    net = Net(1)
    net.output = [net.node("identity", 0, {0: 2})]
    condition = ("<=", ("square", x0), ("output", 0))  # variables 2: x, 3: the square, 4: the output, 5: the comparison
    lemma = [">=", poly((2, 0), (-1, 0, 0)), [["gap", 0, 0], *[["sum", comb((1, [0, 0, 0], [0, 0, 1]))]] * 2]]
    false = comb((1, [3, 0]), (1, [1, 0]), (-1, [0, 3, 0]), (1, [0, 1, 0]))
    tree = [["sign", poly((1, 0), (-1,))], *[["split", 5], ["sum", comb((1, [3, 2]))], ["never", comb(*_moved(false))]] * 2]
    domain = product((["intervals", [["0x0", "0x1"], ["0x3/0x2", "0x2"]]], 1))
    return by_lemmas(net, domain, [tree], [lemma], "property", property=terms(condition))


def _moved(rows: list[Any]) -> list[Any]:
    """The same sum one case deeper."""
    return [(q, *[[3, fact[1] + 1] if fact[0] == 3 else fact for fact in facts]) for q, _, facts in rows]


def exact(net: Net, domain: Any, dtype: str, **tensors: Any) -> bytes:
    return certificate("exactness", statement(net, "exact", domain=domain, dtype=dtype), net.file(), **tensors)


def exact_in_int8() -> bytes:
    net = Net(2)
    low = net.node("relu", -3, {0: 2, 1: -1})
    net.output = [net.node("identity", 1, {low: 3, 0: -1})]
    return exact(net, product((["grid", "0x0", "0x1", 8], 2)), "int8")


def exact_in_bfloat16() -> bytes:
    net = Net(2)
    low = net.node("saturated_linear", Fraction(1, 4), {0: Fraction(1, 2), 1: -1})
    net.output = [net.node("leaky_relu", 0, {low: 2, 0: 1}, slope=Fraction(1, 8))]
    return exact(net, product((["grid", "-0x1", "0x1/0x4", 9], 1), (["grid", "0x0", "0x1/0x2", 3], 1)), "bfloat16")


def exact_by_meanings() -> bytes:
    """A chain of exclusive ors whose values stay bits: without the notes they would seem to grow."""
    net, aig = Net(3), Aig(3)
    half = aig.parity(2, 4)
    both, whole = net.node("relu", -1, {0: 1, 1: 1}), 0
    first = net.node("identity", 0, {0: 1, 1: 1, both: -2}, literal=half)
    both = net.node("relu", -1, {first: 1, 2: 1})
    whole = aig.parity(half, 6)
    net.output = [net.node("identity", 0, {first: 1, 2: 1, both: -2}, literal=whole)]
    return exact(net, bits(3), "int8", circuit=aig.ascii(), meaning=net.literals)


def by_refutation(own: Aig, other: Aig) -> bytes:
    """A network that emulates `own` computes what the circuit `other` does, by a clausal proof."""
    from tests.kernel.clausal import clauses_of, refutation, written

    net, clauses = emulation(own), clauses_of(own, other)
    steps = refutation(clauses, own.inputs)
    assert steps is not None
    target = {"circuit": sha256(other.ascii()).hexdigest()}
    tensors = {"circuit": other.ascii(), "own": own.ascii(), "meaning": net.literals, "proof": written(len(clauses), steps)}
    return certificate("clauses", statement(net, domain=bits(own.inputs), target=target), net.file(), **tensors)


def exclusive_or_by_clauses() -> bytes:
    """By the three gates of `parity`, and as (x and not y) or (y and not x)."""
    own, other = Aig(2), Aig(2)
    own.outputs = [own.parity(2, 4)]
    other.outputs = [other.disjunction(other.conjunction(2, 5), other.conjunction(3, 4))]
    return by_refutation(own, other)


def adder_by_clauses() -> bytes:
    other = Aig(3)
    carry = other.disjunction(other.conjunction(2, 4), other.conjunction(6, other.disjunction(2, 4)))
    other.outputs = [other.parity(2, other.parity(4, 6)), carry]
    return by_refutation(full_adder(), other)


def two_networks_by_clauses() -> bytes:
    """The network of one circuit computes what the layered network of another does."""
    from tests.kernel.clausal import clauses_of, refutation, written

    own, other = Aig(2), Aig(2)
    own.outputs = [own.disjunction(2, 4)]
    other.outputs = [other.disjunction(other.conjunction(2, 5), 4)]
    net, second, clauses = emulation(own), emulation(other, layered=True), clauses_of(own, other)
    steps = refutation(clauses, 2)
    assert steps is not None
    whole = statement(net, domain=bits(2), target={"network": second.digest()})
    tensors = {"circuit": other.ascii(), "own": own.ascii(), "meaning": net.literals, "proof": written(len(clauses), steps)}
    return certificate("clauses", whole, net.file(), **tensors, other=second.file(), noted=second.literals)


def by_vertices(net: Net, domain: Any, cuts: Any, claim: str = "computes", **keys: Any) -> bytes:
    whole = statement(net, claim, domain=domain, **keys)
    return certificate("vertices", whole, net.file(domain), cuts=canonical(cuts).encode())


def tent_by_vertices() -> bytes:
    rise, half = ("max", x0, ("constant", 0)), ("affine", Fraction(-1, 2), (1, x0))
    target = ("affine", 0, (1, rise), (-2, ("max", half, ("constant", 0))), (Fraction(1, 3), x1))
    domain = product((["interval", "-0x1", "0x2"], 1), (["grid", "0x0", "0x1", 2], 1))
    return by_vertices(tent(), domain, [["0x0", "0x1/0x2"], []], target={"terms": terms(target)})


def tent_below_one() -> bytes:
    domain = product((["intervals", [["0x0", "0x1"], ["0x3/0x2", "0x3/0x2"]]], 1), (["interval", "0x0", "0x3"], 1))
    condition = ("<=", ("output", 0), ("constant", 2))
    return by_vertices(tent(), domain, [["0x1/0x2"], []], "property", property=terms(condition))


SAMPLES: dict[str, tuple[Callable[[], bytes], ...]] = {
    "meanings, a circuit": (by_counting, by_gates),
    "meanings, terms": (both_and_either, parity_and_majority),
    "meanings, words": (lambda: adder_of_words(1), lambda: adder_of_words(-1)),
    "sizes": (sizes_of_a_tent, bound_on_a_width, volume_of_a_box),
    "exhaustive": (tent_on_a_grid, tent_near_the_square, order_of_two),
    "lemmas": (maximum_by_lemmas, relu_near_the_identity, square_below_on_cells),
    "clauses": (exclusive_or_by_clauses, adder_by_clauses, two_networks_by_clauses),
    "vertices": (tent_by_vertices, tent_below_one),
    "exactness": (exact_in_int8, exact_in_bfloat16, exact_by_meanings),
}


SAMPLES |= family_samples.SAMPLES


@cache
def samples() -> dict[str, list[bytes]]:
    """The files of each type."""
    return {name: [make() for make in makers] for name, makers in SAMPLES.items()}
