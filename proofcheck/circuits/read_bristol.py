"""Bristol Fashion circuits, and the older Bristol format with its header line `n1 n2 n3`.

Wires are numbered: the inputs first, the outputs last; words are least significant bit first. Every gate line reads
wires that are driven before it. XOR and AND gates are kept as they are, except those that read a constant; INV, NOT, EQ
and EQW cost no gate, and MAND is its ANDs. https://nigelsmart.github.io/MPC-Circuits describes both formats.
"""

from __future__ import annotations

from pathlib import Path

from proofcheck.circuits.builder import Builder
from proofcheck.circuits.circuit import AND, TRUE, XOR, Circuit
from proofcheck.circuits.text import Text, quoted
from proofcheck.circuits.words import Word

_ARITY = {"XOR": (2, 1), "AND": (2, 1), "INV": (1, 1), "NOT": (1, 1), "EQW": (1, 1), "EQ": (1, 1)}

Line = tuple[int, list[str]]


def read_bristol(data: bytes, path: str | Path) -> Circuit:
    """The circuit in the bytes of a Bristol file of either kind. Raises InputError."""
    text = Text(data, path)
    lines = [(number, words) for number, line in enumerate(text.lines, 1) if (words := line.split())]
    if len(lines) < 2 or len(lines[0][1]) != 2:
        text.fault("a header line with the numbers of gates and wires, then the widths of inputs and outputs, is expected", 1)
    number, words = lines[0]
    gates, wires = (
        text.number(word, number, f"the number of {what}", 1 << 40) for word, what in zip(words, ("gates", "wires"), strict=True)
    )
    old = len(lines[1][1]) == 3 and (len(lines) == 2 or lines[2][1][-1].isalpha())
    if old:
        number, words = lines[1]
        widths = [text.number(word, number, "a number of wires", text.most_bits) for word in words]
        inputs, outputs = _words("x", [width for width in widths[:2] if width]), _words("y", widths[2:])
        body, header_end = lines[2:], number
    elif len(lines) < 3:
        text.fault("the file ends before the widths of the outputs: it is truncated", lines[1][0])
    else:
        inputs, outputs = (_words(name, _widths(text, *line)) for name, line in (("x", lines[1]), ("y", lines[2])))
        body, header_end = lines[3:], lines[2][0]
    given, put = (sum(word.size for word in side) for side in (inputs, outputs))
    if max(given, put) > text.most_bits:
        text.fault(f"the header promises {given} inputs and {put} outputs, more than the file can mention", header_end)
    if not max(given, put) <= wires <= given + len(data):
        text.fault(f"{wires} wires are promised for {given} inputs, {put} outputs and a file of {len(data)} bytes", lines[0][0])
    if len(body) != gates:
        text.fault(f"{gates} gates are promised, {len(body)} follow", body[-1][0] if body else header_end)
    return _circuit(text, inputs, outputs, wires, body)


def _words(name: str, widths: list[int]) -> tuple[Word, ...]:
    return tuple(Word(name if len(widths) == 1 else f"{name}{i}", width) for i, width in enumerate(widths))


def _widths(text: Text, number: int, words: list[str]) -> list[int]:
    """The widths on a line `count width ...`."""
    count, *widths = (text.number(word, number, "the width of a word", text.most_bits) for word in words)
    if count != len(widths):
        text.fault(f"{count} words are promised, {len(widths)} widths follow", number)
    return widths


def _circuit(text: Text, inputs: tuple[Word, ...], outputs: tuple[Word, ...], wires: int, body: list[Line]) -> Circuit:
    builder = Builder()
    literal = builder.declare(inputs)
    literal += [-1] * (wires - len(literal))  # -1: not driven yet

    def read(word: str, number: int) -> int:
        wire = text.number(word, number, "a wire", wires - 1)
        if literal[wire] < 0:
            text.fault(f"wire {wire} is read before a line drives it", number)
        return literal[wire]

    def drive(word: str, number: int, value: int) -> None:
        wire = text.number(word, number, "a wire", wires - 1)
        if literal[wire] >= 0:
            text.fault(f"wire {wire} is driven twice", number)
        literal[wire] = value

    for number, words in body:
        kind = words[-1]
        reads, drives = _arity(text, number, words)
        sources, targets = words[2 : 2 + reads], words[2 + reads : -1]
        if kind == "EQ":
            drive(targets[0], number, text.number(sources[0], number, "a constant 0 or 1", 1))
            continue
        values = [read(word, number) for word in sources]
        if kind in ("XOR", "AND"):
            drive(targets[0], number, _gate(builder, XOR if kind == "XOR" else AND, *values))
        elif kind == "MAND":
            for target, x, y in zip(targets, values[:drives], values[drives:], strict=True):
                drive(target, number, _gate(builder, AND, x, y))
        else:
            drive(targets[0], number, values[0] ^ (kind != "EQW"))
    put = literal[wires - sum(word.size for word in outputs) :]
    if -1 in put:
        text.fault(f"the output wire {wires - len(put) + put.index(-1)} is not driven", len(text.lines))
    builder.put(outputs, put)
    return builder.circuit()


def _gate(builder: Builder, operation: int, x: int, y: int) -> int:
    if x > TRUE and y > TRUE:
        return builder.gate(operation, x, y)
    return builder.and_(x, y) if operation == AND else builder.xor(x, y)


def _arity(text: Text, number: int, words: list[str]) -> tuple[int, int]:
    """How many wires a gate line reads and drives, after checking that it holds them."""
    kind = words[-1]
    if kind not in _ARITY and kind != "MAND":
        text.fault(f"unknown gate {quoted(kind)}: known are {', '.join(_ARITY)} and MAND", number)
    if len(words) < 3:
        text.fault(f"{quoted(' '.join(words))} where a gate 'inputs outputs wires ... kind' is expected", number)
    reads, drives = (text.number(word, number, "a number of wires", len(words)) for word in words[:2])
    if (reads, drives) != _ARITY.get(kind, (2 * drives, drives)):
        text.fault(f"{kind} does not read {reads} wires and drive {drives}", number)
    if len(words) != reads + drives + 3:
        text.fault(f"{reads + drives} wires are promised, {len(words) - 3} follow", number)
    return reads, drives
