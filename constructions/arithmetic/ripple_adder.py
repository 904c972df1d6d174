"""Addition of two p-bit numbers modulo 2^p, carry by carry.

Bits come and go least significant first. At position i the three bits a, b and the carry c have the sum t = a + b + c in
{0, 1, 2, 3}; the next carry is 1 from t = 2 on, and what remains is the digit:

    c' = relu(t - 1) - relu(t - 2),    s = t - 2 c'.

At position 0 there is no carry and t <= 2, so one neuron is enough. That is 2 p - 1 neurons in depth p where a network may
skip layers. A strictly layered one must also pass values on: at each of the p layers the digits already found, the sum t
under work and the untouched sums a + b, one neuron each, p in all, which makes p^2 + 2 p - 1 neurons.
"""

from proofcheck import Bits, Computes, Construction, Exact, Relation, Source, bits_of, certified, depth, inputs, network, neurons, p, relu, width, word


def build(p):
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    t = x[0] + y[0]
    carry = relu(t - 1)
    digits = [t - 2 * carry]
    for a, b in zip(x[1:], y[1:], strict=True):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network(digits)


construction = Construction(
    title="Addition modulo 2^p, strictly layered",
    source=Source(
        "Kratsios, Zvigelsky, Hart, Quantifying the Limits of AI Reasoning, 2025",
        arxiv="2508.18526",
        statement="abstract: networks that equal arithmetic circuits, modular overflow included",
        fidelity="after",
    ),
    build=build,
    claims={
        "computes": Computes(lambda x, y: bits_of(word(x) + word(y), len(x)), on=Bits, at=[1, 2, 3, 4, 8, 16, 32, 64], floor=certified),
        "exact in int8": Exact("int8", at=[1, 2, 3, 4]),
        "exact in float32": Exact("float32", at=[8, 16]),
        "depth": Relation(depth == p, at=range(1, 65), convention="hidden layers"),
        "width": Relation(width == p + 2, at=range(2, 65)),
        "neurons": Relation(neurons == p**2 + 2 * p - 1, at=range(1, 65)),
    },
)
