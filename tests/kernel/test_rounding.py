"""Exactness in a number format: what is accepted never rounds, what rounds is refused, and the limits are sharp."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from written import Net, bits, by_meanings, certificate, product, q, random_aig, statement

from proofcheck.kernel import Rejected, replay

NUMPY = {"float16": np.float16, "float32": np.float32, "float64": np.float64, "int8": np.int8, "int16": np.int16}


def grid(low: Any, step: Any, count: int) -> list[Any]:
    return ["grid", q(Fraction(low)), q(Fraction(step)), count]


def exact(net: Net, domain: Any, dtype: str = "float32", **tensors: Any) -> bytes:
    return certificate("exactness", statement(net, "exact", domain=domain, dtype=dtype), net.file(domain), **tensors)


def summing(*weights: Any, bias: Any = 0, kind: str = "relu", slope: Any = 0) -> Net:
    net = Net(len(weights))
    net.output = [net.node(kind, bias, dict(enumerate(weights)), slope)]
    return net


def test_the_sentence_says_what_it_means() -> None:
    proved = replay(exact(summing(1, 1), product((grid(0, 1, 8), 2))))
    assert proved.sentence.startswith("for all x in {0,1,2,...,7}^2: evaluating the network ")
    assert proved.sentence.endswith(" node by node in float32 rounds nowhere, in any order of summation, fused or not")


@pytest.mark.parametrize(
    ("net", "values", "dtype", "message"),
    [
        (summing(1, 1), grid(0, 1, 2**23 + 1), "float32", ""),
        (summing(1, 1), grid(0, 1, 2**23 + 2), "float32", "node 2 may need 16777218 in steps of 1, which float32"),
        (summing(1, -1), grid(0, 1, 2**23 + 2), "float32", "a sum of node 2 may need 16777218"),  # P does not see the sign
        (summing(1), grid(0, 1, 2**24 + 1), "float32", ""),
        (summing(1), grid(0, 1, 2**24 + 2), "float32", "input 0 may need 16777217"),
        (summing(Fraction(1, 3)), grid(0, 1, 2), "float64", "1/3 is no multiple of a power of two"),
        (summing(Fraction(1, 2**126)), grid(0, 1, 2), "float32", ""),
        (summing(Fraction(1, 2**127)), grid(0, 1, 2), "float32", "a weight, bias or slope of node 1 may need"),
        (summing(2**127), grid(0, 1, 2), "float32", ""),
        (summing(2**127, 2**127), grid(0, 1, 2), "float32", "a sum of node 2 may need"),
        (summing(2**15, 2**15), grid(0, 1, 2), "float16", "a sum of node 2 may need 65536 in steps of 32768, which float16"),
        (summing(100, 27), grid(0, 1, 2), "int8", ""),
        (summing(100, 28), grid(0, 1, 2), "int8", "a sum of node 2 may need 128 in steps of 4, which int8 does not hold"),
        (summing(Fraction(1, 2)), grid(0, 1, 2), "int8", "may need 1/2 in steps of 1/2, which int8 does not hold"),
        (summing(1, bias=2**24 + 1), grid(0, 1, 2), "float32", "a weight, bias or slope of node 1 may need 16777217"),
        (summing(1, kind="leaky_relu", slope=Fraction(1, 4)), grid(-(2**22), 1, 2**23), "float32", ""),
        (summing(1, kind="leaky_relu", slope=Fraction(1, 4)), grid(-(2**23), 1, 2**24), "float32", "may need 8388607"),
        (summing(1, kind="leaky_relu", slope=-4), grid(-(2**23), 1, 2**23), "float32", "may need 33554432"),
        (summing(1, kind="step"), grid(-3, Fraction(1, 2), 9), "int8", "input 0 may need 3 in steps of 1/2"),
        (summing(1, kind="saturated_linear"), grid(-2, Fraction(1, 4), 20), "float16", ""),
        (summing(1), ["interval", "0x0", "0x1"], "float64", "input 0 takes a continuum of values, which has no least step"),
        (summing(1), ["interval", None, None], "float64", "input 0 takes a continuum of values"),
        (summing(1), ["intervals", [["0x0", "0x0"], ["0x1/0x4", "0x1/0x4"]]], "float16", ""),
        (summing(1), ["intervals", [["0x0", "0x0"], ["0x1/0x3", "0x1/0x3"]]], "float16", "1/3 is no multiple"),
        (summing(1), grid(0, 1, 2), "float8", "the dtype must be one of int8, "),
    ],
)  # fmt: skip
def test_the_limits_of_each_format(net: Net, values: Any, dtype: str, message: str) -> None:
    data = exact(net, product((values, net.inputs)), dtype)
    if message:
        with pytest.raises(Rejected, match=message):
            replay(data)
    else:
        assert replay(data).method == "exactness"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_accepted_never_rounds(seed: int) -> None:
    """Random networks near the limits: in numpy, every order of a few, each operation equals the rationals."""
    draw = random.Random(seed)
    dtype = draw.choice(list(NUMPY))
    wide = {"float16": 5, "float32": 11, "float64": 26, "int8": 2, "int16": 6}[dtype]
    fine = 0 if dtype.startswith("int") else draw.choice((0, 3))
    net = Net(3)
    for _ in range(5):
        reads = draw.sample(range(net.inputs + len(net.nodes)), draw.randint(1, 3))
        weights = {j: Fraction(draw.choice((-1, 1)) * draw.randint(1, 2**wide), 2 ** draw.randint(0, fine)) for j in reads}
        weights |= {j: Fraction(draw.choice((-1, 1))) for j in reads if draw.random() < 0.6}
        kind = draw.choice(("relu", "identity", "step", "saturated_linear"))
        net.node(kind, draw.randint(-3, 3), weights)
    net.output = [7]
    values = grid(-2, 1, draw.choice((3, 2**wide // 2 + 3)))
    try:
        replay(exact(net, product((values, 3)), dtype))
    except Rejected:
        return
    form = NUMPY[dtype]
    with np.errstate(all="raise"):
        for _ in range(20):
            point = [draw.choice((-2, -1, 0, -2 + values[3] - 1, draw.randint(-2, values[3] - 3))) for _ in range(3)]
            truth, made = [Fraction(x) for x in point], [form(x) for x in point]
            for kind, bias, _, terms in net.nodes:
                parts = [(Fraction(w) * truth[j], form(float(w)) * made[j]) for j, w in terms.items()]
                parts.append((Fraction(bias), form(float(bias))))
                draw.shuffle(parts)
                total, value = Fraction(0), form(0)
                for right, part in parts:
                    total, value = total + right, form(value + part)
                    assert Fraction(float(value)) == total
                clipped = {"relu": max(total, 0), "identity": total, "step": Fraction(total >= 0)}.get(
                    kind, min(max(total, 0), 1)
                )
                truth.append(Fraction(clipped))
                made.append(form(float(clipped)))
                assert Fraction(float(made[-1])) == truth[-1]


def parity(n: int) -> tuple[Net, bytes]:
    """a + b - 2 relu(a + b - 1), n - 1 times, with the literals of a circuit of exclusive ors."""
    net, aig = Net(n), random_aig(n, 0, 0, 0)
    last, literal = 0, 2
    for i in range(1, n):
        both, neither = aig.conjunction(literal, 2 * i + 2), aig.conjunction(literal ^ 1, 2 * i + 3)
        literal = aig.conjunction(both ^ 1, neither ^ 1)
        carry = net.node("relu", -1, {last: 1, i: 1}, literal=both)
        last = net.node("relu", 0, {last: 1, i: 1, carry: -2}, literal=literal)
    net.output, aig.outputs = [last], [literal]
    return net, aig.ascii()


def test_literals_keep_the_bounds_of_a_chain_of_exclusive_ors() -> None:
    net, circuit = parity(60)
    assert replay(by_meanings(net, circuit))
    with pytest.raises(Rejected, match="which int8 does not hold"):
        replay(exact(net, bits(60), "int8"))
    assert replay(exact(net, bits(60), "int8", circuit=circuit, meaning=net.literals))
    with pytest.raises(Rejected, match="should be literal"):
        replay(exact(net, bits(60), "int8", circuit=circuit, meaning=[literal ^ 1 for literal in net.literals]))
    with pytest.raises(Rejected, match="one meaning for each node"):
        replay(exact(net, bits(60), "int8", circuit=circuit, meaning=net.literals[1:]))
    with pytest.raises(Rejected, match="meanings are literals on all of"):
        replay(exact(net, product((grid(0, 1, 3), 60)), "int8", circuit=circuit, meaning=net.literals))


def test_a_domain_that_may_be_empty_is_refused() -> None:
    domain = product((grid(0, 1, 2), 1), constraints=[[[[0, "0x1"]], "<=", "-0x1"]])
    with pytest.raises(Rejected, match="exactness is stated on a product of sets"):
        replay(exact(summing(1), domain))


def test_other_claims_are_not_proved_by_exactness() -> None:
    net = summing(1)
    with pytest.raises(Rejected, match="exactness proves that a number format holds what arises"):
        replay(certificate("exactness", statement(net, domain=bits(1), target={"circuit": "0" * 64}), net.file()))
    with pytest.raises(Rejected, match="lemmas prove statements whose target"):
        replay(certificate("lemmas", statement(net, "exact", domain=bits(1), dtype="int8"), net.file(), proof=b"{}"))
