"""The kernel's command: on a bare interpreter, alone in a folder, with its exit codes and nothing but the standard library."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from written import Net, bits, by_exhaustion, by_meanings, emulation, random_aig, relation, terms

from proofcheck.kernel import main, replay

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "proofcheck" / "kernel"


@pytest.fixture
def certificates(tmp_path: Path) -> list[Path]:
    aig = random_aig(5, 20, 3, seed=6)
    net = emulation(aig)
    files = {
        "meanings": by_meanings(net, aig.binary()),
        "sizes": relation(net, ["<=", ["measure", "neurons"], ["number", "0x14"]]),
        "exhaustive": by_exhaustion(small(), bits(1), target={"terms": terms(("not", ("input", 0)))}),
    }
    for name, data in files.items():
        (tmp_path / f"{name}.cert").write_bytes(data)
    return [tmp_path / f"{name}.cert" for name in files]


def small() -> Net:
    net = Net(1)
    net.output = [net.node("relu", 1, {0: -1})]
    return net


def run(folder: Path, module: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-B", "-m", module, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env={"PATH": ""}, capture_output=True, text=True, timeout=60, check=False)


def test_a_bare_interpreter_proves_all_methods(certificates: list[Path]) -> None:
    done = run(ROOT, "proofcheck.kernel", *certificates)
    assert (done.returncode, done.stderr) == (0, "")
    for path in certificates:
        proved = replay(path)
        assert f"{path}: proved: {proved.sentence}\n  by {proved.method} in " in done.stdout
        assert f"  network   {proved.network_digest}\n  statement {proved.statement_digest}\n" in done.stdout


def test_the_folder_works_when_copied_alone(certificates: list[Path], tmp_path: Path) -> None:
    shutil.copytree(KERNEL, tmp_path / "alone" / "kernel", ignore=shutil.ignore_patterns("__pycache__"))
    done = run(tmp_path / "alone", "kernel", *certificates)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(": proved: ") == 3


def test_one_rejected_file_is_one_sentence_and_exit_code_65(
    certificates: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.cert"
    broken.write_bytes(certificates[0].read_bytes()[:-1])
    assert main([str(certificates[0]), str(broken), str(tmp_path / "missing.cert"), str(certificates[1])]) == 65
    out, err = capsys.readouterr()
    assert out.count(": proved: ") == 2
    first, second = err.splitlines()
    assert first.startswith(f"{broken}: rejected: ")
    assert second == f"{tmp_path / 'missing.cert'}: rejected: the file cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 64), (["--what"], 64), (["a.cert", "-x"], 64), (["--help"], 0), (["-h"], 0)]
)
def test_usage(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == code
    shown = capsys.readouterr()
    assert (shown.err if code else shown.out).startswith("usage: python -m proofcheck.kernel CERTIFICATE...")


def test_only_the_standard_library_and_itself_is_imported() -> None:
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert all(alias.name.split(".")[0] in sys.stdlib_module_names for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 1 or (node.level == 0 and str(node.module).split(".")[0] in sys.stdlib_module_names)


def test_nothing_is_asserted_and_no_float_is_written() -> None:
    """An assert vanishes under -O; a float literal would be inexact."""
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Assert), path
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
