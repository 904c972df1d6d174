"""What the README shows is what happens: its transcripts are run, its Python is executed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_transcripts_are_real(tmp_path: Path) -> None:
    (circuit,) = re.findall(r"^\$ (printf .* > half_adder.aag)$", README, re.MULTILINE)
    subprocess.run(["sh", "-c", circuit], cwd=tmp_path, timeout=60, check=True)
    (tmp_path / "constructions").symlink_to(ROOT / "constructions")
    ran = 0
    for block in blocks("console"):
        for command, expected in re.findall(r"^\$ (proofcheck .*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            words = [sys.executable, "-m", "proofcheck.cli", *command.split()[1:]]
            done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
            assert done.stderr == ""
            assert done.stdout.rstrip() == expected.rstrip(), command
            ran += 1
    assert ran == 3


def test_the_construction_it_shows_is_the_catalogue_s() -> None:
    shown = blocks("python")[0]
    kept = (ROOT / "constructions/tropical/maximum_by_tournament.py").read_text()
    namespaces: list[dict[str, object]] = []
    for source in (shown, kept):
        namespace: dict[str, object] = {}
        exec(compile(source, "construction", "exec"), namespace)  # noqa: S102 - the README's own text
        namespaces.append(namespace)
    first, second = (n["construction"] for n in namespaces)
    assert first.title == second.title
    assert first.claims.keys() <= second.claims.keys()
    assert first.build(5).digest == second.build(5).digest


def test_the_check_it_shows_passes() -> None:
    namespace: dict[str, object] = {}
    exec(compile(blocks("python")[1], "check", "exec"), namespace)  # noqa: S102 - the README's own text
    namespace["test_absolute_value"]()


def test_it_names_the_two_commands_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^    make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile
