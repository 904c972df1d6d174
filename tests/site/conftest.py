"""A small site, built once: constructions whose claims are certified, established, refuted, assumed and for every n."""

import os
from pathlib import Path

import pytest

from proofcheck.cli import main

HEAD = '"""The derivation.\n\nAdd what a has more: max(a, b) = b + relu(a - b), a_1 <= b_1.\n"""\nfrom proofcheck import *\n\n'
GOOD = (
    HEAD
    + """
def build(n):
    x = inputs(n)
    while len(x) > 1:
        x = [b + relu(a - b) for a, b in zip(x[::2], x[1::2])] + x[len(x) // 2 * 2 :]
    return network(x)

construction = Construction(
    title="The maximum of n reals & <more>",
    source=Source("Arora, Basu, Mianjy, Mukherjee, ICLR 2018", arxiv="1611.01491", fidelity="after"),
    build=build,
    claims={
        "computes": Computes(lambda x: maximum(*x), on=Reals, at=range(2, 5), floor=certified),
        "depth": Relation(depth == ceil_log2(n), at=range(2, 9)),
        "few neurons": Relation(neurons <= 3 * n, at=range(2, 9)),
    },
)
"""
)
WRONG = (
    HEAD
    + """
def build(n):
    return network([relu(x) for x in inputs(n, on=Box(-1, 1))])

construction = Construction(
    title="Positive parts that are not",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={
        "computes": Computes(lambda x: [maximum(a, Fraction(1, 3)) for a in x], at=[1, 2]),
        "close": Approximates(lambda x: list(x), error=1, at=[1, 2], assuming="inputs are <measured> in metres"),
        "depth": Relation(depth == 1, at=[1, 2]),
    },
)
"""
).replace("from proofcheck import *", "from fractions import Fraction\n\nfrom proofcheck import *")


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The project's folder, with `out`, its site, and `evidence.json` and `evidence.bundle` of the same gate."""
    here, root = Path.cwd(), tmp_path_factory.mktemp("site")
    (root / "constructions" / "tropical").mkdir(parents=True)
    (root / "constructions" / "tropical" / "maximum.py").write_text(GOOD, encoding="utf-8")
    (root / "constructions" / "parts.py").write_text(WRONG, encoding="utf-8")
    repository = Path(__file__).resolve().parents[2] / "constructions"
    chain = (repository / "tropical" / "maximum_by_chain.py").read_text(encoding="utf-8")
    chain = chain.replace("65)", "9)").replace(", 64]", ", 9]")
    (root / "constructions" / "tropical" / "maximum_by_chain.py").write_text(chain, encoding="utf-8")
    (root / "constructions" / "_literature").symlink_to(repository / "_literature")
    os.chdir(root)
    try:
        main(["gate", "--mutants", "6", "--json", "evidence.json", "--bundle", "evidence.bundle"])
        assert main(["site", "out", "--evidence", "evidence.bundle", "-j", "1", "--docs", str(repository.parent / "docs")]) == 0
        yield root
    finally:
        os.chdir(here)


@pytest.fixture(scope="session")
def out(folder):
    """The folder of the pages."""
    return folder / "out"
