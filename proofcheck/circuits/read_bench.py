"""ISCAS .bench netlists: `INPUT(a)`, `OUTPUT(z)`, `z = NAND(a, b)`, and truth tables `z = LUT 0x8 ( a, b )`.

Gates take one or more inputs; XOR is parity. Bit i of a truth table is the value when the first net is bit 0 of i, the
second bit 1, and so on. Flip-flops are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import FALSE, TRUE, Circuit
from proofcheck.circuits.netlist import Names, Net, circuit_of_nets, table
from proofcheck.circuits.text import Text, quoted

_GATES: dict[str, tuple[Callable[[Builder, list[int]], int], bool]] = {
    "AND": (Builder.and_all, False),
    "NAND": (Builder.and_all, True),
    "OR": (Builder.or_all, False),
    "NOR": (Builder.or_all, True),
    "XOR": (Builder.xor_all, False),
    "XNOR": (Builder.xor_all, True),
    "BUF": (Builder.and_all, False),
    "BUFF": (Builder.and_all, False),
    "NOT": (Builder.and_all, True),
    "INV": (Builder.and_all, True),
}
_UNARY = {"BUF", "BUFF", "NOT", "INV"}
_STATE = {"DFF", "DFFSR", "DFFRSE", "LATCH", "SDFF"}
_CONSTANTS = {"VDD": TRUE, "GND": FALSE}
_MOST_LUT_INPUTS = 16


def read_bench(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a .bench file. Raises InputError."""
    text = Text(data, path)
    inputs: Names = []
    outputs: Names = []
    nets: list[Net] = []
    for number, line in enumerate(text.lines, 1):
        bare = line.partition("#")[0].strip()
        if not bare:
            continue
        left, equals, right = bare.partition("=")
        kind, names = _call(text, number, right if equals else left)
        if equals:
            nets.append(_net(text, number, left.strip(), kind, names))
        elif kind in ("INPUT", "OUTPUT") and len(names) == 1:
            (inputs if kind == "INPUT" else outputs).append((names[0], number))
        else:
            text.fault(f"{quoted(bare)} where INPUT(net), OUTPUT(net) or net = GATE(net, ...) is expected", number)
    if not outputs:
        text.fault("no OUTPUT: at least one is expected, the file may be truncated", len(text.lines))
    return circuit_of_nets(text, inputs, outputs, nets)


def _call(text: Text, number: int, call: str) -> tuple[str, list[str]]:
    """(kind in capitals, nets) of `kind(net, net)`; a word alone is a kind without nets."""
    head, bracket, rest = call.strip().partition("(")
    if not bracket:
        return head.upper(), []
    if not rest.endswith(")"):
        text.fault(f"{quoted(call.strip())} where a closing bracket is expected at the end", number)
    names = [name.strip() for name in rest[:-1].split(",")] if rest[:-1].strip() else []
    for name in names:
        _check_name(text, number, name)
    return head.strip().upper(), names


def _check_name(text: Text, number: int, name: str) -> None:
    if not name or any(c in "()=," or c.isspace() for c in name):
        text.fault(f"{quoted(name)} where the name of a net is expected", number)


def _net(text: Text, number: int, name: str, kind: str, reads: list[str]) -> Net:
    _check_name(text, number, name)
    if kind in _CONSTANTS and not reads:
        return Net(name, number, (), partial(_constant, _CONSTANTS[kind]))
    if kind.startswith("LUT"):
        return Net(name, number, reads, partial(_lut, _table(text, number, kind[3:].strip(), len(reads))))
    if kind in _STATE:
        text.fault(f"a flip-flop or latch ({kind}): only circuits without state can be read", number)
    if kind not in _GATES:
        text.fault(f"unknown gate {quoted(kind)}: known are {', '.join(_GATES)}, LUT, VDD and GND", number)
    if not reads or (kind in _UNARY and len(reads) > 1):
        text.fault(f"{kind} with {len(reads)} inputs: {'one is' if kind in _UNARY else 'one or more are'} expected", number)
    return Net(name, number, reads, partial(_gate, *_GATES[kind]))


def _table(text: Text, number: int, digits: str, inputs: int) -> int:
    """The truth table of a LUT, 2^inputs bits in hexadecimal."""
    if inputs > _MOST_LUT_INPUTS:
        text.fault(f"a LUT of {inputs} inputs: at most {_MOST_LUT_INPUTS} are possible", number)
    most = max(1, (1 << inputs) // 4)
    if not digits.startswith("0X") or not digits[2:] or digits[2:].strip("0123456789ABCDEF") or len(digits) - 2 > most:
        text.fault(f"{quoted(digits.lower())} where a truth table of {1 << inputs} bits such as 0x8 is expected", number)
    bits = int(digits, 16)
    if bits >> (1 << inputs):
        text.fault(f"{quoted(digits.lower())} has more than {1 << inputs} bits, as many as {inputs} inputs have values", number)
    return bits


def _constant(value: int, _builder: Builder, _literals: list[int]) -> int:
    return value


def _lut(bits: int, builder: Builder, literals: list[int]) -> int:
    return table(builder, literals, bits)


def _gate(join: Callable[[Builder, list[int]], int], negated: bool, builder: Builder, literals: list[int]) -> int:
    return join(builder, literals) ^ negated
