"""`proofcheck list`, `show` and `new`."""

import json

from proofcheck.cli import main


def run(capsys, *arguments):
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_a_new_construction_passes_and_is_never_overwritten(project, capsys):
    assert run(capsys, "new", "parts_by_relu")[0] == 0
    assert run(capsys, "gate")[0] == 0
    assert run(capsys, "new", "parts_by_relu") == (
        65,
        "",
        "proofcheck: constructions/parts_by_relu.py: this file exists already: choose another name\n",
    )
    assert run(capsys, "new", "constructions/deep/other.py")[0] == 0
    assert run(capsys, "check", "other::depth", "-n", "2")[0] == 0
    code, _, err = run(capsys, "new", "Parts-By-ReLU")
    assert (code, err.startswith("proofcheck: 'Parts-By-ReLU' cannot name a construction: write what_by_how")) == (64, True)


def test_the_list_says_how_far_each_claim_is_settled(project, capsys):
    path = project("parts")
    assert "computes: not judged yet (n = 1, 2)" in run(capsys, "list")[1]
    run(capsys, "check", "parts", "-n", "2")
    _, out, _ = run(capsys, "list", "positive")
    assert out.splitlines() == [
        "parts  Positive parts",
        "  computes: not judged yet (n = 1); established (n = 2)",
        "  depth: not judged yet (n = 1, 3); certified (n = 2)",
    ]
    (row,) = json.loads(run(capsys, "list", "--json")[1])
    assert (row["name"], row["path"]) == ("parts", "constructions/parts.py")
    assert row["claims"][1]["settled"] == {"n = 1": "not judged yet", "n = 2": "certified", "n = 3": "not judged yet"}
    assert run(capsys, "list", "absent")[1] == "no construction matches\n"
    path.write_text(path.read_text().replace("Positive parts", "Other parts"))
    assert "computes: not judged yet (n = 1, 2)" in run(capsys, "list", "other")[1]


def test_a_file_that_is_no_construction_stands_in_the_list(project, capsys):
    project("parts")
    project("nothing", replace={"construction = ": "other = "})
    code, out, _ = run(capsys, "list")
    assert code == 65
    assert out.startswith("nothing  ERROR constructions/nothing.py: this file defines no `construction`")
    assert "parts  Positive parts" in out


def test_show_draws_what_was_built(project, capsys):
    project("parts")
    code, out, _ = run(capsys, "show", "parts", "-n", "2")
    assert code == 0
    for line in (
        "parts: Positive parts",
        "  source    folklore (ours: both are ours)",
        "The derivation.",
        "at n = 2",
        "  inputs 2, outputs 2, depth 1, width 2, neurons 2",
        "v2 = relu(x[0])    layer 1",
        "depth: not judged yet: strictly layered network",
    ):
        assert line in out
    assert run(capsys, "show", "parts", "-n", "x")[0] == 64
    assert run(capsys, "show", "unknown")[0] == 64
