"""Each format means what it says: truth tables of small files, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from proofcheck.circuits import Circuit, Word, circuit_of_bytes, read_circuit
from tests.circuits.samples import SAMPLES, every_input, slow, table


def read(text: str, name: str) -> Circuit:
    return circuit_of_bytes(text.encode(), name)


def sample(name: str) -> Circuit:
    return circuit_of_bytes(SAMPLES[name], name)


def test_an_ascii_aiger_file_may_list_gates_in_any_order() -> None:
    circuit = sample("half_adder.aag")
    assert (circuit.inputs, circuit.outputs) == ((Word("x"), Word("y")), (Word("s"), Word("c")))
    assert table(circuit) == [(0, 0), (1, 0), (1, 0), (0, 1)]
    assert circuit.aiger()[0] == SAMPLES["half_adder.aag"]
    assert circuit.aiger()[1].tolist() == [0, 1, 2, 6, 7, 3]


def test_a_binary_aiger_file_may_end_in_a_comment_of_any_bytes() -> None:
    circuit = sample("and.aig")
    assert (circuit.inputs, circuit.outputs) == ((Word("a"), Word("b")), (Word("z"),))
    assert table(circuit) == [(0,), (0,), (0,), (1,)]


def test_aiger_bits_without_names_are_the_words_x_and_y() -> None:
    circuit = read("aag 2 2 0 1 0\n2\n4\n5\n", "a.aag")
    assert (circuit.inputs, circuit.outputs) == ((Word("x", 2),), (Word("y", 1),))
    assert table(circuit) == [(1,), (0,), (1,), (0,)]


def test_an_aiger_file_with_crlf_is_read_and_gets_canonical_bytes() -> None:
    """The kernel reads LF only, so the file itself cannot stand for the circuit."""
    circuit = read("aag 3 2 0 1 1\r\n2\r\n4\r\n6\r\n6 4 2\r\n", "a.aag")
    assert circuit.aiger()[0] == b"aig 3 2 0 1 1\n6\n\x02\x02"
    assert table(circuit) == [(0,), (0,), (0,), (1,)]


def test_blif_covers_describe_the_ones_or_the_zeros() -> None:
    circuit = sample("full_adder.blif")
    assert table(circuit) == [((a + b + c) & 1, (a + b + c) >> 1) for a, b, c in every_input(circuit)]


def test_blif_constants_copies_and_negations_cost_no_gate() -> None:
    circuit = sample("constants.blif")
    assert circuit.gate_count == 0
    assert table(circuit) == [(1, 0, 0, 1, 0), (1, 0, 0, 0, 1)]


def test_blif_two_input_covers_are_one_gate_each() -> None:
    covers = ("11 1", "10 1\n01 1", "00 0\n11 0", "0- 1\n-0 1", "00 1", "1- 0\n-1 0")
    for rows, value in zip(covers, (lambda a, b: a & b, lambda a, b: a ^ b, lambda a, b: a ^ b, lambda a, b: 1 - (a & b),
                                    lambda a, b: 1 - (a | b), lambda a, b: 1 - (a | b)), strict=True):  # fmt: skip
        circuit = read(f".model m\n.inputs a b\n.outputs z\n.names a b z\n{rows}\n.end\n", "m.blif")
        assert (circuit.gate_count, table(circuit)) == (1, [(value(a, b),) for a, b in every_input(circuit)])


def test_blif_models_may_come_in_any_order_and_with_crlf() -> None:
    text = ".model m\r\n.inputs a\r\n.outputs z\r\n.names y z\r\n0 1\r\n.names a y\r\n0 1\r\n.end\r\n"
    assert table(read(text, "m.blif")) == [(0,), (1,)]


def test_bench_gates() -> None:
    values = {
        "AND": lambda a, b, c: a & b & c,
        "NAND": lambda a, b, c: 1 - (a & b & c),
        "or": lambda a, b, c: a | b | c,
        "NOR": lambda a, b, c: 1 - (a | b | c),
        "XOR": lambda a, b, c: a ^ b ^ c,
        "xnor": lambda a, b, c: 1 - (a ^ b ^ c),
    }
    for kind, value in values.items():
        circuit = read(f"INPUT(a)\nINPUT(b)\nINPUT( c )\nOUTPUT(z)\nz = {kind}(a, b,c)\n", "g.bench")
        assert table(circuit) == [(value(*x),) for x in every_input(circuit)]
    for kind, expected in (("BUFF", [(0,), (1,)]), ("buf", [(0,), (1,)]), ("NOT", [(1,), (0,)]), ("AND", [(0,), (1,)])):
        assert table(read(f"OUTPUT(z)\nz = {kind}(a)\nINPUT(a)\n", "g.bench")) == expected


def test_bench_c17() -> None:
    def nand(a: int, b: int) -> int:
        return 1 - (a & b)

    circuit = sample("c17.bench")
    assert (circuit.and_count, circuit.xor_count) == (6, 0)
    for a, b, c, d, e in every_input(circuit):
        middle = nand(b, nand(c, d))
        assert slow(circuit, (a, b, c, d, e)) == [nand(nand(a, c), middle), nand(middle, nand(nand(c, d), e))]


def test_the_first_net_of_a_lut_is_the_lowest_bit_of_the_index() -> None:
    circuit = sample("lut.bench")
    assert [row[0] for row in table(circuit)] == [0xCA >> (a + 2 * b + 4 * c) & 1 for a, b, c in every_input(circuit)]
    assert [row[2] for row in table(circuit)] == [0x4 >> (a + 2 * b) & 1 for a, b, c in every_input(circuit)]


def test_bristol_fashion_gates() -> None:
    circuit = sample("kinds.bristol")
    assert (circuit.inputs, circuit.outputs) == ((Word("x", 3),), (Word("y", 6),))
    same = [(1 - (a ^ b), 1 - (a ^ b), 1, 0, a & b, b & c) for a, b, c in every_input(circuit)]
    assert table(circuit) == same
    assert (circuit.and_count, circuit.xor_count) == (2, 1)


def test_bristol_inputs_of_several_words() -> None:
    circuit = sample("adder1.bristol")
    assert (circuit.inputs, circuit.outputs) == ((Word("x0", 1), Word("x1", 1)), (Word("y", 2),))
    assert table(circuit) == [(0, 0), (1, 0), (1, 0), (0, 1)]


def test_the_older_bristol_format() -> None:
    circuit = sample("old.bristol")
    assert (circuit.inputs, circuit.outputs) == ((Word("x0", 2), Word("x1", 1)), (Word("y", 2),))
    assert table(circuit) == [(1 - c, (a & b) ^ (1 - c)) for a, b, c in every_input(circuit)]


def test_a_pla_output_is_one_where_some_row_says_one() -> None:
    circuit = sample("majority.pla")
    assert (circuit.inputs, circuit.outputs) == ((Word("a"), Word("b"), Word("c")), (Word("maj"), Word("all")))
    assert table(circuit) == [(int(a + b + c >= 2), int(a + b + c == 3)) for a, b, c in every_input(circuit)]


def test_a_pla_dont_care_is_zero() -> None:
    assert table(read(".i 1\n.o 2\n1 -1\n0 ~-\n", "d.pla")) == [(0, 0), (0, 1)]


def test_a_cnf_is_the_circuit_that_says_whether_an_assignment_satisfies_it() -> None:
    circuit = sample("small.cnf")
    assert (circuit.inputs, circuit.outputs) == ((Word("x", 3),), (Word("satisfied"),))
    assert table(circuit) == [((a | (1 - b)) & b,) for a, b, c in every_input(circuit)]
    assert table(read("p cnf 1 1\n0\n", "false.cnf")) == [(0,), (0,)]
    assert table(read("p cnf 1 0\n%\n0\n", "true.cnf")) == [(1,), (1,)]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_content_shows_the_format_whatever_the_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "circuit.txt"
    path.write_bytes(SAMPLES[name])
    assert read_circuit(path) == circuit_of_bytes(SAMPLES[name], name)


def test_names_with_indices_are_words() -> None:
    circuit = read(".inputs a[0] a[1] a[2] b c[1] d[0]\n.outputs z\n.names z\n", "w.blif")
    assert circuit.inputs == (Word("a", 3), Word("b"), Word("c[1]"), Word("d", 1))
    assert circuit.input_names() == ["a[0]", "a[1]", "a[2]", "b", "c[1]", "d[0]"]


def test_names_that_would_give_two_words_one_name_are_one_word() -> None:
    circuit = read(".inputs a a[0] b\n.outputs z\n.names z\n", "w.blif")
    assert circuit.inputs == (Word("x", 3),)


def test_fifty_thousand_nets_in_a_chain_need_no_recursion() -> None:
    n = 50_000
    lines = [f"n{i} = NOT(n{i + 1})" for i in range(n)]
    circuit = read("\n".join([f"INPUT(n{n})", "OUTPUT(n0)", *lines]), "chain.bench")
    assert table(circuit) == [(0,), (1,)]
