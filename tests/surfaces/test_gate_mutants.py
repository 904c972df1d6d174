"""`proofcheck gate` and the mutants of a construction: what they say fails the gate, is shown, and raises nothing."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofcheck.cli import main

SUM = """
def build(p):
    x, y = inputs(p, on=Bits, name="x"), inputs(p, on=Bits, name="y")
    digits, carry = [], 0
    for a, b in zip(x, y):
        t = a + b + carry
        carry = relu(t - 1) - relu(t - 2)
        digits.append(t - 2 * carry)
    return network([*digits, carry])

construction = Construction(
    title="A sum with its last carry",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={
        "sum": Property(lambda x, y, out: word(out) == word(x) + word(y), at=[1, 2]),
        "depth": Relation(depth == p, at=[1, 2]),
    },
)
"""
SORT = """
def build(n):
    x = inputs(n, on=Bits)
    for _ in range(n):
        for i in range(n - 1):
            excess = relu(x[i] - x[i + 1])
            x[i], x[i + 1] = x[i] - excess, x[i + 1] + excess
    return network(x)

construction = Construction(
    title="Bits in order",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={
        "in order": Property(lambda x, out: all_of(a <= b for a, b in zip(out, out[1:])), at=[3]),
        "inputs": Relation(inputs_count == n, at=[3]),
    },
)
"""
PARITY = """
def build(n):
    x = inputs(n, on=Bits)
    parity = x[0]
    for bit in x[1:]:
        parity = relu(parity - bit) + relu(bit - parity)
    return network(parity)

construction = Construction(
    title="Parity",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={
        "computes": Computes(lambda x: total(x) % 2, at=[2, 3, 4]),
        "between": Property(lambda x, y: (0 <= y) & (y <= 1), at=[3, 4]),
        "depth": Relation(depth == n - 1, at=[2, 3, 4]),
    },
)
"""
SPIKED = """
def build(n):
    x = inputs()
    far = Fraction(1234567, 1009)
    return network(relu(x) + relu(-1000 * (relu(x - far) + relu(far - x)) - Fraction(1, 2)))

construction = Construction(
    title="The positive part, and a neuron that is never on",
    source=Source("folklore", fidelity="ours"),
    build=build,
    form="traced",
    slack="none of this",
    claims={
        "computes": Computes(reference(lambda x: max(x, 0)), on=Reals, at=[1], floor=unrefuted),
        "depth": Relation(depth == 2, at=[1]),
    },
)
"""


@pytest.fixture
def written(tmp_path, monkeypatch):
    """write(name, text): a construction file in an empty project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "constructions").mkdir()

    def write(name, text):
        head = '"""The derivation."""\nfrom fractions import Fraction\nfrom proofcheck import *\n'
        (tmp_path / "constructions" / f"{name}.py").write_text(head + text, encoding="utf-8")

    return write


def gate(capsys, *arguments):
    code = main(["gate", *arguments])
    captured = capsys.readouterr()
    assert captured.err == ""
    return code, " ".join(captured.out.split())


@pytest.mark.parametrize(("name", "text"), [("sums", SUM), ("sorts", SORT)])
def test_a_true_claim_that_says_too_little_fails_the_gate_and_the_report_says_why(written, capsys, name, text):
    written(name, text)
    code, out = gate(capsys)
    assert code == 2
    assert "exit 2: mutants show that claims say too little" in out
    assert "1 construction with mutants that are not explained" in out
    assert "ok sum: holds" in out or "ok in order: holds" in out
    told = out.partition("the claims say too little: ")[2]
    assert "mutants of the network satisfy all of them and compute something else, such as " in told
    assert "claim more, or say in slack= what is left open on purpose" in told
    assert gate(capsys, "--mutants", "0")[0] == 0


