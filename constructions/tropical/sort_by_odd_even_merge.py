"""Sorting n reals by Batcher's odd-even merge: a network of comparators, each one neuron beside what it passes on.

A comparator puts two numbers in order: with e = relu(a - b), min(a, b) = a - e and max(a, b) = b + e.

*Merge.* Let a and b be sorted, of one length 2^k. Merge their entries of even index to E, and those of odd index to O, by the same
rule. The result is E_0, the pairs (O_0, E_1), (O_1, E_2), ..., each put in order, and the last entry of O. Why it is sorted: comparators
commute with increasing maps, so it is enough to look at zeros and ones (the 0-1 principle; Knuth, Theorem Z). If a begins with i
zeros and b with j, E has ceil(i/2) + ceil(j/2) of them and O has floor(i/2) + floor(j/2): as many, one less or two less. In the
first two cases all is in order before the last comparators, in the third the one pair out of order is one of those compared.

*Sort.* Sort both halves and merge them. For n between powers of two, the wires from n on of the next larger network hold infinity.
They hold it to the end, since a comparator leaves the larger number on the later wire; so a comparator that ends on such a wire changes
nothing and is left out. Nothing is padded: the network has n inputs, and as many neurons as comparators are left.

*Sizes.* For n = 2^m merging takes m stages, so sorting takes 1 + 2 + ... + m = m (m + 1)/2, with (m^2 - m + 4) 2^(m-2) - 1 comparators
in all, at most n/2 at once. Any other n takes no more stages and comparators than the next power of two. A strictly layered
network carries n free reals past each stage, two neurons for each: comparators + 2 n depth neurons, width 2 n + n/2.

*Statements.* `sorted_terms` has the same comparators as minima and maxima, written as loops over the stages. That they sort is not
taken from there: output k, from 0, is also shown to be the least of the maxima of k + 1 inputs, the outputs to be in order with the
sum of the inputs, and, on bits, where by the 0-1 principle all is decided, output i to be 1 exactly when n - i inputs are or more.
"""

from itertools import combinations, pairwise

from proofcheck import (
    Bits,
    Computes,
    Construction,
    Property,
    Reals,
    Relation,
    Source,
    all_of,
    ceil_log2,
    certified,
    depth,
    inputs,
    maximum,
    minimum,
    n,
    network,
    neurons,
    relu,
    sorted_terms,
    total,
    width,
)


def compared(a, b):
    """The two numbers in order; None stands for infinity."""
    if b is None:
        return [a, b]
    excess = relu(a - b)
    return [a - excess, b + excess]


def merge(a, b):
    """Two sorted lists of one length, a power of two, as one."""
    if len(a) == 1:
        return compared(a[0], b[0])
    even, odd = merge(a[::2], b[::2]), merge(a[1::2], b[1::2])
    inner = [number for low, high in zip(odd, even[1:], strict=False) for number in compared(low, high)]
    return [even[0], *inner, odd[-1]]


def sort(x):
    """A list in order; its length is a power of two."""
    half = len(x) // 2
    return merge(sort(x[:half]), sort(x[half:])) if half else x


def build(n):
    x = inputs(n, on=Reals, name="x")
    return network(sort(x + [None] * (2 ** (n - 1).bit_length() - n))[:n])


def order_statistics(x):
    """What a sorted list is: its k-th entry, from 0, is the least number that k + 1 of the given ones do not exceed."""
    return [minimum(*(maximum(*some) for some in combinations(x, k + 1))) for k in range(len(x))]


def in_order(x, y):
    """The outputs increase, begin with the least input, end with the largest and have the sum of the inputs."""
    increasing = all_of(low <= high for low, high in pairwise(y))
    return all_of([increasing, y[0] == minimum(*x), y[-1] == maximum(*x), total(y) == total(x)])


def counted(x):
    """On bits: the ones come last."""
    return [total(x) >= len(x) - i for i in range(len(x))]


stages = ceil_log2(n) * (ceil_log2(n) + 1) / 2
comparators = (ceil_log2(n) ** 2 - ceil_log2(n) + 4) * 2 ** ceil_log2(n) / 4 - 1
POWERS = [2**m for m in range(1, 8)]
ANY = [*range(2, 17), 23, 31, 33, 48, 63]

construction = Construction(
    title="Sorting n reals in depth m (m + 1)/2, n = 2^m",
    source=Source(
        "Batcher, Sorting networks and their applications, AFIPS Spring Joint Computer Conference 32, 1968",
        doi="10.1145/1468075.1468121",
        statement="the odd-even merge; Knuth, The Art of Computer Programming 3, 5.3.4, for the 0-1 principle, any n and the counts",
        fidelity="after",
    ),
    build=build,
    claims={
        "computes": Computes(sorted_terms, on=Reals, at=[*range(2, 9), 11, 16, 32, 64], floor=certified),
        "order statistics": Computes(order_statistics, on=Reals, at=range(2, 5), floor=certified),
        "order statistics of five": Computes(order_statistics, on=Reals, at=5),
        "in order": Property(in_order, on=Reals, at=range(2, 7), floor=certified),
        "sorts bits": Computes(counted, on=Bits, at=[*range(1, 9), 10], floor=certified),
        "computes on bits": Computes(sorted_terms, on=Bits, at=[11, 16, 23, 64], floor=certified),
        "depth": Relation(depth == stages, at=POWERS, convention="stages of comparators"),
        "depth for any n": Relation(depth <= stages, at=ANY),
        "comparators": Relation(neurons - 2 * n * depth == comparators, at=POWERS, convention="neurons that are no carries"),
        "comparators for any n": Relation(neurons - 2 * n * depth <= comparators, at=ANY),
        "neurons": Relation(neurons == comparators + 2 * n * stages, at=POWERS),
        "width": Relation(width == 5 * n / 2, at=POWERS),
    },
)
