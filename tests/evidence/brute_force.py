"""Whether what a certificate says is true, found by the library without the kernel: by evaluation, as far as that goes."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import Any

from proofcheck.checkers.exhaustive import exhaustive
from proofcheck.checkers.sampled import sampled
from proofcheck.checkers.sizes import foreign_activations, measures
from proofcheck.checkers.smt import smt
from proofcheck.checkers.task import Budget, Task
from proofcheck.circuits.read_aiger import read_aiger
from proofcheck.claims.evidence import Verdict
from proofcheck.domains import Domain, domain_of
from proofcheck.errors import Refusal
from proofcheck.exact import rational_of
from proofcheck.networks import Network, is_layered, read_network
from proofcheck.networks.interpret import RATIONALS
from proofcheck.spec import CircuitTarget, statement_of
from tests.evidence.family_samples import family_truth
from tests.evidence.mutants import split

BUDGET = Budget(seconds=30, samples=2000)
MOST_POINTS = 1 << 16
# (bits of the significand, exponent of the least normal number, largest number)
FLOATS = {"float16": (11, -14, 65504), "bfloat16": (8, -126, 255 << 120), "float32": (24, -126, (2**24 - 1) << 104),
          "float64": (53, -1022, (2**53 - 1) << 971)}  # fmt: skip


def truth(data: bytes) -> str:
    """ "true", "false", or "sampled" where only samples could be tried. Raises InputError for what the library cannot read."""
    header, body = split(data)
    about = json.loads(header["__metadata__"]["statement"])
    if about["claim"] in ("family", "growth", "instance"):
        start, end = header.get("network", {"data_offsets": [0, 0]})["data_offsets"]
        return family_truth(about, read_network(body[start:end]) if end else None)
    start, end = header["network"]["data_offsets"]
    network, text = read_network(body[start:end]), header["__metadata__"]["statement"]
    raw = json.loads(text)
    if raw["network"] != network.digest:
        return "false"
    if raw["claim"] == "exact":
        return "true" if rounds_nowhere(network, domain_of(raw["domain"]), raw["dtype"]) else "false"
    if "network" in raw.get("target", ()):
        first, last = header["other"]["data_offsets"]
        other = read_network(body[first:last])
        same = other.digest == raw["target"]["network"] and equal_on(domain_of(raw["domain"]), network, other)
        return "true" if same else "false"
    statement, circuit = statement_of(_sorted(raw)), None
    if isinstance(statement.target, CircuitTarget):
        first, last = header["circuit"]["data_offsets"]
        circuit = read_aiger(body[first:last], "the circuit")
    task = Task(network, statement, circuit)
    if statement.kind == "relation":
        return "true" if _relation(task) else "false"
    assert statement.domain is not None
    try:
        few = statement.domain.cardinality() <= MOST_POINTS
    except Refusal:
        few = False
    routes = [exhaustive] if few else [sampled, smt]
    verdicts = [route(task, BUDGET).verdict for route in routes]
    if Verdict.REFUTED in verdicts:
        return "false"
    return "true" if Verdict.HOLDS in verdicts else "sampled"


def equal_on(domain: Domain, network: Network, other: Network) -> bool:
    """Whether two networks have the same outputs at every input of a finite domain."""
    return all(network(point) == other(point) for point in (domain.unrank(r) for r in range(domain.cardinality())))


def _sorted(raw: dict[str, Any]) -> str:
    """The statement as the library writes it: coordinates in increasing order, integers not as texts."""
    if raw.get("domain") is not None:
        domain = raw["domain"]
        raw["domain"] = domain | {
            "constraints": [[sorted(terms), *rest] for terms, *rest in domain["constraints"]],
            "different": [sorted(group) for group in domain["different"]],
        }
    if "parameters" in raw:
        numbers = {name: q if isinstance(q, int) else rational_of(q) for name, q in raw["parameters"].items()}
        raw["parameters"] = {name: int(q) if q.denominator == 1 else raw["parameters"][name] for name, q in numbers.items()}
    return json.dumps(raw, sort_keys=True, separators=(",", ":"))


def _relation(task: Task) -> bool:
    statement = task.statement
    assert statement.relation is not None
    right = statement.relation.holds(measures(task), statement.parameters or {})
    allowed = not foreign_activations(task.network, statement.activations or ())
    return right and allowed and (not statement.layered or is_layered(task.network))


def rounds_nowhere(network: Network, domain: Domain, dtype: str) -> bool:
    """At every input, every product, every partial sum in any order, and every value is a number of the format."""
    values = network.values
    for point in (domain.unrank(r) for r in range(domain.cardinality())):
        known = [Fraction(x) for x in point]
        if not all(stored(x, dtype) for x in known):
            return False
        for i, (kind, bias) in enumerate(zip(network.activation.tolist(), network.bias.tolist(), strict=True)):
            edges = range(network.start[i], network.start[i + 1])
            parts = [values[network.weight[e]] * known[network.source[e]] for e in edges] + [values[bias]]
            slope = network.activations[kind].slope
            sums = [sum(some, Fraction(0)) for k in range(len(parts) + 1) for some in itertools.combinations(parts, k)]
            value = RATIONALS.activation(network.activations[kind], sum(parts, Fraction(0)))
            if not all(stored(x, dtype) for x in [*sums, value, slope, *(values[network.weight[e]] for e in edges)]):
                return False
            known.append(Fraction(value))
    return True


def stored(value: Fraction, dtype: str) -> bool:
    """Whether a format holds a number exactly, as a normal number or 0."""
    if dtype.startswith("int"):
        bits = int(dtype[3:])
        return value.denominator == 1 and -(1 << bits - 1) <= value < 1 << bits - 1
    significand, least, largest = FLOATS[dtype]
    if value == 0:
        return True
    size = abs(value.numerator)
    odd = size // (size & -size)
    plain = value.denominator & (value.denominator - 1) == 0 and odd.bit_length() <= significand
    return plain and Fraction(2) ** least <= abs(value) <= largest
