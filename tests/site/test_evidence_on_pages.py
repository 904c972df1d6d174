"""No page shows a status that the evidence does not bear: neither fresh evidence nor a file, damaged, stale or forged."""

import json
import re
import shutil
from collections import Counter
from fractions import Fraction

import pytest

from proofcheck.bundle.audit import open_bundle
from proofcheck.cli import main
from proofcheck.errors import ProofcheckError
from proofcheck.site.box import witness_words
from proofcheck.site.evidence import of_file
from proofcheck.site.views import Mark


def marks(path):
    """How often each mark with its scope stands on a page."""
    text = path.read_text(encoding="utf-8")
    found = re.findall(r'class="vh">([^<]*):</span><span class="sc">(.*?)</span>', text, flags=re.S)
    return Counter((spoken, re.sub(r"<[^>]*>", "", scope)) for spoken, scope in found)


@pytest.fixture
def again(folder, tmp_path, monkeypatch):
    """again(change): the pages of the evidence file after `change` has altered its JSON."""
    monkeypatch.chdir(folder)

    def make(change, name="evidence.json"):
        data = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
        change(data)
        (tmp_path / name).write_text(json.dumps(data), encoding="utf-8")
        assert main(["site", str(tmp_path / "out"), "--evidence", str(tmp_path / name), "-j", "1"]) == 0
        return tmp_path / "out"

    return make


def test_the_pages_say_what_the_gate_found(folder, out):
    entries = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))["evidence"]
    hows = Counter(
        e["finding"]["strength"] if e["finding"]["verdict"] == "holds" else e["finding"]["verdict"]
        for e in entries
        if e["finding"]
    )
    text = (out / "status.html").read_text(encoding="utf-8")
    shown = dict(re.findall(r"</svg>(\w+)</dt><dd>(\d+)</dd>", text))
    assert {how: int(count) for how, count in shown.items() if count != "0"} == dict(hows)
    listed = marks(out / "index.html")
    assert listed[("holds, certified", "n = 2..4")] == 1
    assert listed[("refuted", "n = 1, 2")] == 1
    assert listed[("holds, established, under an assumption", "n = 1, 2")] == 1
    assert listed[("holds, certified", "all n ≥ 1")] == 2


def test_a_refuted_claim_shows_its_witness_and_its_assumption(out):
    text = re.sub(r"<[^>]*>", " ", (out / "c" / "parts.html").read_text(encoding="utf-8"))
    witness = re.search(r"input (\S+); found (\S+); expected (\S+)", text)
    x, found, expected = (Fraction(value.rstrip(",;")) for value in witness.groups())
    assert (found, expected) == (max(x, 0), max(x, Fraction(1, 3)))
    assert found != expected
    assert "inputs are &lt;measured&gt; in metres" in text


def test_evidence_of_an_older_file_is_unknown(folder, out, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder / "constructions", tmp_path / "constructions", symlinks=True)
    path = tmp_path / "constructions" / "tropical" / "maximum.py"
    path.write_text(path.read_text().replace("while len(x) > 1", "while 1 < len(x)"))
    assert main(["site", "out", "--evidence", str(folder / "evidence.bundle"), "-j", "1"]) == 0
    assert not any(
        "holds" in spoken
        for spoken, scope in marks(tmp_path / "out" / "c" / "maximum.html")
        if "all n" not in scope and scope == "n = 2..8"
    )
    assert "the construction has changed since this evidence was made" in (tmp_path / "out" / "c" / "maximum.html").read_text()


def test_what_a_file_calls_certified_counts_only_where_the_kernel_agrees(folder, tmp_path):
    data = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    refuted = next(e for e in data["evidence"] if e["status"] == "refuted")
    honest = next(e for e in data["evidence"] if e["construction"] == "maximum" and e["claim"] == "computes")
    refuted |= {"finding": honest["finding"], "status": "met"}  # with the certificate of another statement
    del data["made"]
    (tmp_path / "forged.json").write_text(json.dumps(data), encoding="utf-8")
    bundle = open_bundle(str(folder / "evidence.bundle"))

    def stored(digest):
        name = f"certificates/{digest}.cert"
        return bundle.read(name) if name in bundle.names else None

    found = of_file(tmp_path / "forged.json", stored, {})
    by_claim = {(e["construction"], e["claim"], e["size"]): e for e in found.entries}
    assert by_claim["maximum", "computes", honest["size"]]["finding"]["strength"] == "certified"
    judged = by_claim[refuted["construction"], refuted["claim"], refuted["size"]]
    assert (judged["status"], judged["finding"]["verdict"]) == ("unknown", "unknown")
    assert judged["finding"]["reason"] == "the kernel does not find it proved by its certificate"


