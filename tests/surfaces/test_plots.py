"""`show --plot` and `gate --summary`: what fits a screen, and nothing that is not met left out."""

from fractions import Fraction

import pytest

from proofcheck.cli import main
from proofcheck.commands.plotting import curve


def run(capsys, *arguments):
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_sizes_are_drawn_as_counted_and_as_claimed(project, capsys):
    project("parts", replace={'"depth": Relation(depth == 1, at=[1, 2, 3])': '"neurons": Relation(neurons == n, at=range(1, 6))'})
    code, out, _ = run(capsys, "show", "parts", "--plot")
    assert code == 0
    assert out.splitlines()[0] == "neurons against n: o counted, - claimed (=)"
    assert out.count("o") == 5 + "neurons against n: o counted, - claimed (=)".count("o")
    assert max(map(len, out.splitlines())) <= 80


def test_a_construction_without_such_a_claim_says_so(project, capsys):
    project("parts", replace={"[1, 2, 3]": "[1]"})
    assert run(capsys, "show", "parts", "--plot") == (
        64,
        "",
        "proofcheck: parts has no size claim in one whole parameter, and so nothing to plot\n",
    )


def test_a_dot_off_the_claim_is_a_cross():
    lines = curve("depth", "n", {1: Fraction(1), 2: Fraction(9)}, {1: Fraction(1), 2: Fraction(2)})
    assert lines[0] == "depth against n: o counted, - claimed (=), X off the claim: 1"
    assert "".join(lines[1:]).count("X") == 1
    assert "X" not in "".join(curve("depth", "n", {1: Fraction(1), 2: Fraction(1)}, {1: Fraction(1), 2: Fraction(2)}, "<="))


@pytest.mark.parametrize(("change", "mark", "code"), [({}, "ok ", 0), ({"depth == 1": "depth == n"}, "REFUTED ", 1)])
def test_the_summary_is_a_line_a_construction_and_what_is_not_met(project, capsys, change, mark, code):
    project("parts", replace=change)
    found, out, _ = run(capsys, "gate", "--summary", "--mutants", "0")
    lines = out.splitlines()
    assert found == code
    assert lines[0].startswith(f"{mark}")
    assert lines[0].split()[1] == "parts:"
    assert ("found     1" in out) == bool(change)
    assert lines[-1].startswith(f"exit {code}: ")
    assert len(lines) < (8 if not change else 25)
