"""`proofcheck export`, and `prove` and `run` on ONNX networks and VNN-LIB queries."""

from fractions import Fraction
from pathlib import Path

import pytest

from proofcheck import Bits, Box, inputs, network, read_network, relu, write_network
from proofcheck.circuits import emulate, ripple_adder
from proofcheck.cli import main
from proofcheck.interop.onnx_read import read_onnx
from tests.interop.examples import maximum

CNF = "p cnf 2 2\n1 2 0\n-1 -2 0\n"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "cnf_networks"
QUERY = """(declare-const X_0 Real)
(declare-const X_1 Real)
(declare-const Y_0 Real)
(assert (>= X_0 0.0))
(assert (<= X_0 1.0))
(assert (>= X_1 0.0))
(assert (<= X_1 1.0))
(assert (>= Y_0 {}))
"""


@pytest.fixture
def say(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    x = inputs(2)
    write_network(network([1 - relu(1 - x[0] - x[1]) - relu(x[0] + x[1] - 1), x[0]]), "xor.net")
    x = inputs(2, on=Box(0, 1))
    write_network(network([x[1] + relu(x[0] - x[1])]), "max.net")
    Path("xor.cnf").write_text(CNF)

    def run(*arguments):
        code = main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize("to", ["onnx", "torch", "dot", "net", "smtlib"])
def test_a_network_is_exported(say, to):
    code, out, _ = say("export", "max.net", "--to", to, "-o", f"out.{to}", "--uncertified")
    assert code == 0
    assert out.startswith(f"out.{to}: {to} of <Network x[2] -> out[1]: ")
    assert Path(f"out.{to}").stat().st_size > 100


def test_an_exported_network_is_proved_equal_to_what_it_came_from(say):
    assert say("export", "max.net", "--to", "onnx", "-o", "max.onnx", "--grid=0,1,1/64")[0] == 0
    code, out, _ = say("prove", "max.onnx", "--equals", "max.net")
    assert (code, "holds for all inputs in {0, 1/64, ..., 1}^2" in out) == (0, True)
    Path("in.txt").write_text("1/4 1/2\n")
    assert say("run", "max.onnx", "--inputs", "in.txt") == (0, "1/2\n", "")
    assert say("export", "max.onnx", "--to", "net", "-o", "back.net")[0] == 0
    assert read_network("back.net").domain == read_onnx("max.onnx").domain


@pytest.mark.parametrize("kind", ["bits", "reals"])
def test_the_kernel_says_that_what_was_exported_is_equal(say, kind):
    write_network(emulate(ripple_adder(2)) if kind == "bits" else maximum(4, on=Box(-1, 1)), "net.net")
    assert say("export", "net.net", "--to", "onnx", "-o", "net.onnx", "--uncertified")[0] == 0
    code, out, _ = say("prove", "net.onnx", "--equals", "net.net", "--floor", "certified", "-o", "c.cert")
    assert (code, ", certified (by " in out) == (0, True)
    assert say("audit", "c.cert")[0] == 0


def test_rounding_is_refused_with_the_reason_and_nothing_is_written(say):
    code, _, error = say("export", "max.net", "--to", "onnx", "-o", "max.onnx")
    assert code == 65
    assert error.startswith("proofcheck: input 0 takes a continuum of values, which has no least step")
    assert not Path("max.onnx").exists()


def test_one_output_of_an_onnx_network_is_proved_to_be_a_formula(say):
    say("export", "xor.net", "--to", "onnx", "-o", "xor.onnx", "--uncertified")
    code, out, _ = say(
        "prove", "xor.onnx", "--equals", "xor.cnf", "--outputs", 0, "--true-at", 1, "--floor", "certified", "-o", "c.cert"
    )
    assert code == 0
    assert out.startswith("xor.onnx equals xor.cnf, true where it is 1,: holds for all inputs in {0,1}^2, certified")
    assert say("audit", "c.cert")[0] == 0
    code, out, _ = say("prove", "xor.onnx", "--equals", "xor.cnf", "--outputs", 1, "--true-at", 1)
    assert (code, "refuted for an input in {0,1}^2" in out) == (1, True)


@pytest.mark.parametrize(("least", "code", "words"), [("1.5", 0, "the query is unsat"), ("1.0", 1, "the query is sat")])
def test_a_query_is_answered(say, least, code, words):
    Path("q.vnnlib").write_text(QUERY.format(least))
    found, out, _ = say("prove", "max.net", "--property", "q.vnnlib")
    assert (found, out.splitlines()[-1].strip()) == (code, words)
    assert out.startswith("max.net never satisfies q.vnnlib: ")
    assert say("export", "max.net", "--to", "vnnlib", "--property", "q.vnnlib", "-o", "new.vnnlib")[0] == 0
    found, out, _ = say("prove", "max.net", "--property", "new.vnnlib")
    assert (found, out.splitlines()[-1].strip()) == (code, words)


def test_a_claim_of_a_construction_is_exported(say, project):
    project("positive_parts")
    assert say("export", "positive_parts::computes", "-n", 2, "--to", "vnnlib", "-o", "q.vnnlib")[0] == 0
    assert say("export", "positive_parts", "-n", 2, "--to", "net", "-o", "p.net")[0] == 0
    code, out, _ = say("prove", "p.net", "--property", "q.vnnlib")
    assert (code, out.splitlines()[-1]) == (0, "  the query is unsat")


USAGE = {
    ("export", "max.net", "--to", "onnx"): "-o must be given, or --suite DIR",
    (
        "export",
        "max.net",
        "--to",
        "vnnlib",
        "-o",
        "q",
    ): "a VNN-LIB file asks something: name a claim as NAME::CLAIM, or say --equals or --property",
    (
        "export",
        "max.net",
        "--to",
        "dot",
        "-o",
        "q",
        "--equals",
        "max.net",
    ): "--equals asks a question, and dot files hold a network only: say --to vnnlib or smtlib",
    ("export", "max.net", "-n", "3", "--to", "dot", "-o", "q"): "-n 3 was given, and max.net is a file of one network",
    (
        "export",
        "max.net",
        "--to",
        "dot",
        "-o",
        "q",
        "--grid",
        "0,1",
    ): "--grid '0,1' was given: write three exact numbers, as in --grid=-8,8,1/16",
    (
        "export",
        "max.net",
        "--to",
        "dot",
        "-o",
        "q",
        "--outputs",
        "1",
    ): "--outputs 1 was given, the network has the outputs 0 to 0, each once",
    ("export", "max.net", "--suite", "s"): "--suite DIR stands alone: it writes its own networks and queries",
    (
        "prove",
        "max.net",
        "--equals",
        "max.net",
        "--true-at",
        "1",
    ): "--true-at 1 was given, and max.net holds a network: it is for circuits",
    (
        "prove",
        "xor.net",
        "--equals",
        "xor.cnf",
        "--outputs",
        "0",
        "--true-at",
        "x",
    ): "--true-at 'x' was given: write an exact number, such as 1",
}


@pytest.mark.parametrize("arguments", USAGE, ids=lambda a: " ".join(a)[:60])
def test_bad_usage_is_said_and_nothing_is_written(say, arguments):
    code, out, error = say(*arguments)
    assert (code, out, error) == (64, "", f"proofcheck: {USAGE[arguments]}\n")
    assert not Path("q").exists()


def test_a_grid_outside_of_the_domain_is_refused(say):
    code, _, error = say("export", "max.net", "--to", "onnx", "-o", "q", "--grid=0,2,1")
    assert (code, "is not certainly inside [0, 1]^2, for which the network is made" in error) == (65, True)


def test_a_file_that_is_no_onnx_model_is_bad_input(say):
    Path("bad.onnx").write_bytes(b"\xff\xff\xff")
    code, _, error = say("prove", "bad.onnx", "--equals", "max.net")
    assert (code, error) == (65, "proofcheck: bad.onnx: this is no ONNX model\n")


CONSTRUCTION = '''"""A formula in a network that somebody else trained or compiled, read from its ONNX file."""
from pathlib import Path

from proofcheck import Bits, Construction, Instance, Property, Relation, Source, depth, read_onnx

FILE = Path(__file__).with_name("xor.onnx")


def build(instance):
    return read_onnx(FILE)


construction = Construction(
    title="Exactly one of two",
    source=Source("a benchmark", fidelity="after"),
    form="traced",
    build=build,
    claims={
        "formula": Property(lambda x, y: (y[0] == 1) ^ x[0] ^ x[1] ^ 1, on=Bits, at=[Instance("xor", 2)]),
        "depth": Relation(depth == 1, at=[Instance("xor", 2)]),
    },
)
'''


def test_an_imported_network_goes_through_the_gate(say, project, tmp_path):
    say("export", "xor.net", "--to", "onnx", "-o", "constructions/xor.onnx", "--uncertified")
    (tmp_path / "constructions" / "xor_by_onnx.py").write_text(CONSTRUCTION)
    code, out, error = say("gate", "constructions", "--mutants", 0)
    assert code == 0, out + error
    assert "formula" in out
    x = inputs(2)
    write_network(network([1 - relu(1 - x[0] - x[1]), x[0]]), "or.net")
    say("export", "or.net", "--to", "onnx", "-o", "constructions/xor.onnx", "--uncertified")
    code, out, error = say("gate", "constructions", "--mutants", 0)
    assert (code, "formula: refuted for an input in {0,1}^2" in " ".join(out.split())) == (1, True), out + error


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there")
@pytest.mark.parametrize("name", ["sat_v2_c1", "sat_v4_c7", "unsat_v2_c3", "unsat_v4_c8"])
def test_given_networks_are_proved_to_be_their_formula_and_their_queries_are_answered(say, name):
    path = DATA / name
    code, out, _ = say(
        "prove", f"{path}.onnx", "--equals", f"{path}.dimacs", "--outputs", 0, "--true-at", 1, "--floor", "certified"
    )
    assert (code, ", certified" in out) == (0, True)
    answer = name.partition("_")[0]
    code, out, _ = say("prove", f"{path}.onnx", "--property", f"{path}.vnnlib")
    assert (code, out.splitlines()[-1]) == (1 if answer == "sat" else 0, f"  the query is {answer}")


def test_bits_stay_bits(say):
    x = inputs(2, on=Bits)
    write_network(network([x[0] + x[1] - 2 * relu(x[0] + x[1] - 1)]), "sum.net")
    assert say("export", "sum.net", "--to", "onnx", "-o", "sum.onnx")[0] == 0
    assert read_onnx("sum.onnx").domain == Bits.of((2,))
    assert read_onnx("sum.onnx")(1, 1) == (Fraction(0),)
