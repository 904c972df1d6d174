"""A malformed file gives one sentence that says where, what was found and what was expected."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from proofcheck.circuits import circuit_of_bytes, read_circuit
from proofcheck.errors import InputError

BENCH = "INPUT(a)\nOUTPUT(z)\n"
BLIF = ".model m\n.inputs a b\n.outputs z\n"

FAULTS: list[tuple[str, str | bytes, str]] = [
    # AIGER
    ("f.aag", "aag 1 1 0\n", "f.aag:1: 'aag 1 1 0' where the header 'aag M I L O A' is expected"),
    ("f.aag", "aag 1 0 1 0 0\n2 3\n", "f.aag:1: the header promises 1 latches: only circuits without state can be read"),
    ("f.aag", "aag 1 1 0 0 0 1\n2\n2\n", "f.aag:1: the circuit has a property section: only outputs can be read"),
    ("f.aag", "aag 1 1 0 1 1\n2\n2\n4 2 2\n", "f.aag:1: M is 1, at least I + A = 2 is expected"),
    ("f.aig", "aig 2 1 0 1 0\n2\n", "f.aig:1: M is 2, exactly I + A = 1 is expected"),
    ("f.aag", "aag 1 x 0 0 0\n", "f.aag:1: 'x' is not a number where I is expected"),
    ("f.aag", "aag 1 -1 0 0 0\n", "f.aag:1: '-1' is negative where I is expected"),
    (
        "f.aig",
        "aig 1000000000000 0 0 0 1000000000000\n",
        "f.aig:1: the header promises 1000000000000 gates and 0 outputs, more than the file can hold",
    ),
    (
        "f.aig",
        "aig 1000000000000 1000000000000 0 0 0\n",
        "f.aig:1: the header promises 1000000000000 inputs, more than the file can mention",
    ),
    ("f.aig", "aig 99999999999999999999 0 0 0 0\n", "f.aig:1: M is 99999999999999999999, at most 1099511627776 is possible here"),
    ("f.aag", "aag 1 1 0 1 0\n2\n2", "f.aag:3: the file ends in the middle of a line: it is truncated"),
    ("f.aag", "aag 1 1 0 1 0\n2\n", "f.aag:3: the file ends too early: it is truncated"),
    ("f.aag", "aag 2 2 0 0 0\n2\n3\n", "f.aag:3: the literal 3 cannot be defined: a positive even literal is expected"),
    ("f.aag", "aag 2 2 0 0 0\n2\n2\n", "f.aag:3: the literal 2 is defined twice"),
    ("f.aag", "aag 3 1 0 0 2\n2\n4 2 2\n4 2 3\n", "f.aag:4: the literal 4 is defined twice"),
    ("f.aag", "aag 3 1 0 0 1\n2\n4 2 6\n", "f.aag:3: gate 4 reads the literal 6, which is not defined"),
    ("f.aag", "aag 3 1 0 0 2\n2\n4 2 6\n6 4 2\n", "f.aag:3: gate 4 depends on itself: a circuit without cycles is expected"),
    ("f.aag", "aag 2 1 0 1 1\n2\n4\n4 2\n", "f.aag:4: '4 2' where an AND gate of three literals is expected"),
    ("f.aag", "aag 2 1 0 1 1\n2\n4\n4 2 6\n", "f.aag:4: a literal is 6, at most 5 is possible here"),
    ("f.aag", "aag 3 1 0 1 0\n2\n6\n", "f.aag:3: the output literal 6 is not defined"),
    ("f.aag", "aag 1 1 0 0 0\n2\nl0 a\n", "f.aag:3: 'l0 a' where a name such as 'i0 x', a comment 'c' or the end is expected"),
    ("f.aag", "aag 1 1 0 0 0\n2\ni1 a\n", "f.aag:3: 'i1 a' names number 1 of 1"),
    ("f.aag", "aag 1 1 0 0 0\n2\ni0 a\ni0 b\n", "f.aag:4: 'i0 b' gives a second name to number 0"),
    ("f.aag", b"aag 1 1 0 0 0\n2\ni0 \xff\n", "f.aag:3: a name that is not UTF-8"),
    ("f.aig", b"aig 3 2 0 1 1\n6\n\x02", "f.aig: the file ends before its 1 gates do: it is truncated"),
    ("f.aig", b"aig 3 2 0 1 1\n6\n\x00\x02", "f.aig: gate 6 must read two smaller literals, the larger one first"),
    ("f.aig", b"aig 3 2 0 1 1\n6\n\x05\x02", "f.aig: gate 6 must read two smaller literals, the larger one first"),
    (
        "f.aig",
        b"aig 3 2 0 1 1\n6\n" + b"\xff" * 9 + b"\x01\x02",
        "f.aig: gate 6 must read two smaller literals, the larger one first",
    ),
    # BLIF
    ("f.blif", BLIF + ".latch a z\n", "f.blif:4: a latch: only circuits without state can be read"),
    ("f.blif", BLIF + ".subckt m a=b\n", "f.blif:4: a subcircuit: flatten the hierarchy first"),
    ("f.blif", BLIF + ".gate nand2 A=a B=b O=z\n", "f.blif:4: a gate of a library: map it to .names first"),
    (
        "f.blif",
        BLIF + ".names a z\n1 1\n.exdc\n",
        "f.blif:6: external don't-cares: remove them, a circuit has one value on every input",
    ),
    (
        "f.blif",
        BLIF + ".names a z\n1 1\n.end\n.model n\n",
        "f.blif:7: a second model: a file with one model is expected, flatten the hierarchy first",
    ),
    ("f.blif", BLIF + ".frob\n", "f.blif:4: unknown command '.frob'"),
    ("f.blif", BLIF + ".names\n", "f.blif:4: .names without a net: '.names inputs ... output' is expected"),
    ("f.blif", BLIF + "11 1\n", "f.blif:4: '11 1' where a line that starts with '.' is expected"),
    ("f.blif", BLIF + ".names a b z\n1 1\n", "f.blif:5: '1 1' where 2 of '0', '1', '-', then '0' or '1' are expected"),
    ("f.blif", BLIF + ".names a b z\n1 11\n", "f.blif:5: '1 11' where 2 of '0', '1', '-', then '0' or '1' are expected"),
    ("f.blif", BLIF + ".names a b z\n1x 1\n", "f.blif:5: '1x 1' where 2 of '0', '1', '-', then '0' or '1' are expected"),
    ("f.blif", BLIF + ".names a b z\n11 -\n", "f.blif:5: '11 -' where 2 of '0', '1', '-', then '0' or '1' are expected"),
    (
        "f.blif",
        BLIF + ".names a b z\n11 1\n00 0\n",
        "f.blif:6: the cover of 'z' has rows for 0 and for 1: rows of one kind are expected",
    ),
    ("f.blif", BLIF + ".names a c z\n11 1\n", "f.blif:4: 'z' reads 'c', which nothing drives"),
    ("f.blif", BLIF, "f.blif:3: nothing drives the output 'z'"),
    ("f.blif", BLIF + ".names a z\n1 1\n.names b z\n1 1\n", "f.blif:6: 'z' is driven twice: first in line 4"),
    ("f.blif", BLIF + ".names a b\n1 1\n", "f.blif:4: 'b' is driven twice: first in line 2"),
    (
        "f.blif",
        BLIF + ".names y z\n1 1\n.names z y\n1 1\n",
        "f.blif:4: 'z' depends on itself: a circuit without cycles is expected",
    ),
    ("f.blif", BLIF + ".outputs z\n.names a z\n1 1\n", "f.blif:4: the output 'z' is listed twice"),
    ("f.blif", BLIF + ".names a \\\n", "f.blif:4: the file ends after a backslash: it is truncated"),
    ("f.blif", ".model m\n.inputs a\n", "f.blif:2: no .outputs: a list of outputs is expected, the file may be truncated"),
    ("f.blif", "# nothing\n", "f.blif:1: no .outputs: a list of outputs is expected, the file may be truncated"),
    ("f.blif", b".model m\n.inputs \xff\n", "f.blif:2: bytes that are not UTF-8 where text is expected"),
    ("f.blif", b".model m\n.inputs a\0\n", "f.blif:2: a NUL byte where text is expected"),
    # bench
    ("f.bench", BENCH + "z = DFF(a)\n", "f.bench:3: a flip-flop or latch (DFF): only circuits without state can be read"),
    (
        "f.bench",
        BENCH + "z = FROB(a)\n",
        "f.bench:3: unknown gate 'FROB': known are AND, NAND, OR, NOR, XOR, XNOR, BUF, BUFF, NOT, INV, LUT, VDD and GND",
    ),
    ("f.bench", BENCH + "z = NOT(a, a)\n", "f.bench:3: NOT with 2 inputs: one is expected"),
    ("f.bench", BENCH + "z = AND()\n", "f.bench:3: AND with 0 inputs: one or more are expected"),
    ("f.bench", BENCH + "z = AND(a\n", "f.bench:3: 'AND(a' where a closing bracket is expected at the end"),
    ("f.bench", BENCH + "z = AND(a,,a)\n", "f.bench:3: '' where the name of a net is expected"),
    ("f.bench", BENCH + "z AND(a)\n", "f.bench:3: 'z AND(a)' where INPUT(net), OUTPUT(net) or net = GATE(net, ...) is expected"),
    ("f.bench", BENCH + "z = LUT 0x1f (a, a)\n", "f.bench:3: '0x1f' where a truth table of 4 bits such as 0x8 is expected"),
    ("f.bench", BENCH + "z = LUT 0x8 (a)\n", "f.bench:3: '0x8' has more than 2 bits, as many as 1 inputs have values"),
    ("f.bench", BENCH + f"z = LUT 0x8 ({'a,' * 40}a)\n", "f.bench:3: a LUT of 41 inputs: at most 16 are possible"),
    ("f.bench", BENCH + "z = AND(a, b)\n", "f.bench:3: 'z' reads 'b', which nothing drives"),
    ("f.bench", BENCH + "z = AND(a, z)\n", "f.bench:3: 'z' depends on itself: a circuit without cycles is expected"),
    ("f.bench", "INPUT(a)\nINPUT(a)\nOUTPUT(a)\n", "f.bench:2: 'a' is driven twice: first in line 1"),
    ("f.bench", "INPUT(a)\n", "f.bench:1: no OUTPUT: at least one is expected, the file may be truncated"),
    ("f.bench", "# c\n", "f.bench:1: no OUTPUT: at least one is expected, the file may be truncated"),
    # Bristol
    (
        "f.bristol",
        "1 3\n",
        "f.bristol:1: a header line with the numbers of gates and wires, then the widths of inputs and outputs, is expected",
    ),
    ("f.bristol", "1 3\n1 2\n", "f.bristol:2: the file ends before the widths of the outputs: it is truncated"),
    ("f.bristol", "1 3\n2 2\n1 1\n2 1 0 1 2 AND\n", "f.bristol:2: 2 words are promised, 1 widths follow"),
    (
        "f.bristol",
        "1 3\n1 2\n1 1\n2 1 0 1 2 OR\n",
        "f.bristol:4: unknown gate 'OR': known are XOR, AND, INV, NOT, EQW, EQ and MAND",
    ),
    ("f.bristol", "2 4\n1 2\n1 1\n2 1 0 3 2 AND\n2 1 0 1 3 AND\n", "f.bristol:4: wire 3 is read before a line drives it"),
    ("f.bristol", "1 3\n1 2\n1 1\n2 1 0 1 1 AND\n", "f.bristol:4: wire 1 is driven twice"),
    ("f.bristol", "1 3\n1 2\n1 1\n2 1 0 1 3 AND\n", "f.bristol:4: a wire is 3, at most 2 is possible here"),
    ("f.bristol", "1 3\n1 2\n1 1\n2 1 0 -1 2 AND\n", "f.bristol:4: '-1' is negative where a wire is expected"),
    ("f.bristol", "1 3\n1 2\n1 1\n1 1 0 1 2 AND\n", "f.bristol:4: AND does not read 1 wires and drive 1"),
    ("f.bristol", "1 3\n1 2\n1 1\n2 1 0 2 AND\n", "f.bristol:4: 3 wires are promised, 2 follow"),
    ("f.bristol", "1 3\n1 2\n1 1\n1 1 2 2 EQ\n", "f.bristol:4: a constant 0 or 1 is 2, at most 1 is possible here"),
    ("f.bristol", "2 3\n1 2\n1 1\n2 1 0 1 2 AND\n", "f.bristol:4: 2 gates are promised, 1 follow"),
    ("f.bristol", "0 3\n1 2\n1 1\n", "f.bristol:3: the output wire 2 is not driven"),
    (
        "f.bristol",
        "0 1000000000000\n1 2\n1 1\n",
        "f.bristol:1: 1000000000000 wires are promised for 2 inputs, 1 outputs and a file of 24 bytes",
    ),
    ("f.bristol", "1000000000000 3\n1 2\n1 1\n", "f.bristol:3: 1000000000000 gates are promised, 0 follow"),
    ("f.bristol", "0 3\n1 1000000000\n1 1\n", "f.bristol:2: the width of a word is 1000000000, at most 4117 is possible here"),
    # PLA
    ("f.pla", ".i 2\n.o 1\n.type fr\n11 1\n", "f.pla:3: the type 'fr': f or fd is expected, 'espresso -o fd' converts"),
    ("f.pla", ".i 2\n.o 1\n11 1\n1 1\n", "f.pla:4: '1 1' where 2 of '0', '1', '-' and 1 of '0', '1', '-', '~' are expected"),
    ("f.pla", ".i 2\n.o 1\n1x 1\n", "f.pla:3: '1x 1' where 2 of '0', '1', '-' and 1 of '0', '1', '-', '~' are expected"),
    ("f.pla", ".i 2\n11 1\n", "f.pla:2: a product before .i and .o: the numbers of inputs and outputs are expected first"),
    ("f.pla", ".i 2\n", "f.pla:1: no .o: the numbers of inputs and outputs are expected"),
    ("f.pla", ".i 2\n.i 2\n", "f.pla:2: '.i 2' where '.i number' is expected, once"),
    ("f.pla", ".i 1000000000000\n.o 1\n", "f.pla:1: the number after .i is 1000000000000, at most 4118 is possible here"),
    ("f.pla", ".i 1\n.o 1\n.p 2\n1 1\n.e\n", "f.pla:5: .p promises 2 products, 1 follow"),
    ("f.pla", ".i 2\n.o 1\n.ilb a\n", "f.pla:3: 1 names are given for 2 signals"),
    ("f.pla", ".i 2\n.o 1\n.ilb a a\n", "f.pla:3: a name is given twice"),
    ("f.pla", ".mv 4 2 3\n", "f.pla:1: unknown command '.mv': known are .i .o .p .ilb .ob .type .e"),
    # CNF
    ("f.cnf", "c only this\n", "f.cnf:1: no header: 'p cnf variables clauses' is expected"),
    ("f.cnf", "1 0\n", "f.cnf:1: '1 0' where the header 'p cnf variables clauses' is expected"),
    ("f.cnf", "p sat 1 1\n", "f.cnf:1: 'p sat 1 1' where 'p cnf variables clauses' is expected"),
    ("f.cnf", "p cnf 1 1\np cnf 1 1\n", "f.cnf:2: a second header"),
    ("f.cnf", "p cnf 1 1\n2 0\n", "f.cnf:2: a variable is 2, at most 1 is possible here"),
    ("f.cnf", "p cnf 1 1\n--1 0\n", "f.cnf:2: '-1' is negative where a variable is expected"),
    ("f.cnf", "p cnf 1 1\n1\n", "f.cnf:2: the last clause does not end with 0: the file is truncated"),
    ("f.cnf", "p cnf 1 2\n1 0\n", "f.cnf:2: 2 clauses are promised, 1 follow"),
    (
        "f.cnf",
        "p cnf 1000000000000 1\n1 0\n",
        "f.cnf:1: the number of variables is 1000000000000, at most 4122 is possible here",
    ),
    # any
    ("f.txt", "", "f.txt: the file is empty"),
    (
        "f.txt",
        "hello world\n",
        "f.txt: no circuit in a known format: AIGER, BLIF, .bench, Bristol, PLA or DIMACS CNF is expected",
    ),
]


@pytest.mark.parametrize(("name", "text", "message"), FAULTS)
def test_what_is_said_about_a_malformed_file(name: str, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        circuit_of_bytes(text.encode() if isinstance(text, str) else text, name)
    assert str(caught.value) == message
    assert caught.value.exit_code == 65


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file or directory"):
        read_circuit(tmp_path / "none.aig")
    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        read_circuit(tmp_path)


@pytest.mark.parametrize("text", [
    "aig 1000000000000 3 0 0 999999999997\n", "aag 1000000000000 3 0 999999999997 0\n", "1000000000000 1000000000000\n1 1\n1 1\n",
    ".i 1048576\n.o 1048576\n.p 1000000000000\n", "p cnf 1 1000000000000\n1 0\n",
])  # fmt: skip
def test_a_header_that_promises_much_costs_no_memory(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            circuit_of_bytes(text.encode(), "f.txt")
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
