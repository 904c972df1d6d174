"""Write certificates and have the kernel replay them. Only what the kernel has replayed counts as certified."""

from __future__ import annotations

import json
import struct

import numpy as np

from proofcheck.checkers.task import Task, scope_of
from proofcheck.claims.evidence import Finding, Strength, Verdict
from proofcheck.kernel import Rejected, replay
from proofcheck.networks.files import network_bytes


def certificate_bytes(task: Task, method: str, **tensors: bytes | np.ndarray) -> bytes:
    """A certificate file (docs/formats.md) for the task's statement: the network, then the tensors in the order given."""
    return certificate_of(method, task.statement.json(), network=network_bytes(task.network), **tensors)


def certificate_of(method: str, statement: str, **columns: bytes | np.ndarray) -> bytes:
    """A certificate file for a statement in canonical JSON, with the tensors in the order given."""
    metadata = {"format": "proofcheck-certificate", "version": "1", "method": method, "statement": statement}
    header: dict[str, object] = {"__metadata__": metadata}
    data = b""
    for name, column in columns.items():
        raw = column if isinstance(column, bytes) else np.ascontiguousarray(column).astype("<i8").tobytes()
        dtype, length = ("U8", len(raw)) if isinstance(column, bytes) else ("I64", len(column))
        header[name] = {"dtype": dtype, "shape": [length], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def certified(task: Task, method: str, certificate: bytes, checked: int = 0) -> Finding:
    """The finding for a certificate of this task's statement; raises Rejected with the kernel's sentence."""
    proved = replay(certificate)
    if (proved.statement_digest, proved.network_digest) != (task.statement.digest, task.network.digest):
        raise Rejected("the kernel proved another statement than the one asked for")
    strength = Strength.ESTABLISHED if proved.assumptions else Strength.CERTIFIED
    return Finding(
        Verdict.HOLDS,
        strength,
        method,
        scope_of(task),
        assumptions=tuple(proved.assumptions),
        certificate=certificate,
        checked=checked,
    )
