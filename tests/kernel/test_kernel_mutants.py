"""The measure of the kernel's own tests: a check that is left out is seen by the file that needs it, and only by that."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tests.evidence.certificate_samples import samples
from tests.evidence.kernel_mutants import KERNEL, Mutant, mutants, tried


def left_out(module: str, text: str) -> Mutant:
    """The mutant without the check in whose line the text stands."""
    lines = (KERNEL / f"{module}.py").read_text().splitlines()
    (found,) = [m for m in mutants(module) if m.kind == "check left out" and text in lines[m.line - 1]]
    return found


@pytest.mark.parametrize(
    ("module", "text", "end"),
    [
        ("replay", "is false", "accepts"),
        ("replay", "is not strictly layered", "same"),  # no file here needs it
    ],
)
def test_a_check_that_is_left_out_is_seen_by_a_file_that_needs_it(tmp_path: Path, module: str, text: str, end: str) -> None:
    right = samples()["sizes"][0]
    wrong = right.replace(b'\\"n\\":2', b'\\"n\\":3')  # the relation is false there
    assert wrong != right
    for name, data in (("right", right), ("wrong", wrong)):
        (tmp_path / name).write_bytes(data)
    with ProcessPoolExecutor(1) as pool:  # a kernel with a fault is imported there, not here
        assert pool.submit(tried, left_out(module, text), str(tmp_path)).result()[0] == end


def test_every_kind_of_change_is_made_and_each_is_a_program() -> None:
    kinds = {mutant.kind for mutant in mutants("clauses")}
    left, other = {"check left out", "limit left out", "part left out"}, {"moved by one", "turned round", "one more"}
    assert kinds == left | other | {"other operation"}
    sources = [mutant.source for mutant in mutants("lemmas")]
    assert len(set(sources)) > 0.9 * len(sources)
    for source in sources:
        compile(source, "mutant", "exec")
