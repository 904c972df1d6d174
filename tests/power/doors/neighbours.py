"""Files beside a construction that are called like something else, or hold what another version of it was compiled to."""

from __future__ import annotations

import marshal
import sys

from tests.power.doors.door import Door

RUN = "open('was_run', 'w').write(__name__)\n"
LIKE_MODULES = (
    "json",
    "torch",
    "z3",
    "numpy",
    "multiprocessing",
    "pickle",
    "signal",
    "sitecustomize",
    "usercustomize",
    "conftest",
    "proofcheck/__init__",
    "fractions",
    "hashlib",
    "argparse",
)
TRUE = """
from proofcheck import *
def build(n):
    a, b = inputs(n, on=Bits)
    return network(a + relu(b - a))
construction = Construction(title="OR", source=Source("planted", fidelity="ours"), build=build, claims={
    "computes": Computes(lambda x: x[0] | x[1], on=Bits, at=[2]), "depth": Relation(depth == 1, at=[2])})
"""


def compiled(text: str) -> bytes:
    """A bytecode file that Python takes without looking at its source."""
    from importlib.util import MAGIC_NUMBER

    return MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8) + marshal.dumps(compile(text, "x.py", "exec"))


TAG = sys.implementation.cache_tag
NEIGHBOURS = (
    Door("json", "is called like a module of Python"),
    Door("torch", "is called like a module that is installed"),
    Door("proofcheck", "is called like this package"),
    Door("sitecustomize", "is called like what Python runs at its start"),
    Door("conftest", "is called like what pytest runs"),
    Door("shadowed", "lies in a project whose files are called like modules", files={f"{name}.py": RUN for name in LIKE_MODULES}),
    Door(
        "stale",
        "has bytecode of a version in which it is true",
        files={f"constructions/__pycache__/stale.{TAG}.pyc": compiled(TRUE)},
    ),
    Door(
        "stale_helper",
        "has a helper with bytecode of another version",
        before="from _gadget import shift",
        inside="a, b = inputs(n, on=Bits)\nreturn network(shift * a + relu(b - a))",
        files={"constructions/_gadget.py": "shift = 0\n", f"constructions/__pycache__/_gadget.{TAG}.pyc": compiled("shift = 1")},
    ),
    Door(
        "sourceless",
        "has a helper of bytecode alone",
        "error",
        "No module named '_compiled'",
        before="import _compiled",
        files={"constructions/_compiled.pyc": compiled("")},
    ),
    Door(
        "native",
        "has a helper that is no library",
        "error",
        "ImportError",
        before="import _native",
        files={"constructions/_native.so": b"\x7fELF"},
    ),
    Door(
        "shadows_a_part",
        "has a helper that puts itself in the place of a part of this package",
        "error",
        "it changes sys.modules",
        before="import _claims",
        files={"constructions/_claims.py": "import proofcheck.claims, sys\nsys.modules['proofcheck.claims'] = sys\n"},
    ),
)
