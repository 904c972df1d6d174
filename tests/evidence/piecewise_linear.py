"""What is certified of piecewise-linear networks, how, and at what cost.

    python -m tests.evidence.piecewise_linear [PATTERN]

finds a proof by lemmas for each row whose name contains PATTERN, writes the certificate and lets the kernel replay it in a
process of its own. One line for each: lemmas, leaves, size of the certificate, seconds to find it and to replay it (of the
processor), and the kernel's peak memory. The exit status is 1 when a row is not certified.
"""

from __future__ import annotations

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from proofcheck.checkers import Budget, Task
from proofcheck.checkers.piecewise.lemmas import lemmas
from proofcheck.claims.formulate import formulate
from proofcheck.claims.sizes import parameters_of, sizes_of
from proofcheck.networks import layered

ROOT = Path(__file__).parents[2] / "constructions"
TOURNAMENT, SORT, PATHS, SQUARE = (
    ROOT / "tropical" / "maximum_by_tournament.py",
    ROOT / "tropical" / "sort_by_odd_even_merge.py",
    ROOT / "tropical" / "shortest_paths_by_relaxation.py",
    ROOT / "approximation" / "square_by_sawteeth.py",
)
ROWS = (
    ("maximum of 8", "trees", TOURNAMENT, "computes", 8),
    ("sorting 6, in order", "trees", SORT, "in order", 6),
    ("shortest paths on 4", "trees", PATHS, "computes", 4),
    ("maximum of 1024", "wires", TOURNAMENT, "computes", 1024),
    ("sorting 64", "wires", SORT, "computes", 64),
    ("least walks on 8", "steps", PATHS, "least walks", 8),
    ("square, m = 8", "steps", SQUARE, "within", 8),
    ("square, m = 32", "steps", SQUARE, "within", 32),
)
BUDGET = Budget(seconds=600)
REPLAY = """
import sys, time
from proofcheck.kernel import replay
began = time.process_time()
replay(sys.argv[1])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(time.process_time() - began, peak.split()[1])
"""


def module_of(path: Path) -> ModuleType:
    """The construction file, imported."""
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def task_of(path: Path, claim: str, n: int) -> Task:
    """The task of a claim of a construction at size n."""
    construction = module_of(path).construction
    (size,) = sizes_of((n,), parameters_of(construction.build))
    network = layered(construction.build(**size.arguments))
    formulated = formulate(construction.claims[claim], network, size, layered=True)
    return Task(network, formulated.statement, formulated.circuit, formulated.reference, formulated.steps)


def proof_of(certificate: bytes) -> dict[str, list[object]]:
    """The proof in a certificate."""
    length = int.from_bytes(certificate[:8], "little")
    first, last = json.loads(certificate[8 : 8 + length])["proof"]["data_offsets"]
    proof: dict[str, list[object]] = json.loads(certificate[8 + length + first : 8 + length + last])
    return proof


def replayed(certificate: bytes) -> tuple[float, float]:
    """The kernel's seconds and its peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "proof.cert"
        path.write_bytes(certificate)
        found = subprocess.run([sys.executable, "-c", REPLAY, str(path)], capture_output=True, text=True, check=True)
    seconds, memory = found.stdout.split()
    return float(seconds), int(memory) / 1024


def main(argv: Sequence[str]) -> int:
    """Print the table; returns 1 when a row is not certified."""
    missing = 0
    print(f"{'claim':22} {'method':7} {'lemmas':>7} {'leaves':>7} {'kB':>7} {'find s':>8} {'kernel s':>9} {'kernel MB':>10}")
    for name, method, path, claim, n in ROWS:
        if argv and argv[0] not in name:
            continue
        task = task_of(path, claim, n)
        began = time.process_time()
        finding = lemmas(task, BUDGET)
        found = time.process_time() - began
        if finding.certificate is None:
            missing += 1
            print(f"{name:22} {method:7} {finding.verdict.value}: {finding.reason}", flush=True)
            continue
        proof, (seconds, memory) = proof_of(finding.certificate), replayed(finding.certificate)
        steps = [lemma[2] for lemma in proof["lemmas"]] + proof["goals"]  # type: ignore[index]
        leaves = sum(step[0] in ("sum", "never") for tree in steps for step in tree)  # type: ignore[attr-defined]
        size = len(finding.certificate) // 1024
        row = f"{name:22} {method:7} {len(proof['lemmas']):7} {leaves:7} {size:7} {found - seconds:8.1f} {seconds:9.1f}"
        print(f"{row} {memory:10.0f}", flush=True)
    print(f"peak memory of the search: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