def test_a_certificate_that_is_not_at_hand_certifies_nothing(again):
    def lose(data):
        for entry in data["evidence"]:
            if entry["construction"] == "maximum" and entry["claim"] == "computes":
                entry["finding"]["certificate"] = "0" * 64

    page = again(lose) / "c" / "maximum.html"
    assert marks(page)[("unknown", "n = 2..4")]
    assert "names a certificate that is not at hand" in page.read_text(encoding="utf-8")


def test_a_claim_without_evidence_is_unknown(again):
    def forget(data):
        data["evidence"] = [e for e in data["evidence"] if e["claim"] != "few neurons"]

    assert marks(again(forget) / "c" / "maximum.html")[("unknown", "n = 2..8")]


@pytest.mark.parametrize(("how", "scope"), [("proved", "n = 2"), ("certified", ""), ("certified", "  ")])
def test_a_mark_needs_a_known_status_and_a_scope(how, scope):
    with pytest.raises(ProofcheckError, match="a mark needs a known status and a scope"):
        Mark(how, scope)


def test_a_folder_that_is_no_site_is_never_replaced(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(folder)
    (tmp_path / "kept.txt").write_text("mine")
    assert main(["site", str(tmp_path), "--evidence", "evidence.bundle"]) == 64
    assert "exists and holds no site: give a new folder" in capsys.readouterr().err
    assert (tmp_path / "kept.txt").read_text() == "mine"


def test_downloads_are_what_they_say(folder, out):
    from proofcheck.kernel import replay
    from proofcheck.networks import read_network

    base = out / "d" / "maximum"
    certificates = list(base.glob("*.cert"))
    assert certificates
    assert all(replay(path.read_bytes()).sentence for path in certificates)
    (network,) = base.glob("*.net")
    assert read_network(network)(*range(read_network(network).input_count))[0] == read_network(network).input_count - 1
    assert json.loads((base / "maximum.json").read_text())["name"] == "maximum"
    assert (base / "maximum.py").read_text() == (folder / "constructions" / "tropical" / "maximum.py").read_text()


def test_a_site_of_a_fresh_gate_says_when_and_with_what_it_was_judged(project, tmp_path):
    project("parts")
    assert main(["site", "pages", "--mutants", "3", "-j", "1"]) == 0
    text = re.sub(r"<[^>]*>", " ", (tmp_path / "pages" / "c" / "parts.html").read_text(encoding="utf-8"))
    for words in (
        "a gate run by the command that made these pages",
        "proofcheck 0.1.0, Python 3.",
        "Kernel: ",
        "Mutants",
        "Floor  certified: met",
    ):
        assert words in text, words
    assert not (tmp_path / "pages" / "theorems.html").exists(), "a project without notes on literature has no such page"
    assert main(["site", "pages", "--mutants", "0", "-j", "1"]) == 0, "a site of this command is replaced"


def test_the_history_says_what_changed_between_evidence_files(folder, tmp_path, monkeypatch):
    monkeypatch.chdir(folder)
    data = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    for entry in data["evidence"]:
        if entry["construction"] == "maximum" and entry["claim"] == "computes":
            entry["finding"] |= {"strength": "established", "certificate": None}
    (tmp_path / "older.json").write_text(json.dumps(data), encoding="utf-8")
    older, newer = str(tmp_path / "older.json"), "evidence.json"
    assert (
        main(["site", str(tmp_path / "out"), "--evidence", "evidence.bundle", "--earlier", older, "--earlier", newer, "-j", "1"])
        == 0
    )
    text = (tmp_path / "out" / "c" / "maximum.html").read_text(encoding="utf-8")
    assert re.search(r"<li>maximum::computes: .*certified", text), text[text.index("History of status") :][:400]
    assert "No earlier evidence was given" in (tmp_path / "out" / "c" / "parts.html").read_text(encoding="utf-8")


def test_a_witness_of_a_property_expects_nothing_and_long_ones_are_counted():
    short = {"inputs": ["0x1/0x2"], "found": ["-0x3"], "expected": []}
    assert witness_words(short) == "input 1/2; found -3"
    long = {"inputs": ["0x0"] * 40, "found": ["0x1"], "expected": ["0x0"]}
    assert witness_words(long) == f"input {', '.join('0' * 12)} … (40 values); found 1; expected 0"
