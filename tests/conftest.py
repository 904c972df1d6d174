"""A project in an empty folder, with constructions written from a few lines."""

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)  # --hypothesis-profile=default searches anew in each run
settings.load_profile("repeatable")

HEAD = "from proofcheck import *\nfrom proofcheck import circuits\n"
BODY = """
def build(n):
    return network([relu(x) for x in inputs(n)])

construction = Construction(
    title="Positive parts",
    source=Source("folklore", fidelity="ours"),
    build=build,
    claims={
        "computes": Computes(lambda x: [maximum(a, 0) for a in x], on=Reals, at=[1, 2]),
        "depth": Relation(depth == 1, at=[1, 2, 3]),
    },
)
"""


@pytest.fixture(scope="session", autouse=True)
def _secret(tmp_path_factory):
    """The tests' own secret: nothing is written into the home folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        patch.delenv("GITHUB_ACTIONS", raising=False)
        yield


@pytest.fixture
def project(tmp_path, monkeypatch):
    """write(name, before="", replace={...}): a construction file that passes, with lines before it and parts replaced."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "constructions").mkdir()

    def write(name, before="", replace=None):
        text = BODY
        for old, new in (replace or {}).items():
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "constructions" / f"{name}.py"
        path.write_text(f'"""The derivation."""\n{HEAD}{before}\n{text}', encoding="utf-8")
        return path

    return write