def test_declared_slack_is_printed_and_an_exact_claim_needs_none(written, capsys):
    written("declared", SORT.replace('title="Bits', 'slack="only the order, not which bits",\n    title="Bits'))
    code, out = gate(capsys)
    assert code == 0
    assert "slack declared: only the order, not which bits" in out
    written("declared", SORT.replace('"in order"', '"computes": Computes(sorted_terms, at=[3]), "in order"'))
    code, out = gate(capsys)
    assert code == 0
    assert ", 0 survive" in out
    assert "slack declared" not in out


def test_a_survivor_fails_the_gate_even_when_slack_is_declared(written, capsys):
    written("spiked", SPIKED)
    code, out = gate(capsys, "--mutants", "20")
    assert code == 2
    assert "WEAKER mutants: n = 1:" in out
    assert "neither refuted nor shown to be harmless, such as " in out
    assert "computes is unknown: " in out


def test_mutants_are_run_at_the_smallest_size_with_most_claims_and_raise_no_strength(written, capsys):
    written("parity", PARITY)
    gate(capsys, "--mutants", "0", "--json", "without.json")
    code, out = gate(capsys, "--json", "with.json", "--junit", "j.xml", "--sarif", "s.sarif")
    without, found = (json.loads(Path(name).read_text()) for name in ("without.json", "with.json"))
    assert code == 0
    assert "mutants: n = 3: " in out
    assert without["mutants"] == []
    (score,) = found["mutants"]
    assert (score["construction"], score["size"], score["claims"], score["status"]) == (
        "parity",
        "n = 3",
        ["computes", "between"],
        "met",
    )
    assert sum(score["counts"].values()) == len(score["mutants"]) == 40
    assert all((m["witness"] is not None) == (m["outcome"] == "refuted") for m in score["mutants"])
    strip = [[{k: v for k, v in e.items() if k not in ("finding", "recalled")} for e in d["evidence"]] for d in (without, found)]
    assert strip[0] == strip[1]
    strengths = [[e["finding"]["strength"] for e in data["evidence"]] for data in (without, found)]
    assert strengths[0] == strengths[1]
    root = ElementTree.parse("j.xml").getroot()
    assert [case.attrib["classname"] for case in root.iter("testcase") if case.attrib["name"] == "mutants"] == ["parity"]
    assert (root.attrib["tests"], root.attrib["failures"]) == (str(len(found["evidence"]) + 1), "0")
    assert {r["level"] for r in json.loads(Path("s.sarif").read_text())["runs"][0]["results"]} == {"note"}


def test_machine_reports_hold_what_is_not_explained(written, capsys):
    written("sorts", SORT)
    gate(capsys, "--json", "e.json", "--junit", "j.xml", "--sarif", "s.sarif")
    (score,) = json.loads(Path("e.json").read_text())["mutants"]
    assert score["status"] == "weaker"
    assert score["complaints"][0].startswith("the claims say too little: ")
    (failure,) = ElementTree.parse("j.xml").getroot().iter("failure")
    assert "the claims say too little: " in failure.text
    (result,) = [r for r in json.loads(Path("s.sarif").read_text())["runs"][0]["results"] if r["level"] != "note"]
    assert (result["ruleId"], result["level"]) == ("weaker", "error")


def test_a_second_run_recalls_the_score_unless_something_changed(written, capsys, monkeypatch):
    from proofcheck.gate import scoring

    runs = []
    original = scoring.mutation_run
    monkeypatch.setattr(scoring, "mutation_run", lambda *arguments: runs.append(1) or original(*arguments))
    written("parity", PARITY)
    first = gate(capsys)
    assert gate(capsys) == first
    assert len(runs) == 1
    assert gate(capsys, "--mutants", "12")[0] == 0
    assert len(runs) == 2
    assert gate(capsys, "--recheck") == first
    assert len(runs) == 3
    written("parity", PARITY.replace("total(x) % 2", "(total(x) + 2) % 2"))
    assert gate(capsys)[0] == 0
    assert len(runs) == 4
    written("sorts", SORT)
    assert gate(capsys, "constructions/sorts.py")[0] == gate(capsys, "constructions/sorts.py")[0] == 2
    assert len(runs) == 6


