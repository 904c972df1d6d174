"""Sorting n reals by odd-even merge, largest first, for every n, not only for powers of two.

A comparator is one neuron beside what it passes on: with e = relu(a - b), the larger of a and b is b + e, the smaller a - e.

*Merge.* Two sorted lists of one number each are compared. Of longer ones merge what stands at even places to E, and what stands at odd
places to O; the result is E_0, then O_i and E_{i+1} compared, for i = 0, 1, ..., then what is left at the end without a partner.
*Sort.* Sort both halves and merge them.

Why it sorts, for any lengths: look at a threshold t. A comparator, on the bits [a >= t] and [b >= t], is "or" and "and". Lists with
c and c' ones at their start give E with e = ceil(c/2) + ceil(c'/2) and O with o = floor(c/2) + floor(c'/2), so e - o is 0, 1 or 2,
and e + o ones are in order once the one pair is compared that may not be (docs/trust.md has the cases). So for every t output j is at
least t exactly if more than j inputs are, which is what it means to be the j-th largest. What is certified for every n is that the
comparator gives maximum and minimum, on all reals, and with the rule that the outputs are sorted.
"""

from proofcheck import Construction, ForAll, Grows, OddEvenSort, Property, Reals, Relation, Sorted, Source, Unrolls, all_of, depth, neurons, relu, n, total, ceil_log2
from itertools import pairwise


def compare(a, b):
    """Maximum and minimum of two numbers by one neuron."""
    excess = relu(a - b)
    return {"high": b + excess, "low": a - excess}


sort = OddEvenSort(Reals, compare)


def build(n):
    return sort.network(n)


construction = Construction(
    title="Sorting n reals by odd-even merge, for every n",
    source=Source("Batcher, Sorting networks and their applications, AFIPS 1968", statement="odd-even merge sort", fidelity="after"),
    build=build,
    form="traced",
    claims={
        "sorts for every n": ForAll(sort, Sorted()),
        "sizes": Grows(sort, neurons=(1,), depth=(1,), exactly=(lambda k, P: k * P + 1, lambda k, P: P * (k**2 - k + 4) / 4 - 1)),
        "is the family": Unrolls(sort, at=[*range(1, 18), 64]),
        "in order": Property(
            lambda x, y: all_of([total(y) == total(x), *(a >= b for a, b in pairwise(y))]), on=Reals, at=range(2, 5)
        ),
        "depth": Relation(depth == ceil_log2(n) * (ceil_log2(n) + 1) // 2, at=[2, 4, 8, 16, 32, 64], convention="hidden layers; skips allowed"),
        "neurons": Relation(4 * neurons == (ceil_log2(n) ** 2 - ceil_log2(n) + 4) * n - 4, at=[2, 4, 8, 16, 32, 64]),
    },
)
