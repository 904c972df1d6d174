"""Networks and claims in other tools: `python -m tests.evidence.interop [--only TEXT] [--weights 400]`.

Each construction at its first sizes with few weights: its network as ONNX in onnxruntime and as a torch file, against the
exact outputs, where that is certified on its domain or on a grid within; read back and compared; its claims as SMT-LIB in
z3 and cvc5, none of which may say sat. Then the suite of exact instances in both. The exit status is 1 when anything
differs; what a solver does not settle is counted, and is no failure.
"""

from __future__ import annotations

import argparse
import runpy
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cvc5
import numpy as np
import onnxruntime
import z3

from proofcheck.catalogue.building import build
from proofcheck.catalogue.discovery import discover
from proofcheck.catalogue.listing import described
from proofcheck.domains import Domain
from proofcheck.domains.sets import Grid, ends
from proofcheck.errors import ProofcheckError
from proofcheck.gate.judging import task_of
from proofcheck.gate.plan import cases_of
from proofcheck.interop.forms import same_by_structure
from proofcheck.interop.instances import instances
from proofcheck.interop.onnx_read import read_onnx
from proofcheck.interop.onnx_write import onnx_bytes
from proofcheck.interop.questions import question_of
from proofcheck.interop.smtlib import smtlib_text
from proofcheck.interop.torch_text import torch_text
from proofcheck.networks import Network, evaluate
from proofcheck.spec import sample

ROOT = Path(__file__).resolve().parents[2]
POINTS, RLIMIT = 500, 5_000_000
KINDS = ("computes", "approximates", "property")


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each construction and for each answer that is wrong; returns 1 when there is one."""
    parser = argparse.ArgumentParser(description="Networks and claims in other tools.")
    parser.add_argument("--only", default="", help="constructions whose name contains it")
    parser.add_argument("--weights", type=int, default=400, help="of a network at most")
    parser.add_argument("--sizes", type=int, default=3, help="of each claim at most")
    options = parser.parse_args(arguments)
    wrong, total = 0, Counter[str]()
    for file in discover([ROOT / "constructions"]):
        if options.only in file.name:
            counts = of_construction(file, options.weights, options.sizes)
            print(f"{file.name}: {words(counts)}", flush=True)
            total += counts
    print(f"constructions: {words(total)}")
    wrong += total["DIFFERENT"] + total["SAT"]
    if not options.only:
        answers = of_suite()
        print(f"suite: {words(answers)}")
        wrong += answers["WRONG"]
    return 1 if wrong else 0


def of_construction(file, most, sizes) -> Counter[str]:
    """What was compared for one construction, counted."""
    counts, seen = Counter[str](), Counter[str]()
    checked: set[str] = set()
    try:
        claims = [c for c in described(file).claims if c.kind in KINDS]
        labels = list(dict.fromkeys(label for c in claims for label in c.sizes[:sizes]))
        cases = cases_of(build(file, [c.name for c in claims], labels)) if claims else []
    except ProofcheckError as error:
        print(f"  {file.name}: {error}")
        return counts
    for case in cases:
        if case.claim.kind not in KINDS or not case.job.network or seen[case.claim.name] >= sizes:
            continue
        task = task_of(case)
        if len(task.network.source) > most:
            continue
        seen[case.claim.name] += 1
        if task.network.digest not in checked:
            checked.add(task.network.digest)
            counts += of_network(task.network)
        try:
            text = smtlib_text(task.network, question_of(task))
        except ProofcheckError:
            counts["claims that no solver can read"] += 1
            continue
        for name, answer in (("z3", z3_answer(text)), ("cvc5", cvc5_answer(text))):
            counts["SAT" if answer == "sat" else f"{name} {answer}"] += 1
    return counts


def of_network(network: Network) -> Counter[str]:
    """ONNX and torch against the exact outputs at points of a domain for which they are certified."""
    counts = Counter[str]({"networks": 1})
    stored = onnx_or_none(network, certified=False)
    if stored is None:
        counts["with weights that no float stores"] += 1
        return counts
    counts["DIFFERENT"] += not same_by_structure(read_onnx(stored), network)
    narrow = on_grid(network)
    for dtype in ("float32", "float64"):
        data = onnx_or_none(narrow, dtype)
        if data is None:
            counts[f"{dtype} refused"] += 1
            continue
        numerators, denominator = sample(narrow.domain, POINTS, 0)
        xs = [[Fraction(int(v), denominator) for v in row] for row in numerators]
        expected = [evaluate(network, x) for x in xs]
        counts[f"{dtype} exact"] += 1
        counts["points"] += len(xs)
        counts["DIFFERENT"] += onnx_outputs(data, narrow, xs, dtype) != expected
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "net.py"
            path.write_text(torch_text(narrow, dtype))
            counts["DIFFERENT"] += not runpy.run_path(str(path))["check"]()
    return counts


def onnx_or_none(network: Network, dtype: str = "auto", certified: bool = True) -> bytes | None:
    try:
        return onnx_bytes(network, dtype, certified)
    except ProofcheckError:
        return None


def on_grid(network: Network) -> Network:
    """The network on multiples of 1/16 within its domain, up to 8 in size; as it is where that is a grid already."""
    sets = []
    for s in network.domain.sets:
        low, high = ends(s)
        if not isinstance(s, Grid):
            first = max(low, Fraction(-8)) if low is not None else Fraction(-8)
            last = min(high, first + 16) if high is not None else first + 16
            s = Grid(first, Fraction(1, 16), int((last - first) * 16) + 1)
        sets.append(s)
    domain = Domain(tuple(sets), network.domain.constraints, network.domain.different)
    return replace(network, domain=domain) if domain.is_subset(network.domain) else network


def onnx_outputs(data: bytes, network: Network, xs, dtype) -> list[tuple[Fraction, ...]]:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    columns = np.array([[float(v) for v in x] for x in xs], dtype)
    given, first = {}, 0
    for entry, port in zip(session.get_inputs(), network.inputs, strict=True):
        given[entry.name] = columns[:, first : first + port.size].reshape(len(xs), *port.shape)
        first += port.size
    found = np.concatenate([value.reshape(len(xs), -1) for value in session.run(None, given)], axis=1)
    return [tuple(Fraction(float(v)) for v in row) for row in found]


def of_suite() -> Counter[str]:
    """Both solvers against the theorems."""
    counts = Counter[str]()
    for instance in instances():
        text = smtlib_text(instance.network, instance.question)
        for name, answer in (("z3", z3_answer(text)), ("cvc5", cvc5_answer(text))):
            good = answer in (instance.answer, "unknown")
            counts[f"{name} {'right' if answer == instance.answer else 'unknown'}" if good else "WRONG"] += 1
            if not good:
                print(f"  {instance.name}: {name} says {answer}, the theorem {instance.answer}")
    return counts


def z3_answer(text: str) -> str:
    solver = z3.Solver(ctx=z3.Context())
    solver.from_string(text)
    solver.set("rlimit", RLIMIT)
    return str(solver.check())


def cvc5_answer(text: str) -> str:
    solver = cvc5.Solver(cvc5.TermManager())
    solver.setOption("rlimit", str(RLIMIT // 50))
    parser = cvc5.InputParser(solver)
    parser.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "query")
    said = []
    while not (command := parser.nextCommand()).isNull():
        said.append(command.invoke(solver, parser.getSymbolManager()).strip())
    return "".join(said)


def words(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()) if count) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
