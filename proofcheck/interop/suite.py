"""Exact instances for verifier developers: networks with queries whose answers are known by theorem, not by a solver.

Each *sat* instance carries an input in rationals that was replayed before anything was written; each *unsat* instance
carries the theorem. Many are sat at a single point, or unsat by a margin far below a float's rounding at the size of its
intermediate values: a verifier that rounds, or that accepts "correct up to tolerance", is seen to err on them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from proofcheck.errors import InputError, ProofcheckError, Refusal
from proofcheck.interop.instances import Instance, instances
from proofcheck.interop.onnx_write import onnx_bytes
from proofcheck.interop.smtlib import smtlib_text
from proofcheck.interop.vnnlib_write import vnnlib_text
from proofcheck.networks import evaluate, network_bytes
from proofcheck.spec import evaluate as evaluate_terms

TIMEOUT = 300  # seconds, as the table of a competition wants them


def write_suite(folder: Path, chosen: tuple[Instance, ...] | None = None) -> tuple[Instance, ...]:
    """Write all instances below `folder`, which must be new or empty, and return them.

    onnx/, vnnlib-2.0/, vnnlib-1.0/ (where the format can say it), smtlib/, networks/ (proofcheck's own), instances.csv as
    competitions have it, instances.json with answers, theorems and witnesses, and README.md. Raises InputError for a
    folder that holds something else.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError("the suite is written into a new or empty folder", folder)
    suite = instances() if chosen is None else chosen
    for instance in suite:
        _replay(instance)
    files: dict[str, bytes] = {}
    entries = []
    for instance in suite:
        mine = dict(_contents(instance))
        files |= mine
        entries.append(_entry(instance, {path: hashlib.sha256(data).hexdigest() for path, data in mine.items()}))
    table = [f"onnx/{i.name}.onnx,vnnlib-2.0/{i.name}.vnnlib,{TIMEOUT}\n" for i in suite]
    files["instances.csv"] = "".join(table).encode()
    files["instances.json"] = (json.dumps({"instances": entries}, indent=1, sort_keys=True) + "\n").encode()
    files["README.md"] = _readme(suite).encode()
    _write(folder, files)
    return suite


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """All files at once: they are written beside the folder, which then takes its place, or none is left."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}", suffix=".part", dir=folder.parent))
    try:
        unfinished.chmod(0o755)
        for path, data in files.items():
            (unfinished / path).parent.mkdir(parents=True, exist_ok=True)
            (unfinished / path).write_bytes(data)
        os.replace(unfinished, folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _replay(instance: Instance) -> None:
    """Raise ProofcheckError unless the witness of a sat instance is one, in rationals; an unsat instance has none."""
    if (instance.witness is not None) != (instance.answer == "sat"):
        raise ProofcheckError(f"the instance {instance.name} is {instance.answer} and its witness says otherwise")
    if instance.witness is None:
        return
    x = instance.witness
    y = evaluate(instance.network, x)
    if not instance.question.domain.contains(x) or evaluate_terms((instance.question.condition,), x, y)[0] != 1:
        raise ProofcheckError(f"the witness of the instance {instance.name} does not replay")


def _contents(instance: Instance) -> Iterator[tuple[str, bytes]]:
    name, network, question = instance.name, instance.network, instance.question
    title = f"{name}: {instance.answer}. {instance.theorem}"
    yield f"onnx/{name}.onnx", onnx_bytes(network, certified=False, batch=False)
    yield f"vnnlib-2.0/{name}.vnnlib", vnnlib_text(network, question, "2.0", title).encode()
    try:
        old = vnnlib_text(network, question, "1.0", title)
    except Refusal:
        old = ""  # a strict comparison, which that version cannot say
    if old:
        yield f"vnnlib-1.0/{name}.vnnlib", old.encode()
    yield f"smtlib/{name}.smt2", smtlib_text(network, question, instance.answer, title).encode()
    yield f"networks/{name}.net", network_bytes(network)


def _entry(instance: Instance, digests: dict[str, str]) -> dict[str, object]:
    return {
        "name": instance.name,
        "answer": instance.answer,
        "theorem": instance.theorem,
        "witness": None if instance.witness is None else [str(v) for v in instance.witness],
        "outputs": None if instance.witness is None else [str(v) for v in evaluate(instance.network, instance.witness)],
        "network": instance.network.digest,
        "sha256": digests,
    }


def _readme(suite: tuple[Instance, ...]) -> str:
    rows = "\n".join(f"| {i.name} | {i.answer} | {i.theorem} |" for i in suite)
    return f"""# Exact instances with known answers

Written by `proofcheck export --suite`. The question of an instance is whether some input of its domain satisfies the
query, over the real numbers and the exact weights of the network; `instances.json` has the answer, for *sat* an input in
rationals, and for *unsat* the theorem. Evaluation in floats may round: that is what the instances are for.

| instance | answer | why |
|---|---|---|
{rows}
"""