def test_a_score_in_the_cache_that_nobody_sealed_is_not_believed(written, capsys):
    written("sorts", SORT)
    written("parity", PARITY)
    assert gate(capsys, "constructions/parity.py")[0] == 0
    kept = [path for path in Path(".proofcheck/data").iterdir() if b'"mutants"' in path.read_bytes()]
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes().replace(b'"refuted"', b'"equal"'))
    assert "0 of 40 refuted" not in gate(capsys, "constructions/parity.py")[1]


def test_workers_find_the_same_mutants(written, capsys):
    written("parity", PARITY)
    written("sorts", SORT)
    assert gate(capsys, "--recheck", "--mutants", "12", "-j", "2") == gate(capsys, "--recheck", "--mutants", "12")


def test_what_was_not_run_is_said(written, capsys):
    written("parity", PARITY)
    assert "no mutants were run: how much the claims say was not measured" in gate(capsys, "--mutants", "0")[1]
    code, out = gate(capsys, "--only", "parity::computes")
    assert code == 0
    assert "mutants: not run: between was not asked for, and mutants are run against all claims together" in out
    assert "mutants" not in gate(capsys, "--only", "parity::depth")[1]
    code, out = gate(capsys, "--budget", "0s")
    assert code == 3
    written("parity", PARITY.replace("% 2", "% 3"))
    code, out = gate(capsys)
    assert code == 1
    assert "mutants: not run: computes does not stand at n = 3" in out


def test_a_run_whose_time_is_up_before_the_mutants_is_unknown(written, capsys, monkeypatch):
    from proofcheck.gate import run

    written("parity", PARITY)
    gate(capsys, "--mutants", "0")
    original = run.group_of
    monkeypatch.setattr(run, "group_of", lambda *arguments: _late(run, monkeypatch) or original(*arguments))
    code, out = gate(capsys, "--budget", "10m")
    assert code == 3
    assert "UNKNOWN mutants: not run: the budget of 600 s for the whole run was spent" in out


def _late(module, monkeypatch):
    """From now on it is eleven days later, and time goes on: what waits for a process waits by the same clock."""
    monotonic = module.time.monotonic
    monkeypatch.setattr(module.time, "monotonic", lambda: monotonic() + 10**6)


def test_the_number_of_mutants_in_the_help_is_that_of_the_evidence():
    from proofcheck.cli import _parser
    from proofcheck.gate.scoring import COUNT

    assert _parser().parse_args(["gate"]).mutants == COUNT


def test_show_remembers_the_score(written, capsys):
    written("parity", PARITY)
    main(["show", "parity"])
    assert "mutants: not run yet" in capsys.readouterr().out
    gate(capsys, "--mutants", "5")
    main(["show", "parity"])
    assert "  mutants: n = 3: " in capsys.readouterr().out


def test_slack_is_a_declaration_that_a_base_holds(written, capsys):
    exact = SORT.replace('"in order"', '"computes": Computes(sorted_terms, at=[3]), "in order"')
    written("sorts", exact)
    gate(capsys, "--mutants", "0", "--json", "base.json")
    written("sorts", exact.replace('title="Bits', 'slack="which bits",\n    title="Bits'))
    code, out = gate(capsys, "--mutants", "0", "--base", "base.json", "--json", "slack.json")
    assert code == 2
    assert "sorts: the slack has changed - nothing + which bits" in out
    written("sorts", exact)
    code, out = gate(capsys, "--mutants", "0", "--base", "slack.json")
    assert code == 0
    assert "sorts: no slack is declared any more - which bits + nothing" in out


def test_slack_that_is_not_one_line_of_words_is_refused(written, capsys):
    written("sorts", SORT.replace('title="Bits', 'slack="a\\nb",\n    title="Bits'))
    code, out = gate(capsys)
    assert code == 65
    assert "slack is 'a\\nb', expected words on one line: say what the claims leave open" in out
