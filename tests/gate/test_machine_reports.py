"""SARIF and JUnit as their schemas have them, and commands to GitHub's runner that no construction can write into."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from proofcheck.claims.judged import Status
from proofcheck.claims.score import Score
from proofcheck.gate.github import annotation_lines, in_actions, muted, summary_markdown, tell
from proofcheck.gate.machine_reports import junit_xml
from proofcheck.gate.sarif import RULES, sarif_json
from tests.gate.test_report import GOOD, MIXED, entry, held

CHANGES = ["adder::old: the claim is gone\n  - before\n  + after"]
SCORES = [Score("adder", "n = 2", problem="no claim stands there", unrun=Status.WEAKER, path="constructions/adder.py")]

TEXT = {"type": "string"}
MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": TEXT}, "additionalProperties": False}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
REGION = {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}, "additionalProperties": False}
ARTIFACT = {"type": "object", "properties": {"uri": {"type": "string", "format": "uri-reference"}}, "additionalProperties": False}
PLACE = {"type": "object", "properties": {"artifactLocation": ARTIFACT, "region": REGION}, "additionalProperties": False}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "shortDescription": MESSAGE,
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}, "additionalProperties": False},
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": MESSAGE,
        "partialFingerprints": {"type": "object", "additionalProperties": TEXT},
        "properties": {"type": "object"},
        "locations": {
            "type": "array",
            "items": {"type": "object", "properties": {"physicalLocation": PLACE}, "additionalProperties": False},
        },
    },
    "additionalProperties": False,
}
DRIVER = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": TEXT, "semanticVersion": TEXT, "rules": {"type": "array", "uniqueItems": True, "items": RULE}},
    "additionalProperties": False,
}
INVOCATION = {
    "type": "object",
    "required": ["executionSuccessful"],
    "properties": {"executionSuccessful": {"type": "boolean"}, "exitCode": {"type": "integer"}},
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "required": ["tool"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}, "additionalProperties": False},
        "invocations": {"type": "array", "uniqueItems": True, "items": INVOCATION},
        "results": {"type": "array", "items": RESULT},
    },
    "additionalProperties": False,
}
SARIF = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {"type": "array", "items": RUN},
    },
    "additionalProperties": False,
}
"""The part of the schema of SARIF 2.1.0 that these reports use, and nothing besides."""

COUNTS = {"tests", "failures", "errors", "disabled", "time", "name"}
SUITE = COUNTS | {"skipped", "timestamp", "hostname", "id", "package"}
CASE = {"name", "assertions", "time", "timestamp", "classname", "status", "class", "file", "line", "log", "group", "url"}
JUNIT = {
    "testsuites": (set(), COUNTS, {"testsuite"}),
    "testsuite": ({"tests", "name"}, SUITE, {"testsuite", "properties", "testcase", "system-out", "system-err"}),
    "testcase": ({"name"}, CASE, {"skipped", "error", "failure", "system-out", "system-err"}),
    "failure": (set(), {"type", "message"}, set()),
    "error": (set(), {"type", "message"}, set()),
}
"""Of each element what Jenkins' schema of JUnit reports (junit-10.xsd) has: attributes it needs, those it may have, children."""


def junit_faults(element):
    needed, allowed, children = JUNIT.get(element.tag, (set(), set(), set()))
    if element.tag not in JUNIT:
        yield f"there is no element {element.tag}"
    yield from (f"{element.tag} lacks {name}" for name in needed - element.attrib.keys())
    yield from (f"{element.tag} has no {name}" for name in element.attrib.keys() - allowed)
    for child in element:
        if child.tag not in children:
            yield f"{element.tag} holds no {child.tag}"
        yield from junit_faults(child)


@pytest.mark.parametrize("evidence", [GOOD, MIXED, []], ids=["good", "mixed", "none"])
def test_sarif_is_of_its_schema(evidence):
    jsonschema = pytest.importorskip("jsonschema", reason="the package jsonschema is not installed")
    report = json.loads(sarif_json(evidence, CHANGES, SCORES, 2))
    jsonschema.validate(report, SARIF)
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    report["runs"][0]["results"][0]["level"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, SARIF)


