"""Tables over small cuts list every value that a node takes, and few others."""

from __future__ import annotations

from fractions import Fraction

from proofcheck.domains import Bits, Integers, Words
from proofcheck.engine import exactness
from proofcheck.engine.ranges import Range, analyse
from proofcheck.engine.tables import LARGEST_TABLE, Tables
from proofcheck.networks import IDENTITY, RELU, Network, inputs, network, relu

CONSTANTS = tuple(map(Fraction, (-1, 0, 1, 2)))


def last(net: Network) -> Range:
    return analyse(net).of(int(net.output[-1])).value


def test_a_copy_stands_for_the_node_that_it_copies_in_whatever_order_it_reads() -> None:
    tables = Tables(CONSTANTS, (IDENTITY, RELU))
    tables.add_input(0, (0, 1))
    assert tables.add(1, 0, 2, (0,), [0]) == (0, 1)  # 1 - x
    assert tables.add(2, 0, 0, (2, 3), [1, 0]) == (0, 1)  # (1 - x) + 2x - 1 = x
    assert tables.add(3, 0, 1, (2, 0), [2, 0]) == (0,)
    assert tables.add(4, 0, 1, (2, 0), [2, 1]) == (-1, 1)


def test_a_full_adder_stays_a_bit_when_carried_through_layers() -> None:
    """sum = t - 2 relu(t - 1) + 2 relu(t - 2) with t = a + b + c, its operands carried by relu twice."""
    a, b, c = inputs(3, on=Bits)
    total = relu(relu(a)) + relu(relu(b)) + relu(relu(c))
    full = relu(total) - 2 * relu(total - 1) + 2 * relu(total - 2)
    assert last(network(full * 1)) == Range(0, 0, 1)
    carried = [relu(relu(a + b)), relu(relu(a + b - 1))]
    assert last(network(carried[0] - 2 * carried[1])) == Range(0, 0, 1)


def test_sources_with_no_common_cut_are_bounded_by_their_ranges() -> None:
    x = inputs(2, on=Words(8))
    assert last(network(x[0] - x[1])) == Range(0, -255, 255)
    small = inputs(2, on=Integers(-1, 1))
    assert last(network(relu(small[0] - small[1]) * 3)) == Range(0, 0, 6)


def test_many_leaves_are_left_to_bounds() -> None:
    bits = inputs(LARGEST_TABLE.bit_length(), on=Bits)
    wide = sum(bits)
    assert last(network(relu(wide) - relu(wide))) == Range(0, -len(bits), len(bits))
    assert exactness(network(wide), "int8").exact
