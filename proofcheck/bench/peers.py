"""Verifiers in floating point: asked in a process with limits, and judged by the very question they were asked.

Nothing here believes an answer. An input that a peer gives is evaluated in rationals; a peer that dies, hangs or babbles has
given no answer, and one that is not installed has not erred.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from pathlib import Path

from proofcheck.bench.anchors import MARGIN, Anchor, Atom, Bounds, Case, Strictness
from proofcheck.checkers.processes.limited import run_limited
from proofcheck.checkers.witness import replayed
from proofcheck.errors import InputError, UsageError, printable
from proofcheck.networks import Network, evaluate

MARABOU = Path(__file__).with_name("marabou_child.py")
VERSION_SECONDS = 20
MEMORY_MB = 4096


class Standing(Enum):
    """Of an answer to the question that was asked; OPEN: right, but the question does not decide the claim."""

    RIGHT = "right"
    WRONG = "WRONG"
    OPEN = "open"
    NONE = "no answer"
    UNSTATED = "not stated"


@dataclass(frozen=True)
class Judged:
    """What a peer said of an anchor. question: how strictness was sent, "" where there is none."""

    standing: Standing
    words: str
    question: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Marabou:
    """The command that answers questions, and the version that it gave."""

    command: tuple[str, ...]
    version: str

    @property
    def name(self) -> str:
        return f"Marabou {self.version}"


@dataclass(frozen=True)
class Reply:
    """answer: "sat", "unsat", or "" with a reason. inputs: those that came with "sat"."""

    answer: str
    reason: str = ""
    inputs: tuple[Fraction, ...] | None = None


def marabou(python: str | None) -> Marabou | None:
    """Marabou in this Python, or in the one given; None where it is not installed. Raises UsageError for no Python."""
    path = Path(python or sys.executable).absolute()  # not resolved: a virtual environment is known by its link
    if not path.is_file():
        raise UsageError(f"--peer-python {python}: there is no such file; give the Python in which maraboupy is installed")
    command = (str(path), "-I", str(MARABOU))
    outcome = run_limited(command, b"null", VERSION_SECONDS, MEMORY_MB)
    try:
        version = None if outcome.problem else json.loads(outcome.output)["version"]
    except (ValueError, TypeError, KeyError, RecursionError):
        version = None
    return Marabou(command, printable(version)[:20]) if isinstance(version, str) else None


def judge(peer: Marabou, anchor: Anchor, seconds: float) -> list[Judged]:
    """What the peer says of the anchor; twice where its question is strict, as the peer can be asked in two ways."""
    if isinstance(anchor.fails, str):
        return [Judged(Standing.UNSTATED, anchor.fails)]
    ways = (Strictness.MARGIN, Strictness.WEAK) if anchor.is_strict() else (Strictness.NONE,)
    return [_judge(peer, anchor, anchor.fails, strictness, seconds) for strictness in ways]


def _judge(peer: Marabou, anchor: Anchor, cases: Sequence[Case], strictness: Strictness, seconds: float) -> Judged:
    """Cases are asked one by one; the first wrong answer is the peer's standing, otherwise the first sat or failure."""
    network, started = anchor.network(), time.monotonic()
    box = anchor.box or box_of(anchor)
    replies = []
    for case in cases:
        reply = ask(peer, question(network, box, case, strictness), len(box), seconds)
        replies.append(reply)
        if reply.answer and (reply.answer == "sat") != case.satisfiable(strictness):
            words = f"{reply.answer}{_about(network, box, case, strictness, reply)}"
            return Judged(Standing.WRONG, words, strictness.value, time.monotonic() - started)
    spent = time.monotonic() - started
    for reply in replies:
        if not reply.answer:
            return Judged(Standing.NONE, reply.reason, strictness.value, spent)
    for case, reply in zip(cases, replies, strict=True):
        if reply.answer == "sat":
            decided = strictness is not Strictness.WEAK or _refutes(anchor, reply)
            words = f"sat{_about(network, box, case, strictness, reply)}"
            return Judged(Standing.RIGHT if decided else Standing.OPEN, words, strictness.value, spent)
    decided = strictness is not Strictness.MARGIN
    return Judged(Standing.RIGHT if decided else Standing.OPEN, "unsat", strictness.value, spent)


def box_of(anchor: Anchor) -> Bounds:
    """The ends of each coordinate of the claim's domain."""
    domain = anchor.task().statement.domain
    assert domain is not None
    return tuple(domain.bounds(i) for i in range(domain.dimension))


