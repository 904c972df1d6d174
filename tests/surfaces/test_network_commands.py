"""`proofcheck emulate`, `prove`, `run` and `audit`, on network and circuit files."""

import io
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck import Bits, Box, Integers, Reals, inputs, network, read_network, relu, write_network
from proofcheck.circuits import Builder, emulate, kogge_stone_adder, ripple_adder, write_aiger
from proofcheck.circuits.arithmetic import add
from proofcheck.cli import main
from proofcheck.kernel import replay

ADDER = "aag 7 2 0 2 3\n2\n4\n6\n12\n6 13 15\n12 2 4\n14 3 5\n"  # half adder: sum and carry
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def run(capsys, *arguments):
    code = main([str(a) for a in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def adder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("adder.aag").write_text(ADDER)
    assert main(["emulate", "adder.aag", "-o", "adder.net"]) == 0
    capsys.readouterr()
    return tmp_path


def test_a_circuit_is_emulated_proved_and_audited(adder, capsys):
    code, out, _ = run(capsys, "prove", "adder.net", "--equals", "adder.aag", "-o", "adder.cert", "--floor", "certified")
    assert code == 0
    assert out.startswith("adder.net equals adder.aag: holds for all inputs in {0,1}^2, certified (by ")
    assert out.endswith("the certificate is in adder.cert\n")
    code, out, _ = run(capsys, "audit", "adder.cert")
    assert (code, out.startswith("adder.cert: proved: for all x in {0,1}^2")) == (0, True)


def test_a_damaged_certificate_is_rejected(adder, capsys):
    run(capsys, "prove", "adder.net", "--equals", "adder.aag", "-o", "adder.cert")
    data = bytearray(Path("adder.cert").read_bytes())
    data[-1] ^= 1
    Path("adder.cert").write_bytes(data)
    assert run(capsys, "audit", "adder.cert")[0] == 65


def test_the_layered_form_computes_the_same(adder, capsys):
    assert run(capsys, "emulate", "adder.aag", "-o", "layered.net", "--layered")[0] == 0
    code, out, _ = run(capsys, "prove", "adder.net", "--equals", "layered.net")
    assert (code, "holds for all inputs in {0,1}^2" in out) == (0, True)


def test_a_difference_is_shown_with_both_outputs(adder, capsys):
    Path("other.aag").write_text(ADDER.replace("6 13 15", "6 13 14"))
    code, out, _ = run(capsys, "prove", "adder.net", "--equals", "other.aag")
    assert code == 1
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["input", "found", "expected"]
    code, out, _ = run(capsys, "run", "adder.net", "--exhaustive", "--equals", "other.aag")
    assert (code, out) == (1, "input     0 0\noutput    0 0\nexpected  1 0\n")


def test_networks_and_circuits_built_differently_are_proved_equal(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, circuit in (("ripple", ripple_adder(9)), ("prefix", kogge_stone_adder(9))):
        write_aiger(circuit, f"{name}.aig")
        assert run(capsys, "emulate", f"{name}.aig", "-o", f"{name}.net", "--layered")[0] == 0
    for other in ("prefix.aig", "prefix.net"):
        code, out, _ = run(capsys, "prove", "ripple.net", "--equals", other, "-o", "c.cert", "--floor", "certified")
        assert (code, out.splitlines()[0]) == (
            0,
            f"ripple.net equals {other}: holds for all inputs in {{0,1}}^18, certified (by clauses)",
        )
        code, out, _ = run(capsys, "audit", "c.cert")
        assert (code, out.startswith("c.cert: proved: for all x in {0,1}^18: the network ")) == (0, True)
        Path("c.cert").unlink()


def test_networks_built_differently_that_differ_are_refuted(tmp_path, monkeypatch, capsys):
    """Without its last carry the sum is wrong at few inputs; one of them is shown, with both outputs."""
    monkeypatch.chdir(tmp_path)
    builder = Builder()
    x, y = builder.inputs("x", 12), builder.inputs("y", 12)
    low, _ = add(builder, x[:11], y[:11])
    builder.outputs("sum", [*low, builder.xor(x[11], y[11])])
    write_network(emulate(builder.circuit()), "wrong.net")
    write_network(emulate(kogge_stone_adder(12)), "right.net")
    code, out, _ = run(capsys, "prove", "wrong.net", "--equals", "right.net", "-o", "c.cert", "--floor", "certified")
    assert (code, Path("c.cert").exists()) == (1, False)
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["input", "found", "expected"]


def dense(weights, domain, scale=1, reverse=False):
    """One hidden layer of relu and a sum; neuron i is scaled by scale^i and the sum divided by it: the same function."""
    x = inputs(2, on=domain)
    neurons = [scale**i * (weights[i][0] * x[0] + weights[i][1] * x[1] + weights[i][2]) for i in range(len(weights))]
    parts = [relu(z) / scale**i for i, z in enumerate(neurons)]
    return network(sum(parts[::-1] if reverse else parts))


def test_networks_of_reals_are_compared_on_a_box(tmp_path, monkeypatch, capsys):
    """Scaled and reordered neurons are certified; two that agree on one box only are told apart on a larger one."""
    monkeypatch.chdir(tmp_path)
    weights = [(1, -2, 0), (-1, 1, 1), (3, 1, -2)]
    write_network(dense(weights, Reals), "a.net")
    write_network(dense(weights, Reals, 3, reverse=True), "b.net")
    code, out, _ = run(capsys, "prove", "a.net", "--equals", "b.net", "--on=-1..1", "-o", "c.cert", "--floor", "certified")
    assert (code, out.splitlines()[0]) == (0, "a.net equals b.net: holds for all inputs in [-1, 1]^2, certified (by lemmas)")
    assert "[-1, 1]^2" in replay("c.cert").sentence
    x, y = inputs(2, on=Reals)
    write_network(network(x + y), "plain.net")
    x, y = inputs(2, on=Reals)
    write_network(network(relu(x) + y), "bent.net")
    prove = ("prove", "bent.net", "--equals", "plain.net")
    code, out, _ = run(capsys, *prove, "--on=0..1,-1/2..0.5", "--floor", "certified")
    assert (code, out.splitlines()[0]) == (
        0,
        "bent.net equals plain.net: holds for all inputs in [0, 1] x [-1/2, 1/2], certified (by lemmas)",
    )
    code, out, _ = run(capsys, *prove, "--on=-1/1024..1", "-o", "no.cert")
    assert (code, Path("no.cert").exists()) == (1, False)
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["input", "found", "expected"]


@pytest.mark.parametrize(
    ("on", "code", "sentence"),
    [
        ("0..1,0..1,0..1", 64, "--on has 3 intervals, expected one, or one for each of the 2 inputs"),
        ("1", 64, "--on has the interval '1', expected LOW..HIGH such as 0..1 or -1/2..0.5"),
        ("1..0", 64, "--on has the interval '1..0', which is empty: its low end is above its high end"),
        ("0..inf", 64, "--on has the interval '0..inf', expected LOW..HIGH such as 0..1 or -1/2..0.5"),
        ("0..nan", 64, "--on has the interval '0..nan', expected LOW..HIGH such as 0..1 or -1/2..0.5"),
        ("0..2", 65, "the box [0, 2]^2 is not inside [0, 1]^2, on which a network is defined"),
    ],
)
def test_what_is_no_box_is_refused_in_one_sentence(tmp_path, monkeypatch, capsys, on, code, sentence):
    monkeypatch.chdir(tmp_path)
    write_network(dense([(1, -2, 0)], Box(0, 1)), "a.net")
    found, _, errors = run(capsys, "prove", "a.net", "--equals", "a.net", f"--on={on}", "-o", "c.cert")
    assert (found, Path("c.cert").exists()) == (code, False)
    assert sentence in errors


def test_a_floor_that_is_not_reached_is_two(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    a, b = inputs(2, on=Box(0, 1))
    write_network(network(b + relu(a - b)), "a.net")
    a, b = inputs(2, on=Box(0, 1))
    write_network(network(a + relu(b - a)), "b.net")
    assert run(capsys, "prove", "a.net", "--equals", "b.net")[0] == 0
    monkeypatch.setattr(sys.modules["proofcheck.checkers.piecewise.lemmas"], "PROGRAMS", 0)
    code, out, _ = run(capsys, "prove", "a.net", "--equals", "b.net", "-o", "c.cert")
    assert (code, "no certificate was found, c.cert was not written" in out, Path("c.cert").exists()) == (0, True, False)


def test_networks_over_a_box_that_are_built_differently_are_certified_or_told_apart(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    a, b = inputs(2, on=Box(-1, 1))
    write_network(network(b + relu(a - b)), "a.net")
    a, b = inputs(2, on=Box(-1, 1))
    write_network(network(a + relu(b - a)), "b.net")
    a, b = inputs(2, on=Box(-1, 1))
    write_network(network(a + relu(b - a) - relu(a + b - Fraction(63, 32)) * 2), "c.net")
    code, out, _ = run(capsys, "prove", "a.net", "--equals", "b.net", "-o", "c.cert", "--floor", "certified")
    assert (code, "certified (by lemmas)" in out) == (0, True)
    assert run(capsys, "audit", "c.cert")[0] == 0
    code, out, _ = run(capsys, "prove", "a.net", "--equals", "c.net", "-o", "d.cert", "--floor", "certified")
    assert (code, Path("d.cert").exists()) == (1, False)
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["input", "found", "expected"]


def test_outputs_are_printed_one_line_for_each_input(adder, capsys, monkeypatch):
    assert run(capsys, "run", "adder.net", "--exhaustive")[:2] == (0, "0 0\n1 0\n1 0\n0 1\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("11\n\n1 0\n"))
    assert run(capsys, "run", "adder.net", "--inputs", "-")[:2] == (0, "0 1\n1 0\n")
    for dtype in ("exact", "float32", "int8"):
        assert run(capsys, "run", "adder.net", "--exhaustive", "--dtype", dtype)[:2] == (0, "0 0\n1 0\n1 0\n0 1\n")
    assert run(capsys, "run", "adder.net", "--exhaustive", "--equals", "adder.aag")[:2] == (
        0,
        "equal on 4 inputs, all inputs in {0,1}^2\n",
    )
    assert run(capsys, "run", "adder.net", "--random", "3", "--equals", "adder.aag")[1].endswith(
        "which proves nothing about others\n"
    )


def test_fractions_go_in_and_out_exactly(tmp_path, monkeypatch, capsys):
    from fractions import Fraction

    monkeypatch.chdir(tmp_path)
    write_network(network([relu(x / 3) + Fraction(1, 7) for x in inputs(2)]), "third.net")
    Path("points.txt").write_text("1 -2\n1/3 0.25\n")
    assert run(capsys, "run", "third.net", "--inputs", "points.txt")[:2] == (0, "10/21 1/7\n16/63 19/84\n")
    code, _, err = run(capsys, "run", "third.net", "--inputs", "points.txt", "--dtype", "float64")
    assert (code, err.startswith("proofcheck: ")) == (65, True)


FAULTS = {
    "a number too few": ("1\n", "points.txt:1: 1 numbers are given, the network has 2 inputs"),
    "no number": ("0 1\n1 x\n", "points.txt:2: 'x' is no exact number: write 3, -3/4 or 0.75"),
    "not a number": ("0 nan\n", "points.txt:1: 'nan' is no exact number: write 3, -3/4 or 0.75"),
    "a zero denominator": ("0 1/0\n", "points.txt:1: a number has the denominator 0"),
    "outside": ("0 2\n", "points.txt:1: the input is not in {0,1}^2, the domain of the network"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_bad_inputs_are_named_with_their_line(adder, capsys, name):
    text, sentence = FAULTS[name]
    Path("points.txt").write_text(text)
    assert run(capsys, "run", "adder.net", "--inputs", "points.txt")[::2] == (65, f"proofcheck: {sentence}\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "none.net", "--exhaustive"], 65),
        (["run", "adder.aag", "--exhaustive"], 65),
        (["run", "adder.net"], 64),
        (["run", "adder.net", "--exhaustive", "--random", "3"], 64),
        (["run", "adder.net", "--random", "0"], 64),
        (["run", "adder.net", "--inputs", "none.txt"], 65),
        (["run", "adder.net", "--exhaustive", "--dtype", "float3"], 64),
        (["run", "adder.net", "--exhaustive", "--device", "nowhere"], 64),
        (["run", "adder.net", "--exhaustive", "--equals", "wide.aag"], 65),
        (["prove", "adder.net", "--equals", "none.aag"], 65),
        (["prove", "adder.net", "--equals", "wide.aag"], 65),
        (["prove", "adder.net", "--equals", "adder.aag", "--floor", "sampled"], 64),
        (["prove", "adder.net", "--equals", "adder.aag", "-o", "no/where.cert"], 64),
        (["emulate", "latch.aag", "-o", "x.net"], 65),
        (["emulate", "torn.aag", "-o", "x.net"], 65),
        (["emulate", "adder.aag"], 64),
        (["audit"], 64),
        (["audit", "adder.net"], 65),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_is_written(adder, capsys, arguments, code):
    Path("wide.aag").write_text("aag 3 3 0 1 0\n2\n4\n6\n2\n")
    Path("latch.aag").write_text("aag 1 0 1 1 0\n2 3\n2\n")
    Path("torn.aag").write_text(ADDER[:20])
    before = sorted(adder.iterdir())
    found, out, err = run(capsys, *arguments)
    assert (found, out) == (code, "")
    assert len(err.strip().splitlines()) == 1 or arguments[0] == "audit"
    assert sorted(adder.iterdir()) == before


def test_an_empty_list_of_inputs_checks_nothing(adder, capsys):
    Path("points.txt").write_text("\n")
    assert run(capsys, "run", "adder.net", "--inputs", "points.txt")[0] == 4


def test_a_domain_too_large_to_exhaust_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, on in (("bits", Bits), ("reals", Box(0, 1)), ("words", Integers(0, 2**30))):
        write_network(network([relu(x) for x in inputs(30, on=on)]), f"{name}.net")
        code, _, err = run(capsys, "run", f"{name}.net", "--exhaustive")
        assert (code in (64, 65), err.startswith("proofcheck: ")) == (True, True)


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is not on this machine")
def test_a_real_circuit_goes_through(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    source = DATA / "epfl" / "ctrl.aig"
    assert run(capsys, "emulate", source, "-o", "ctrl.net")[0] == 0
    assert read_network("ctrl.net").meanings is not None
    assert run(capsys, "prove", "ctrl.net", "--equals", source, "--floor", "certified", "-o", "ctrl.cert")[0] == 0
    assert run(capsys, "audit", "ctrl.cert")[0] == 0
    assert run(capsys, "run", "ctrl.net", "--exhaustive", "--equals", source)[0] == 0


def test_many_random_inputs_are_drawn_part_by_part(tmp_path, monkeypatch, capsys):
    """The parts differ, the same ones come in every run, and a domain with no more inputs is tried whole, each once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("proofcheck.commands.running.CHUNK", 16)
    monkeypatch.setattr("proofcheck.commands.running.CELLS", 200)
    write_network(network([relu(x) for x in inputs(8, on=Bits)]), "bits.net")
    first = run(capsys, "run", "bits.net", "--random", "100")
    lines = first[1].splitlines()
    assert (first[0], len(lines)) == (0, 100)
    assert len({tuple(lines[start : start + 16]) for start in range(0, 96, 16)}) > 4
    assert run(capsys, "run", "bits.net", "--random", "100") == first
    whole = run(capsys, "run", "bits.net", "--random", "256")[1].splitlines()
    assert len(set(whole)) == len(whole) == 256
