"""The table of values is in exact order, however near, large or small its numbers are."""

import random
from fractions import Fraction

import pytest

from proofcheck.networks.table import Table


@pytest.mark.parametrize("digits", [3, 30, 400], ids=["small", "beyond a significand", "beyond the floats"])
def test_used_values_are_sorted_as_rationals(digits):
    draw = random.Random(digits)
    for _ in range(30):
        numbers = [Fraction(draw.randint(-(10**digits), 10**digits), draw.randint(1, 10**digits)) for _ in range(20)]
        near = Fraction(draw.randint(1, 10**9), draw.randint(1, 10**9))
        numbers += [near + Fraction(k, 10**40) for k in range(-5, 5)] + [Fraction(k, 10**400) for k in range(-3, 3)]
        numbers += [Fraction(10**digits), Fraction(1, 10**digits)]
        draw.shuffle(numbers)
        table = Table()
        indices = table.indices(numbers)
        rank, values = table.sorted_subset(indices)
        assert list(values) == sorted(set(numbers))
        assert [values[rank[i]] for i in indices.tolist()] == numbers