def _about(network: Network, box: Bounds, case: Case, strictness: Strictness, reply: Reply) -> str:
    """ " at x = ..., which ..." of the inputs that come with sat."""
    if reply.answer != "sat":
        return ""
    if reply.inputs is None:
        return " without an input"
    at = ", ".join(shown(value) for value in reply.inputs)
    text = f" at x = {at}" if len(reply.inputs) == 1 else f" at x = ({at})"
    if not inside(box, reply.inputs):
        return f"{text}, outside the box"
    if _fails(network, box, case, strictness, reply):
        return f"{text}, which replays"
    values = ", ".join(shown(value) for value in evaluate(network, reply.inputs))
    return f"{text}, where the output is {values}, which is not what was asked"


def _refutes(anchor: Anchor, reply: Reply) -> bool:
    """Whether the claim itself fails at the inputs."""
    return reply.inputs is not None and replayed(anchor.task(), reply.inputs) is not None


def _fails(network: Network, box: Bounds, case: Case, strictness: Strictness, reply: Reply) -> bool:
    """Whether the inputs lie in the box and meet the case as it is sent, in rationals."""
    if reply.inputs is None or not inside(box, reply.inputs):
        return False
    outputs = evaluate(network, reply.inputs)
    return all(meets(atom, reply.inputs, outputs, strictness) for atom in case.atoms)


def inside(box: Bounds, point: Sequence[Fraction]) -> bool:
    """Whether a point lies in a box, exactly."""
    return all((low is None or low <= v) and (high is None or v <= high) for v, (low, high) in zip(point, box, strict=True))


def meets(atom: Atom, x: Sequence[Fraction], y: Sequence[Fraction], strictness: Strictness) -> bool:
    """Whether an atom is true at inputs and outputs, as it is sent."""
    form = [(c, y[i]) for i, c in atom.y.items()] + [(c, x[i]) for i, c in (atom.x or {}).items()]
    return sum((c * value for c, value in form), Fraction(0)) >= Fraction(sent_bound(atom, strictness))


def sent_bound(atom: Atom, strictness: Strictness) -> float:
    """The bound that is sent: with the margin, where strictness is sent so; rounded to a float."""
    return float(atom.bound + (MARGIN if atom.strict and strictness is Strictness.MARGIN else 0))


def question(network: Network, box: Bounds, case: Case, strictness: Strictness) -> dict[str, object]:
    """What is sent: bounds of the inputs, the nodes, and the atoms over nodes; numbers as float.hex."""
    start, source, weight = network.start.tolist(), network.source.tolist(), network.weight.tolist()
    nodes = []
    for i, (kind, bias) in enumerate(zip(network.activation.tolist(), network.bias.tolist(), strict=True)):
        terms = [[_hex(network.values[weight[e]]), source[e]] for e in range(start[i], start[i + 1])]
        nodes.append([network.activations[kind].kind, _hex(network.values[bias]), terms])
    output = network.output.tolist()
    atoms = []
    for atom in case.atoms:
        terms = [[_hex(c), output[i]] for i, c in atom.y.items()] + [[_hex(c), i] for i, c in (atom.x or {}).items()]
        atoms.append([terms, sent_bound(atom, strictness).hex()])
    bounds = [[None if end is None else _hex(end) for end in ends] for ends in box]
    return {"inputs": bounds, "nodes": nodes, "atoms": atoms}


def _hex(value: Fraction | int) -> str:
    return float(value).hex()


def ask(peer: Marabou, sent: dict[str, object], inputs: int, seconds: float) -> Reply:
    """One question in a process of its own, killed after the limit."""
    outcome = run_limited(peer.command, json.dumps(sent).encode(), seconds, MEMORY_MB)
    if outcome.problem:
        return Reply("", outcome.problem)
    try:
        return reply_of(outcome.output, inputs)
    except InputError as error:
        return Reply("", f"the answer cannot be read: {error}")


def reply_of(output: bytes, inputs: int) -> Reply:
    """Read an answer. Raises InputError for anything but an object with an answer and inputs."""
    try:
        data = json.loads(output)
    except (ValueError, RecursionError):
        raise InputError(f"it is not JSON but {output[:40]!r}") from None
    if not isinstance(data, dict) or data.keys() != {"answer", "inputs"} or not isinstance(data["answer"], str):
        raise InputError("it is not an object with answer and inputs")
    if data["answer"] not in ("sat", "unsat"):
        return Reply("", f"it says {data['answer'][:40]!r}")
    if data["answer"] == "unsat" or data["inputs"] is None:
        return Reply(data["answer"])
    if not isinstance(data["inputs"], list) or len(data["inputs"]) != inputs:
        raise InputError(f"its inputs are not a list of {inputs} numbers")
    return Reply("sat", inputs=tuple(_number(text) for text in data["inputs"]))


def _number(text: object) -> Fraction:
    try:
        return Fraction(float.fromhex(text))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{str(text)[:40]!r} is not a finite number") from None


def shown(value: Fraction) -> str:
    """A number in the fewest digits that say it as a float; "about" where it is none."""
    return f"{'' if Fraction(float(value)) == value else 'about '}{float(value)!r}".removesuffix(".0")
