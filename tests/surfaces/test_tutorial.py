"""docs/tutorial.md is what happens: the wheel in an environment of its own, in a folder outside, command by command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text()
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment that holds the built wheel and sees the other packages of this one, but none of this folder."""
    folder = tmp_path_factory.mktemp("tutorial")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "proofcheck", source / "proofcheck", ignore=shutil.ignore_patterns("__pycache__"))
    built = subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=source, capture_output=True, text=True)
    if built.returncode:
        pytest.skip(f"the wheel cannot be built offline here: {built.stderr.strip().splitlines()[-1]}")
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps", str(wheel)]
    if subprocess.run(install, capture_output=True).returncode:
        pytest.skip("pip is not installed here, or too old to install into another environment")
    (site,) = (folder / "env").glob("lib/python*/site-packages")
    others = [path for path in sys.path if path.endswith("site-packages")]
    assert sysconfig.get_paths()["purelib"] in others
    (site / "others.pth").write_text("\n".join(others) + "\n")
    pytest_program = folder / "env" / "bin" / "pytest"
    pytest_program.write_text(f"#!{python}\nimport sys, pytest\nsys.exit(pytest.console_main())\n")
    pytest_program.chmod(0o755)
    return folder, wheel


def commands():
    """(command, what the page shows below it), in order."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    return [pair for block in blocks for pair in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


def same(text):
    """The text without what differs from machine to machine: times and the solver's version."""
    return re.sub(r" in \d+\.\d+s", "", re.sub(r"z3 [\d.]+", "z3", text)).rstrip()


def test_nine_commands_lead_from_nothing_to_a_red_gate_a_green_one_and_passing_tests(environment, tmp_path):
    folder, wheel = environment
    (create, _), (install, _), *rest = commands()
    assert create == "python3 -m venv env && . env/bin/activate"
    assert install == f"pip install --quiet {wheel.name} pytest"
    assert len(rest) + 2 < 10
    (test,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "test_clipping.py").write_text(test)
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "GITHUB"))}
    variables["PATH"] = f"{folder / 'env' / 'bin'}:{os.environ['PATH']}"
    codes = []
    for command, expected in rest:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, env=variables, capture_output=True, text=True, timeout=300, check=False
        )
        assert same(done.stdout) == same(expected), command
        codes.append(done.returncode)
    assert codes == [0, 0, 1, 0, 0, 0]


def test_the_package_of_the_environment_is_the_wheel(environment, tmp_path):
    folder, _ = environment
    code = "import proofcheck; print(proofcheck.__file__)"
    done = subprocess.run([folder / "env/bin/python", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(str(folder / "env"))
