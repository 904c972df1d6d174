"""Words of p bits that run through n steps, at each of which a fold is called over their places: two parameters, n and p."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from proofcheck.domains import Bits
from proofcheck.errors import ConstructionError
from proofcheck.families.family import Fold, Json, set_of
from proofcheck.families.unroll import folded
from proofcheck.networks import Network, inputs, network

RESERVED = ("W", "R", "k", "n", "p")


@dataclass(frozen=True)
class Shifted:
    """What a word becomes: the `digits` of the block with its output `top` behind them; the first one is put out as `out`."""

    digits: str
    top: str
    out: str


@dataclass(frozen=True, eq=False)
class Calls:
    """Words of p bits, at first 0, that are run through n steps by a block.

    block: a Fold with first=0 and units={"W": (1, 2)} whose inputs are Bits: it runs over the p places of the words at each step.
    state: of some of its inputs, the words that change, what they become: the name of an output of each of its steps, or
    Shifted(...). Its other inputs are given words; its fixed inputs are the inputs of a step, n of each.
    """

    block: Fold
    state: Mapping[str, str | Shifted]

    def __post_init__(self) -> None:
        block = self.block
        if not isinstance(block, Fold) or block.first != 0:
            raise ConstructionError(f"the block is {block!r}, expected Fold(..., first=0)")
        if any(set_of(name, on) != set_of(name, Bits) for name, on in block.inputs.items()):
            raise ConstructionError(f"the inputs {', '.join(block.inputs)} of the block are places of words: let them be Bits")
        if [*block.units.values()] != [(1, 2)]:
            raise ConstructionError(f'the units of the block are {dict(block.units)!r}, expected one, such as {{"W": (1, 2)}}')
        if not self.state or not set(self.state) <= set(block.inputs):
            raise ConstructionError(f"the words {', '.join(self.state) or 'none'}: expected some of {', '.join(block.inputs)}")
        for name, after in self.state.items():
            digits, top = (after.digits, after.top) if isinstance(after, Shifted) else (after, None)
            if digits not in block.emitted or (top is not None and top not in block.results):
                have = f"{', '.join(block.emitted)} as digits and {', '.join(block.results)} behind them"
                raise ConstructionError(f"the word {name!r} becomes {after!r}, the block has {have}")

    @property
    def words(self) -> tuple[str, ...]:
        """The names of the words that change."""
        return tuple(name for name in self.block.inputs if name in self.state)

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the given words."""
        return tuple(name for name in self.block.inputs if name not in self.state)

    @property
    def emitted(self) -> tuple[str, ...]:
        """The names of the bits put out at each step."""
        moves = (self.state[name] for name in self.words)
        return tuple(after.out for after in moves if isinstance(after, Shifted))

    def data(self) -> Json:
        """FAMILY of docs/formats.md. The block's inputs come with the words that change first."""
        block = self.block.data()
        if list(self.block.inputs) != [*self.words, *self.given]:
            raise ConstructionError(f"write the words that change before the given ones: {', '.join(self.words + self.given)}")
        moves = []
        for name in self.words:
            after = self.state[name]
            shifted = isinstance(after, Shifted)
            digits, top = (after.digits, self.block.results.index(after.top)) if isinstance(after, Shifted) else (after, None)
            moves.append([self.block.emitted.index(digits), top if shifted else None])
        return {"rule": "calls", "block": block, "state": moves}

    def network(self, n: int, p: int) -> Network:
        """The network of n steps on words of p bits. Ports: inputs of n, given words of p; the bits of all steps, the words."""
        for name, value in (("n", n), ("p", p)):
            if type(value) is not int or not 1 <= value <= 1000:
                raise ConstructionError(f"the network at {name} = {value!r} was asked for, expected an integer from 1 to 1000")
        x = [inputs(n, on=on, name=name) for name, on in self.block.fixed.items()]
        a = [inputs(p, on=Bits, name=name) for name in self.given]
        out, words = called_over(self.data(), [[*row] for row in zip(*x, strict=True)] if x else [[]] * n, a, p)
        ports = {name: [row[i] for row in out] for i, name in enumerate(self.emitted)} | dict(zip(self.words, words, strict=True))
        return network(ports, [*x, *a])


def called_over(
    data: Mapping[str, Any], x: Sequence[Sequence[Any]], a: Sequence[Sequence[Any]], p: int
) -> tuple[list[list[Any]], list[list[Any]]]:
    """(the bits that each step puts out, the words at the end), from the inputs x of each step and the given words a."""
    words: list[list[Any]] = [[0] * p for _ in data["state"]]
    out = []
    for row in x:
        places = [list(place) for place in zip(*words, *a, strict=True)]
        emitted, end = folded(data["block"], places, row)
        columns = [[digits[j] for digits in emitted] for j, _ in data["state"]]
        moves = [(column, top) for column, (_, top) in zip(columns, data["state"], strict=True)]
        out.append([column[0] for column, top in moves if top is not None])
        words = [column if top is None else [*column[1:], end[top]] for column, top in moves]
    return out, words
