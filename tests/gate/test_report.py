"""Reports say everything at 80 columns without colour."""

import json
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from proofcheck.claims.evidence import Finding, Strength, Verdict, Witness
from proofcheck.claims.judged import Evidence
from proofcheck.errors import InputError
from proofcheck.gate.evidence_file import entries, evidence_json, read_entries
from proofcheck.gate.github import summary_markdown
from proofcheck.gate.machine_reports import junit_xml
from proofcheck.gate.plan import matches
from proofcheck.gate.report import final_code, report_lines, scope_words, sizes_words, summary_lines
from proofcheck.gate.sarif import sarif_json

DOMAIN = '{"constraints":[],"different":[],"sets":[[["interval",null,null],2]]}'
STATEMENT = '{"claim":"computes","domain":' + DOMAIN + ',"network":"%s","target":{"circuit":"%064d"}}'


def held(size, scope=None, strength=Strength.ESTABLISHED):
    certificate = b"c" if strength is Strength.CERTIFIED else None
    return Finding(Verdict.HOLDS, strength, "z3", scope or f"all inputs in R^{size}", trust=("z3 5",), certificate=certificate)


def entry(size, finding, floor=Strength.ESTABLISHED, claim="computes", **more):
    return Evidence(
        "adder",
        claim,
        "computes",
        f"n = {size}",
        floor,
        finding,
        statement=STATEMENT % ("a" * 64, 1),
        path="constructions/adder.py",
        **more,
    )


REFUTED = Finding(
    Verdict.REFUTED,
    None,
    "exhaustion",
    "all inputs in {0,1}^2",
    checked=4,
    witness=Witness((Fraction(1),), (Fraction(0),), (Fraction(1),)),
)
UNKNOWN = Finding(Verdict.UNKNOWN, None, "z3", "all inputs in R^9", reason="z3 gave up: canceled")
SAMPLED = Finding(Verdict.UNREFUTED, Strength.UNREFUTED, "samples", "all inputs in R^7", checked=100)
GOOD = [entry(n, held(n)) for n in (2, 3, 4)]
MIXED = [
    *GOOD,
    entry(7, SAMPLED),
    entry(8, REFUTED),
    entry(9, UNKNOWN),
    replace(entry(10, None), problem="build: line 3: no\x07pe"),
]


def test_sizes_in_one_line_were_tried_on_at_least_as_many_samples_as_it_says():
    sampled = [
        entry(n, replace(SAMPLED, checked=checked), floor=Strength.UNREFUTED) for n, checked in ((7, 100), (8, 60), (9, 80))
    ]
    assert "  ok      computes: unrefuted on 60 samples of R^7, n = 7..9 (by samples)" in list(report_lines(sampled))


@pytest.mark.parametrize(
    ("scopes", "words"),
    [
        (["R", "R^2", "R^3"], "R, ..., R^3"),
        (["R^2", "[0, 0]^3", "R^4"], "R^2, [0, 0]^3, R^4"),
        (["R^2", "[0, 0]^3", "[0, 0]^4", "[0, 0]^5", "R^6"], "R^2, [0, 0]^3, ..., [0, 0]^5, R^6"),
        (["{0..9}^2", "{0..1}^3", "{0..9}^4"], "{0..9}^2, ..., {0..1}^3, {0..9}^4"),
        (["{0..9}^2", "{0..9}^3", "{0..4}^4", "{0..9}^5"], "{0..9}^2, ..., {0..4}^4, {0..9}^5"),
        (["{0..7}", "{0..15}", "{0..31}"], "{0..7}, ..., {0..31}"),
    ],
)
def test_what_is_left_out_of_a_scope_is_like_what_stands_beside_it(scopes, words):
    assert scope_words([f"all inputs in {scope}" for scope in scopes], len(scopes)) == f"all inputs in {words}"
    evidence = [entry(n, held(n, f"all inputs in {scope}")) for n, scope in enumerate(scopes, 2)]
    assert f"holds for all inputs in {words}, established" in summary_markdown(evidence).replace("\\", "")


def test_sizes_that_stand_alike_are_one_line():
    assert list(report_lines(GOOD)) == [
        "adder",
        "  ok      computes: holds for all inputs in R^2, ..., R^4, established, n = 2..4",
        "          (by z3)",
        "          trusting z3 5",
        "",
    ]


def test_whatever_stands_differently_has_its_own_line():
    text = "\n".join(report_lines(MIXED))
    assert "WEAKER  computes: unrefuted on 100 samples of R^7, n = 7 (by samples)" in text
    assert "weaker than the floor: established was declared" in text
    assert "REFUTED computes: refuted for an input in {0,1}^2, n = 8 (by exhaustion)" in text
    assert "input     1\n          found     0\n          expected  1" in text
    assert "UNKNOWN computes: unknown for all inputs in R^9, n = 9" in text
    assert "because z3 gave up: canceled" in text
    assert "ERROR   computes: not judged, build: line 3: no" in text


def test_no_line_is_wider_than_eighty_columns():
    long = entry(5, replace(held(5), reason="because " * 40, assumptions=("an assumption " * 20,)), Strength.CERTIFIED)
    wide = [*report_lines([*MIXED, long]), *summary_lines([*MIXED, long])]
    assert max(map(len, wide)) <= 80


