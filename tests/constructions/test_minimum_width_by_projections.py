"""Minimum width: every table is kept on the cells, each constant is needed, a user's own function is a short file."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from pathlib import Path

import pytest
from catalogue_tasks import FOLDER, finding_of, module_of, task_of

from proofcheck import (
    Box,
    Cells,
    Computes,
    Property,
    Relation,
    UsageError,
    all_of,
    cell_values,
    check,
    evaluate,
    layered,
    minimum_width_network,
    network,
    on_cells,
    resolution,
    sizes,
    volume,
    width,
)
from proofcheck.checkers import Budget, vertices
from proofcheck.checkers.faults.mutants import mutants
from proofcheck.claims.evidence import Strength, Verdict
from proofcheck.claims.formulate import formulate
from proofcheck.claims.sizes import size_of
from proofcheck.networks import inputs
from proofcheck.networks.minimum_width import code, encode, steepness

NAME = "width/minimum_width_by_projections"
GUIDE = FOLDER.parent / "docs" / "your-function-minimum-width.md"
F = Fraction


def random_table(draw, d_x, d_y, cells, base):
    """A value for each cell, any number of [0, 1] for one output, middles of steps for more."""
    one = [F(draw.randint(0, 12), 12) for _ in range(20)] if d_y == 1 else [F(2 * m + 1, 2 * base) for m in range(base)]
    return {cell: tuple(draw.choice(one) for _ in range(d_y)) for cell in product(range(cells), repeat=d_x)}


def settled(net, claim, **parameters):
    return check(layered(net), claim, **parameters)


@pytest.mark.parametrize(
    ("d_x", "d_y", "cells", "base"),
    [(1, 1, 5, 2), (1, 3, 2, 3), (2, 1, 3, 2), (2, 2, 3, 2), (2, 4, 2, 3), (3, 1, 2, 2), (3, 2, 2, 2)],
)
def test_any_table_is_kept_on_the_closed_cells_in_minimum_width(d_x, d_y, cells, base):
    draw = random.Random(d_x + 10 * d_y)
    table, gap = random_table(draw, d_x, d_y, cells, base), F(1, draw.randint(2 * cells, 40))
    net = minimum_width_network(table, gap, base)
    evidence = settled(net, Computes(lambda x: on_cells(table, x), on=Cells(cells, gap)), floor=Strength.CERTIFIED)
    assert evidence, evidence
    assert evidence.finding.method == "vertices"
    assert sizes(layered(net)).width == max(d_x, d_y, 2)
    for _ in range(30):
        assert all(0 <= y <= 1 for y in evaluate(net, [F(draw.randrange(65), 64) for _ in range(d_x)]))


@pytest.mark.parametrize("value", [F(0), F(1, 3), F(1)])
@pytest.mark.parametrize("d_x", [1, 2])
def test_a_constant_function_is_no_exception(d_x, value):
    table = cell_values(lambda x: [value], d_x, 3)
    net = minimum_width_network(table, F(1, 6))
    assert settled(net, Computes(lambda x: on_cells(table, x), on=Cells(3, F(1, 6))), floor=Strength.CERTIFIED)
    assert sizes(layered(net)).width <= 2


@pytest.mark.parametrize(("d", "cells"), [(1, 7), (2, 2), (2, 5), (3, 3), (4, 2)])
def test_codes_lie_1_over_k_apart(d, cells):
    codes = sorted(code(cell, cells) for cell in product(range(cells), repeat=d))
    assert len(codes) == cells**d
    assert all(b - a >= F(1, cells) for a, b in pairwise(codes))
    assert 0 <= codes[0] <= codes[-1] <= 2 * cells ** (d - 1) - 1


def encoder_finding(d, cells, g, constants):
    codes, gap = {cell: [code(cell, cells)] for cell in product(range(cells), repeat=d)}, g / cells
    net = layered(network([encode(inputs(d, on=Box(0, 1), name="x"), cells, gap, constants(steepness(d, cells, gap)))]))
    claim = Computes(lambda x: on_cells(codes, x), on=Cells(cells, gap))
    return vertices(task_of(NAME, claim, 1, 1, 1, F(1, 4), network=net), Budget())


LESS = {
    "M": lambda s: replace(s, lines=tuple(m * F(99, 100) for m in s.lines)),
    "M/g": lambda s: replace(s, collapse=s.collapse * F(99, 100)),
    "B": lambda s: replace(s, spare=F(99, 100)),
}


@pytest.mark.parametrize(("d", "cells", "g"), [(2, 4, F(1, 10)), (2, 4, F(1, 3)), (3, 3, F(1, 10))])
def test_the_encoder_needs_all_of_its_constants(d, cells, g):
    assert encoder_finding(d, cells, g, lambda s: s).strength is Strength.CERTIFIED
    for name, less in LESS.items():
        finding = encoder_finding(d, cells, g, less)
        needed = name != "B" or d > 2
        assert finding.verdict is (Verdict.REFUTED if needed else Verdict.HOLDS), (name, finding.reason)


@pytest.mark.parametrize("lipschitz", [F(1, 3), 1, 4])
@pytest.mark.parametrize("p", [1, 2, 5])
@pytest.mark.parametrize("error", [F(1, 7), F(1, 2), 1])
@pytest.mark.parametrize(("d_x", "d_y"), [(1, 1), (2, 1), (2, 3), (4, 2)])
def test_the_resolution_reaches_the_error_and_a_coarser_one_does_not(lipschitz, p, error, d_x, d_y):
    def near(cells, base):
        return F(lipschitz) / (2 * cells) + (F(1, 2 * base) if d_y > 1 else 0)

    cells, gap, base = resolution(lipschitz, p, error, d_x, d_y)
    share = F(error) ** p / 2
    assert near(cells, base) ** p <= share
    assert 1 - (1 - (cells - 1) * gap) ** d_x <= share
    assert 0 < gap <= F(1, 2 * cells)
    assert cells == 2 or (F(lipschitz) / ((cells - 1) * (2 if d_y == 1 else 1))) ** p > share
    assert base == 2 or F(1, base - 1) ** p > share


def halves(x):
    return [t / 2 for t in x]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: minimum_width_network({}, F(1, 8)), "no cell has a value: give one for each, as cell_values does"),
        (
            lambda: minimum_width_network({(0,): (0,)}, F(1, 8)),
            "1 cells are given, expected all of 1^1 with 2 or more along each coordinate",
        ),
        (
            lambda: minimum_width_network({(0,): (0,), (2,): (0,)}, F(1, 8)),
            "2 cells are given, expected all of 3^1 with 2 or more along each coordinate",
        ),
        (
            lambda: minimum_width_network({(0,): (0,), (1,): (0, 1)}, F(1, 8)),
            "the cells or their values differ in length: give d_x coordinates and d_y numbers for each",
        ),
        (
            lambda: minimum_width_network({(0,): (0,), (1,): (1,)}, F(1, 3)),
            "the gap is 1/3, expected above 0 and at most 1/4, half of a cell",
        ),
        (
            lambda: minimum_width_network({(0,): (0,), (1,): (1,)}, 0),
            "the gap is 0, expected above 0 and at most 1/4, half of a cell",
        ),
        (
            lambda: minimum_width_network({(0,): (0,), (1,): (F(3, 2),)}, F(1, 4)),
            "the value 3/2 of the cell (1,) is not in [0, 1]: rescale the function",
        ),
        (
            lambda: minimum_width_network(cell_values(halves, 2, 2, 3), F(1, 8), 2),
            "the values 1/6, 1/6 of a cell are not middles of 2 equal steps of [0, 1]",
        ),
        (
            lambda: minimum_width_network(cell_values(halves, 2, 2, 3), F(1, 8)),
            "the values 1/6, 1/6 of a cell are not middles of 0 equal steps of [0, 1]",
        ),
        (
            lambda: cell_values(lambda x: [2 * x[0]], 1, 4),
            "the function is 5/4 at the centre of the cell (2,), expected a number from 0 to 1: rescale it",
        ),
        (lambda: cell_values(halves, 2, 4), "the base is None, expected 2 or more for a function with 2 outputs"),
        (
            lambda: resolution(1, 0, F(1, 2), 1, 1),
            "a resolution takes a Lipschitz constant from 0 on, p, d_x, d_y from 1 on, and an error above 0",
        ),
        (
            lambda: resolution(1, 1, 0, 1, 1),
            "a resolution takes a Lipschitz constant from 0 on, p, d_x, d_y from 1 on, and an error above 0",
        ),
    ],
)
def test_a_table_that_is_none_is_refused_in_one_sentence(make, sentence):
    with pytest.raises(UsageError) as caught:
        make()
    assert str(caught.value) == sentence


SIZE = (2, 1, 2, F(1, 4))


def test_single_changes_of_a_number_are_refuted_or_proved_harmless_on_the_cells():
    claim = module_of(NAME).construction.claims["exact on the cells"]
    net = layered(module_of(NAME).build(*SIZE))
    verdicts = [finding_of(NAME, claim, *SIZE, network=mutant.network).verdict for mutant in mutants(net, 24, seed=5)]
    assert verdicts.count(Verdict.REFUTED) >= 15
    assert set(verdicts) <= {Verdict.REFUTED, Verdict.HOLDS}


def test_the_error_claim_is_refuted_for_a_smaller_error():
    module = module_of(NAME)
    claim = module.construction.claims["error"]
    assert finding_of(NAME, claim, *SIZE).verdict is Verdict.HOLDS
    smaller = replace(claim, relation=lambda d_x, d_y, p, eps: F(1, 6) ** p + 1 - volume <= F(3, 16) ** p)
    assert finding_of(NAME, smaller, *SIZE).verdict is Verdict.REFUTED


def test_the_sampled_distance_is_below_the_bound():
    """Exact evaluation at seeded random points; an observation beside the bound, not a proof of it."""
    module, draw = module_of(NAME), random.Random(4)
    for d_x, d_y, p, eps in ((2, 1, 2, F(1, 4)), (2, 2, 1, F(1, 2)), (1, 2, 1, F(1, 2))):
        net, total, count = module.build(d_x, d_y, p, eps), F(0), 150
        for _ in range(count):
            x = [F(draw.randrange(2**16), 2**16) for _ in range(d_x)]
            total += max(abs(a - b) for a, b in zip(evaluate(net, x), module.function(x, d_y), strict=True)) ** p
        assert 0 < total / count < eps**p


def test_the_file_of_the_guide_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """docs/your-function-minimum-width.md: written as it stands, judged claim by claim."""
    (source,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    path = tmp_path / "product_by_projections.py"
    path.write_text(source)
    monkeypatch.chdir(tmp_path)
    strengths = {"exact on the cells": Strength.CERTIFIED, "bounded": Strength.ESTABLISHED, "width": Strength.CERTIFIED}
    for claim, strength in (strengths | {"error": Strength.ESTABLISHED}).items():
        evidence = check(f"{path}::{claim}")
        assert evidence, evidence
        assert evidence.finding.strength >= strength
        assert evidence.finding.assumptions == (("|f(x) - f(y)| <= 2 max_i |x_i - y_i|",) if claim == "error" else ())
    assert "assuming |f(x) - f(y)| <= 2 max_i |x_i - y_i|" in repr(evidence)


def test_it_can_be_used_in_a_test_of_one_s_own():
    table = cell_values(lambda x: [x[0] * x[1], 1 - x[0]], 2, 3, 4)
    net = layered(minimum_width_network(table, F(1, 30), 4))
    assert check(net, Computes(lambda x: on_cells(table, x), on=Cells(3, F(1, 30))), floor=Strength.CERTIFIED)
    assert check(net, Relation(width == 2))
    assert check(net, Property(lambda x, y: all_of([v >= 0 for v in y] + [v <= 1 for v in y]), on=Box(0, 1)))
    wrong = table | {(1, 1): (F(7, 8), F(1, 8))}
    assert check(net, Computes(lambda x: on_cells(wrong, x), on=Cells(3, F(1, 30)))).finding.verdict is Verdict.REFUTED


def test_the_statement_is_printed_with_the_stored_values():
    statement = formulate(
        module_of(NAME).construction.claims["exact on the cells"],
        module_of(NAME).build(*SIZE),
        size_of(SIZE, ("d_x", "d_y", "p", "eps")),
        layered=True,
    )
    assert "where" in statement.statement.sentence()