def test_rules_keep_their_ids():
    assert [rule[0] for rule in RULES.values()] == ["met", "refuted", "weaker", "unknown", "bad_input", "fault"]
    assert set(RULES) == set(Status)


def test_fingerprints_name_the_claim_and_not_its_end():
    first, second = (json.loads(sarif_json([e]))["runs"][0]["results"][0] for e in (entry(9, held(9)), MIXED[5]))
    assert first["partialFingerprints"] == second["partialFingerprints"]
    assert first["ruleId"] != second["ruleId"]


@pytest.mark.parametrize("evidence", [GOOD, MIXED], ids=["good", "mixed"])
def test_junit_is_of_its_schema(evidence):
    root = ElementTree.fromstring(junit_xml(evidence, CHANGES, SCORES).split("\n", 1)[1])
    assert list(junit_faults(root)) == []
    for case in root.iter("testcase"):
        case.set("skipped", "1")
        break
    assert list(junit_faults(root)) == ["testcase has no skipped"]


def test_annotations_are_errors_for_all_that_is_not_met_and_end_with_one_notice():
    lines = annotation_lines(MIXED, CHANGES, SCORES, 65)
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 6 + ["::notice"]
    assert lines[1].startswith("::error file=constructions/adder.py,line=1,title=refuted%3A adder%3A%3Acomputes::refuted for an")
    assert "%0Ainput     1%0Afound     0%0Aexpected  1" in lines[1]
    assert lines[-1] == "::notice title=proofcheck::3 of 7 checks met, exit 65: an input cannot be judged"


def test_what_a_construction_says_is_no_command_and_no_markup():
    evil = "x\n::add-mask::y,title=z%0A::error::<img src=x>|`a`"
    bad = replace(entry(3, None), construction=evil, path=evil, problem=evil)
    (line, _) = annotation_lines([bad], (), (), 65)
    assert "\n" not in line
    properties, _, data = line.removeprefix("::error ").partition("::")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "title"]
    assert "%0A::add-mask" in data
    assert "%250A::error" in data
    table = summary_markdown([bad], [evil], (), 65)
    assert "<img" not in table
    assert all(row.replace("\\|", "").count("|") == 5 for row in table.split("\n") if row.startswith("|"))


def test_many_failures_are_cut_and_counted():
    many = [replace(entry(9, MIXED[5].finding), claim=f"c{i}") for i in range(60)]
    lines = annotation_lines(many, (), (), 3)
    assert len(lines) == 52
    assert lines[-2] == "::error title=more::10 more are in the report"


def test_a_cell_of_the_summary_is_cut():
    """The runner refuses a summary of more than a megabyte."""
    long = replace(entry(9, None), problem="x" * 10_000)
    assert len(summary_markdown([long], (), (), 65)) < 1000


def test_the_summary_goes_to_the_file_that_the_runner_names(tmp_path, monkeypatch, capsys):
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    tell(MIXED, [], [], 1)
    text = path.read_text()
    assert text.startswith("before\n### proofcheck: a claim is refuted\n\n3 of 7 checks met, exit code 1.\n")
    assert text.index("REFUTED") < text.index("| ok |")
    assert "holds for all inputs in R^2" in text
    assert capsys.readouterr().out.startswith("::error ")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    tell(GOOD, [], [], 0)
    assert path.read_text() == text


def test_the_runner_reads_no_commands_out_of_the_report(capsys):
    """Between the two lines only the word, which nobody can guess, is a command."""
    with muted(True):
        print("::add-mask::x")
    first, evil, last = capsys.readouterr().out.splitlines()
    assert first.startswith("::stop-commands::")
    word = first.removeprefix("::stop-commands::")
    assert (len(word), evil, last) == (32, "::add-mask::x", f"::{word}::")
    with muted(False):
        print("plain")
    assert capsys.readouterr().out == "plain\n"


@pytest.mark.parametrize(("value", "inside"), [("true", True), ("false", False), ("", False)])
def test_the_runner_is_known_by_its_variable(value, inside):
    assert in_actions({"GITHUB_ACTIONS": value}) is inside
    assert not in_actions({})
