"""The method `Network.torch`: a module that equals the rationals, or a refusal."""

import pytest
import torch

from proofcheck import Bits, Integers, Refusal, inputs, network, relu


def test_the_module_equals_the_rationals() -> None:
    x = inputs(2, on=Bits)
    net = network(relu(x[0] + x[1] - 1))
    table = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
    assert net.torch()(table).flatten().tolist() == [0, 0, 0, 1]


def test_a_format_that_would_round_is_refused() -> None:
    x = inputs(on=Integers(0, 1))
    net = network(relu(x + 2**24))
    assert net.torch(dtype=torch.float64)(torch.tensor([[1]])).item() == 2**24 + 1
    with pytest.raises(Refusal, match="needs 25 bits, float32 has 24"):
        net.torch(dtype=torch.float32)