def test_the_summary_names_the_exit_code_and_why():
    assert summary_lines(GOOD) == ["3 checks in 1 construction: 3 floor met", "exit 0: every floor is met"]
    assert summary_lines([])[-1] == "exit 4: nothing was checked"
    assert summary_lines(MIXED)[-1] == "exit 65: an input cannot be judged"
    assert summary_lines(GOOD, ["x"])[-1] == "exit 2: a claim is weaker than declared, or than the base"
    assert final_code(MIXED[:-1]) == 1


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (["n = 2"], "n = 2"),
        (["n = 8", "n = 2", "n = 3", "n = 4"], "n = 2..4, 8"),
        (["n = 1", "n = 2"], "n = 1, 2"),
        (["d_x = 1, k = 2", "d_x = 2, k = 2"], "(d_x, k) = (1, 2), (2, 2)"),
        (["adder_8", "parity"], "adder_8, parity"),
        (["gap = 1/2"], "gap = 1/2"),
    ],
)
def test_sizes_in_words(labels, words):
    assert sizes_words(labels) == words


def test_junit_counts_unknown_as_an_error_and_skips_nothing():
    root = ElementTree.fromstring(junit_xml(MIXED, ["adder::old: the claim is gone"]).split("\n", 1)[1])
    assert root.attrib == {"name": "proofcheck", "tests": "8", "failures": "3", "errors": "2"}
    cases = {case.attrib["name"]: [child.tag for child in case] for case in root.iter("testcase")}
    assert cases["computes[n=2]"] == []
    assert cases["computes[n=7]"] == cases["computes[n=8]"] == ["failure"]
    assert cases["computes[n=9]"] == cases["computes[n=10]"] == ["error"]


def test_sarif_has_one_result_for_each_claim_and_only_what_is_met_is_a_note():
    results = json.loads(sarif_json(MIXED))["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["met"] * 3 + ["weaker", "refuted", "unknown", "bad_input"]
    assert [result["level"] for result in results] == ["note"] * 3 + ["error"] * 4


def test_evidence_is_read_back(tmp_path):
    path = tmp_path / "e.json"
    path.write_text(evidence_json(MIXED, 65))
    assert read_entries(path) == entries(MIXED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format":"proofcheck-evidence","version":3,"evidence":[{}]}',
    ],
)
def test_a_file_that_is_no_evidence_is_refused(tmp_path, text):
    path = tmp_path / "e.json"
    path.write_text(text)
    with pytest.raises(InputError, match="this is not an evidence file"):
        read_entries(path)


@pytest.mark.parametrize(
    ("pattern", "taken"),
    [
        ("adder", True),
        ("comp", True),
        ("adder::comp", True),
        ("*::computes", True),
        ("ripple*", True),
        ("add*", False),
        ("depth", False),
        ("*::d*", False),
    ],
)
def test_patterns_name_claims(pattern, taken):
    assert matches(pattern, "ripple_adder", "computes") is taken


def terms(*operations):
    return {"nodes": [[name, 0] for name in operations], "outputs": [0]}


def said(n, words, **statement):
    text = json.dumps({"claim": "property", "domain": None, "network": "a" * 64} | statement, separators=(",", ":"))
    return replace(entry(n, held(n)), statement=text, sentence=words)


STRONG, WEAK, EMPTY = terms("input", "max", "=="), terms("output", "<="), terms("constant", "not")
SIZES = [["<=", ["measure", "depth"], ["number", "0x3"]], ["<=", ["measure", "width"], ["number", "0x3"]]]


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ([("strong", {"property": STRONG})] * 3, ["n = 2: strong"]),
        ([("strong", {"property": STRONG}), *[("weak", {"property": WEAK})] * 2], ["n = 2: strong", "n = 3: weak"]),
        ([("3", {"target": {"terms": STRONG}}), ("4", {"target": {"terms": WEAK}})], ["n = 2: 3", "n = 3: 4"]),
        ([("c", {"target": {"circuit": "1" * 64}}), ("d", {"target": {"circuit": "2" * 64}})], ["n = 2: c"]),
        ([("c", {"target": {"circuit": "1" * 64}}), ("r", {"target": {"reference": "2" * 64}})], ["n = 2: c", "n = 3: r"]),
        ([("a", {"relation": SIZES[0]}), ("b", {"relation": SIZES[1]})], ["n = 2: a", "n = 3: b"]),
        ([("a", {"relation": SIZES[0]}), ("b", {"relation": ["<=", SIZES[0][1], ["number", "0x9"]]})], ["n = 2: a"]),
        ([("a", {"relation": SIZES[0], "layered": k}) for k in (True, False)], ["n = 2: a", "n = 3: a"]),
        ([("a", {"dtype": "int8"}), ("b", {"dtype": "int16"})], ["n = 2: a", "n = 3: b"]),
        (
            [(str(k), {"property": terms(*"abcdefg"[: k + 1])}) for k in range(5)],
            ["n = 2: 0", "n = 3: 1", "n = 4: 2", "and in 2 other forms at other sizes"],
        ),
    ],
)
def test_a_line_for_several_sizes_tells_each_form_of_statement(statements, told):
    """What is claimed more weakly at later sizes, by other operations, does not hide behind the first size."""
    lines = list(report_lines([said(n, words, **more) for n, (words, more) in enumerate(statements, 2)]))
    found = [line.strip().removeprefix("judged at ") for line in lines if "judged at" in line or "other form" in line]
    assert found == told
