"""The same function by fewer nodes: what an evaluation may leave out because of the weights alone.

An affine node relu(v) + relu(-v) becomes |v|, which is a leaky relu of slope -1 on what v reads, after the weights of both
have been compared. A carry, 1 * v + 0 or the relu of that where v is never negative, is not read: its source is. Each sum
that is left was one of the given network, and each value was a value, so a certificate of exactness covers both.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proofcheck.engine.shape import IntArray
from proofcheck.networks.activation import Activation
from proofcheck.networks.network import Network

ABSOLUTE = Activation("leaky_relu", Fraction(-1))
NEVER_NEGATIVE = ("relu", "step", "saturated_linear")


@lru_cache(maxsize=8)
def simplified(network: Network) -> Network:
    """A network that equals the given one on all rationals; the given one when there is nothing to leave out."""
    inputs = network.input_count
    kinds = np.array([a.kind for a in network.activations] or ["relu"])[network.activation]
    fan_in = np.diff(network.start)
    sign = np.array([(v > 0) - (v < 0) for v in network.values], np.int64)
    sizes = {size: i + 1 for i, size in enumerate(sorted({abs(v) for v in network.values}))}
    code = sign * np.array([sizes[abs(v)] for v in network.values], np.int64)  # of -v it is the negative, of 0 it is 0
    one = sizes.get(Fraction(1), -1)
    weight, bias = code[network.weight], code[network.bias]
    pairs, first = _halves(inputs, kinds, bias, network.start, network.source, weight, one)
    never_negative = np.concatenate([np.zeros(inputs, bool), np.isin(kinds, NEVER_NEGATIVE)])
    never_negative[inputs + pairs] = True
    root = _carries(inputs, kinds, bias, network.start, network.source, weight, one, never_negative)
    root[inputs + pairs] = inputs + pairs
    if not len(pairs) and np.array_equal(root, np.arange(len(root))):
        return network
    begins, lengths = network.start[:-1].copy(), fan_in.copy()
    begins[pairs], lengths[pairs] = network.start[first], fan_in[first]
    ends = np.cumsum(lengths)
    edges = np.repeat(begins - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
    activations = tuple(sorted({*network.activations, *([ABSOLUTE] if len(pairs) else [])}))
    place = np.array([activations.index(a) for a in network.activations], np.int64)
    activation, constant = place[network.activation], network.bias.copy()
    if len(pairs):
        activation[pairs], constant[pairs] = activations.index(ABSOLUTE), network.bias[first]
    source, start = root[network.source[edges]], np.concatenate([[0], ends])
    if _reads_twice(source, start, inputs + len(kinds)):
        return network
    return Network(
        *(network.inputs, network.outputs, network.domain, network.values, activations, activation, constant, start),
        *(source, network.weight[edges], root[network.output]),
    )


def _reads_twice(source: IntArray, start: IntArray, nodes: int) -> bool:
    """Whether some node reads a node twice, as when it read a value and its carry: such a network is left as it is."""
    pairs = np.sort(np.repeat(np.arange(len(start) - 1), np.diff(start)) * nodes + source)
    return bool(np.any(pairs[1:] == pairs[:-1]))


def _halves(
    inputs: int, kinds: npt.NDArray[np.str_], bias: IntArray, start: IntArray, source: IntArray, weight: IntArray, one: int
) -> tuple[IntArray, IntArray]:
    """(nodes, first): the affine nodes relu(v) + relu(-v) with v of at most two sources, and the first relu of each."""
    fan_in = np.diff(start)
    pairs = np.flatnonzero((kinds == "identity") & (bias == 0) & (fan_in == 2))
    a, b = source[start[pairs]] - inputs, source[start[pairs] + 1] - inputs
    good = (a >= 0) & (b >= 0) & (weight[start[pairs]] == one) & (weight[start[pairs] + 1] == one)
    pairs, a, b = pairs[good], a[good], b[good]
    good = (kinds[a] == "relu") & (kinds[b] == "relu") & (fan_in[a] == fan_in[b]) & (fan_in[a] <= 2) & (bias[a] == -bias[b])
    pairs, a, b = pairs[good], a[good], b[good]
    same = np.ones(len(pairs), bool)
    for k in range(2):
        rows = np.flatnonzero(fan_in[a] > k)
        mine = start[a[rows]] + k
        met = np.zeros(len(rows), bool)
        for j in range(2):
            other = start[b[rows]] + np.minimum(j, fan_in[b[rows]] - 1)
            met |= (source[mine] == source[other]) & (weight[mine] == -weight[other])
        same[rows] &= met
    return pairs[same], a[same]


def _carries(
    inputs: int,
    kinds: npt.NDArray[np.str_],
    bias: IntArray,
    start: IntArray,
    source: IntArray,
    weight: IntArray,
    one: int,
    never_negative: npt.NDArray[np.bool_],
) -> IntArray:
    """For each node the one that it equals because it only carries it, else itself."""
    single = np.flatnonzero((np.diff(start) == 1) & (bias == 0))
    edge = start[single]
    carried = (weight[edge] == one) & ((kinds[single] == "identity") | ((kinds[single] == "relu") & never_negative[source[edge]]))
    root = np.arange(inputs + len(kinds))
    root[inputs + single[carried]] = source[edge[carried]]
    while not np.array_equal(further := root[root], root):
        root = further
    return root
