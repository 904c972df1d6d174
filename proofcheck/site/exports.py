"""The drawn network in the formats of other tools, and the claim about it as their question. What is refused is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proofcheck.checkers.task import Task
from proofcheck.errors import ProofcheckError
from proofcheck.interop.dot import dot_text
from proofcheck.interop.onnx_write import onnx_bytes
from proofcheck.interop.questions import Question, question_of
from proofcheck.interop.smtlib import smtlib_text
from proofcheck.interop.torch_text import torch_text
from proofcheck.interop.vnnlib_write import vnnlib_text
from proofcheck.networks import Network
from proofcheck.site.subject import Subject
from proofcheck.spec import TermTarget, statement_of

ASKED = ("computes", "approximates", "property")


@dataclass(frozen=True)
class Export:
    """A file to offer: its ending, its format in words, a note; data None when it was refused, with the reason as note."""

    ending: str
    words: str
    note: str
    data: bytes | None


def exports(subject: Subject) -> list[Export]:
    """The network that the page draws, in each format, exactly or marked as what may round."""
    if subject.drawn is None:
        return []
    size, network, _ = subject.drawn
    asked = _question(subject, size, network)
    claim, question = asked if asked is not None else ("", None)
    named = f"{subject.name}::{claim}" if claim else subject.name
    title = f"{named} at {size}\nsat: some input of the domain refutes the claim; unsat: the claim holds"
    found = [_floats("onnx", "ONNX", network, onnx_bytes), _floats("torch.py", "PyTorch", network, _torch)]
    if question is not None:
        found += [
            _made("vnnlib", "VNN-LIB 2.0", claim, lambda: vnnlib_text(network, question, "2.0", title).encode()),
            _made("smt2", "SMT-LIB 2", claim, lambda: smtlib_text(network, question, title=title).encode()),
        ]
    return [*found, _made("dot", "DOT", "Graphviz", lambda: dot_text(network).encode())]


def _question(subject: Subject, size: str, network: Network) -> tuple[str, Question] | None:
    """The first claim about the function at this size that can be asked elsewhere."""
    for claim in subject.claims:
        text = subject.witnessed.statements.get((subject.name, claim.name, size), "")
        if claim.kind not in ASKED or not text:
            continue
        statement = statement_of(text)
        if statement.network == network.digest and (statement.target is None or isinstance(statement.target, TermTarget)):
            try:
                return claim.name, question_of(Task(network, statement))
            except ProofcheckError:
                continue  # a claim that those formats cannot ask
    return None


def _torch(network: Network, dtype: str, certified: bool) -> bytes:
    return torch_text(network, dtype, certified).encode()


def _floats(ending: str, words: str, network: Network, write: Callable[[Network, str, bool], bytes]) -> Export:
    """In a number format that is certified to round nowhere on the domain; else in float64, and the note says so."""
    exact = _made(ending, words, "exact on its domain", lambda: write(network, "auto", True))
    if exact.data is not None:
        return exact
    rounded = _made(ending, words, "float64, may round", lambda: write(network, "float64", False))
    return rounded if rounded.data is not None else exact


def _made(ending: str, words: str, note: str, write: Callable[[], bytes]) -> Export:
    try:
        return Export(ending, words, note, write())
    except ProofcheckError as error:
        return Export(ending, words, str(error), None)
