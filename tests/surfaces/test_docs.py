"""What the documentation shows is what there is: its Python passes, its commands are read, what it names exists."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

from proofcheck.cli import _parser, main

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
GUIDE = TEXTS[ROOT / "docs" / "add-a-construction.md"]
FAMILY = '''"""The maximum, for every n."""
from proofcheck import Construction, Contract, Fold, ForAll, Reals, Relation, Source, Unrolls, largest, n, neurons, relu

{chain}
construction = Construction(
    title="A maximum",
    source=Source("folklore", fidelity="ours"),
    build=chain.network,
    form="traced",
    claims={{"for every n": claim, "family": Unrolls(chain, at=[1, 2]), "neurons": Relation(neurons == n - 1, at=[1, 2, 3])}},
)
'''


def commands(text: str) -> list[str]:
    """The command lines of `proofcheck`: those after a `$`, in blocks, and within a line; optional parts are given."""
    shown = re.findall(r"^(?:\$ | {4})?(proofcheck [a-z].*)$", text, re.MULTILINE)
    shown += re.findall(r"`(proofcheck [a-z][^`]*)`", text)
    plain = (re.split(r"\s[#>|] ?", re.sub(r"[\[\]]", "", line))[0].strip() for line in shown)
    return sorted({line.replace("--to FORMAT", "--to onnx") for line in plain if "..." not in line and "|" not in line})


def python_blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_command_is_one_that_the_program_reads(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in commands(TEXTS[page]):
        words = shlex.split(line)[1:]
        if len(words) == 1:  # a command that is named
            with pytest.raises(SystemExit, match=r"^0$"):
                _parser().parse_args([*words, "--help"])
        else:
            _parser().parse_args(words)
    capsys.readouterr()


def test_the_pages_show_commands() -> None:
    assert sum(len(commands(text)) for text in TEXTS.values()) > 25


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_names_exists(page: Path) -> None:
    text = TEXTS[page]
    missing = [name for name in re.findall(r"python -m (tests\.[\w.]+)", text) if find_spec(name) is None]
    missing += [path for path in re.findall(r"`(constructions/[\w/]+\.py)`", text) if not (ROOT / path).is_file()]
    links = (link.partition("#")[0] for link in re.findall(r"\]\(((?!https?:)[^)\s]+)\)", text))
    missing += [link for link in links if link and not (page.parent / link).exists()]
    assert missing == []


def test_the_construction_of_the_guide_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("constructions").mkdir()
    plain, family = python_blocks(GUIDE)
    Path("constructions/parts_by_sum.py").write_text(plain, encoding="utf-8")
    Path("constructions/largest_by_fold.py").write_text(
        FAMILY.format(chain=family.replace("\nForAll(", "\nclaim = ForAll(")), encoding="utf-8"
    )
    assert main(["gate", "--mutants", "8"]) == 0
