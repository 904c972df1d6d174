"""Replay of certificates: the one entry to the kernel. It returns what was proved, or raises Rejected."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .aiger import Circuit, circuit_of, read_aiger
from .attained import check_attained
from .clauses import check_refutation, miter
from .domain import points
from .exact import Number, Rejected, Work, require, shown
from .family_words import family_sentence
from .files import canonical, container, expect, fields, integers, json_of
from .gates import compile_terms
from .growth import check_count, check_growth
from .induction import check_family, obligations_of
from .lemmas import check_lemmas
from .meanings import check_meanings
from .network import Network, read_network, sizes
from .relation import COMPARE, value_of, volume
from .rounding import check_exactness
from .scene import Obligation
from .statement import Statement, check_at, read_statement, sentence
from .terms import Terms
from .unrolling import check_instance, check_readable, splits_of
from .vertices import check_vertices
from .words import TENSORS, check_words


@dataclass(frozen=True)
class Proved:
    """What a certificate proves. The statement and the network are those with the digests, nothing weaker or stronger.

    sentence: the statement in words. method: how. assumptions: unchecked premises, none for the methods so far.
    measures: the sizes of the network, the volume where it is used, "points" where inputs were enumerated, and "cells".
    """

    sentence: str
    statement: dict[str, Any]
    statement_digest: str
    network_digest: str
    method: str
    assumptions: tuple[str, ...]
    measures: dict[str, Number]


def replay(certificate: bytes | str | os.PathLike[str]) -> Proved:
    """Check a certificate, given as bytes or as the path of a file; Rejected unless everything in it is right.

    Any failure, also of memory or of the interpreter's stack, is a rejection: nothing but a full check returns.
    """
    try:
        if isinstance(certificate, bytes):
            return _replay(certificate)
        with open(os.fspath(certificate), "rb") as file:
            return _replay(file.read())
    except Rejected:
        raise
    except OSError as error:
        raise Rejected(f"the file cannot be read: {error.strerror}") from error
    except Exception as error:
        raise Rejected(f"the check broke down with {type(error).__name__}: {str(error)[:200]}") from error


def _replay(data: bytes) -> Proved:
    (method, text), tensors = container(data, "certificate", "method", "statement")
    if method in ("induction", "growth"):
        return (_induction if method == "induction" else _growth)(text, tensors)
    known = ("growth", "induction", "unrolling", *METHODS)
    require(method in known, f"the method {method[:40]!r} is not one of {', '.join(known)}")
    require("network" in tensors, "the certificate holds no network")
    network = read_network(tensors["network"])
    if method == "unrolling":
        return _unrolling(text, network, tensors)
    statement, counted = read_statement(text, network), sizes(network)
    measures = counted.measures | METHODS[method](statement, network, tensors, Work())
    digest = sha256(text.encode()).hexdigest()
    return Proved(sentence(statement, network, measures), statement.raw, digest, network.digest, method, (), measures)


@dataclass(frozen=True)
class FamilyObligations:
    """What a statement about a family says, and what shows it: for whoever looks for a proof. Nothing here is proved."""

    sentence: str
    obligations: list[Obligation]


def family_obligations(text: str) -> FamilyObligations:
    """Read a statement about a family, given as canonical JSON; Rejected when it is none."""
    try:
        _, family, contract = _family(text)
        found = obligations_of(family, contract, Work())
        return FamilyObligations(family_sentence(_digest(canonical(family))[:16], family, contract), found)
    except Rejected:
        raise
    except Exception as error:
        raise Rejected(f"the check broke down with {type(error).__name__}: {str(error)[:200]}") from error


def _induction(text: str, tensors: dict[str, bytes]) -> Proved:
    """A contract about a family of networks, for every n."""
    raw, family, contract = _family(text)
    (proof,) = expect(tensors, "proof")
    count = check_family(family, contract, proof, Work())
    name = _digest(canonical(family))
    words = family_sentence(name[:16], family, contract)
    return Proved(words, raw, _digest(text), name, "induction", (), {"obligations": count})


def growth_words(text: str) -> str:
    """A statement about the sizes of a family in words; Rejected when it does not hold."""
    raw = json_of(text, "the statement")
    more = [key for key in ("exactly", "attained") if type(raw) is dict and key in raw]
    claim, family, how, neurons, depth, *rest = fields(raw, "the statement", "claim", "family", "how", "neurons", "depth", *more)
    require(claim == "growth", "growth proves bounds on the sizes of a family")
    where = check_readable(family, how)
    (bounds, deep), by = check_growth(family, how, neurons, depth), splits_of(how)
    attained = "attained" in more
    if attained:
        require(rest.pop() is True, "attained must be true, or left out")
        check_attained(family, how, depth, Work())
    bounds += f" {'exactly' if attained else 'at most'} {deep}"
    bounds += "".join(f"; {check_count(family, how, form, Work())}" for form in rest)
    return f"for every {where} the {family['rule']} {_digest(canonical(family))[:16]}{by} has {bounds}"


def _growth(text: str, tensors: dict[str, bytes]) -> Proved:
    """Bounds on the sizes of a family, for every n."""
    expect(tensors)
    words, raw = growth_words(text), json_of(text, "the statement")
    return Proved(words, raw, _digest(text), _digest(canonical(raw["family"])), "growth", (), {})


def _unrolling(text: str, network: Network, tensors: dict[str, bytes]) -> Proved:
    """A network is a family at some n."""
    expect(tensors, "network")
    raw = json_of(text, "the statement")
    claim, family, n, how, digest = fields(raw, "the statement", "claim", "family", "n", "how", "network")
    require(claim == "instance" and digest == network.digest, "unrolling proves that the network at hand is a family at some n")
    where = check_instance(family, n, how, network, Work())
    name = f"{family['rule']} {_digest(canonical(family))[:16]}"
    words = f"network {network.digest[:12]} is the {name} at {where}, neuron by neuron"
    return Proved(words, raw, _digest(text), network.digest, "unrolling", (), sizes(network).measures)


def _family(text: str) -> tuple[dict[str, Any], Any, Any]:
    """The parts of a statement about a family."""
    raw = json_of(text, "the statement")
    claim, family, contract = fields(raw, "the statement", "claim", "family", "contract")
    require(claim == "family", "induction proves statements about families")
    return raw, family, contract


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _meanings(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """network(x) == target(x) on {0,1}^n, node by node; the target a circuit, Boolean terms, or words."""
    (raw,), circuit, literals = _wanted(statement, network, tensors, ("meaning",), work)
    check_meanings(network, circuit, _meaning(raw, network), literals, work)
    return {}


def _clauses(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """The same, where the notes speak of a circuit of the network's own: clauses show that it never differs from the target."""
    (data, raw, proof), circuit, literals = _wanted(statement, network, tensors, ("own", "meaning", "proof"), work)
    own = _circuit(data, network)
    fits = len(own.outputs) == len(literals)
    require(fits, f"the network's own circuit has {len(own.outputs)} outputs, the network {len(literals)}")
    check_meanings(network, own, _meaning(raw, network), own.outputs, work)
    return {"steps": check_refutation(miter((own, circuit), (own.outputs, literals), work), proof, work)}


def _wanted(
    statement: Statement, network: Network, tensors: dict[str, bytes], names: tuple[str, ...], work: Work
) -> tuple[list[bytes], Circuit, list[int]]:
    """The tensors called `names`, the circuit that the target is, and its literal for each output of the network.

    Behind `names` stands what shows that the circuit is the target: identities for words; another network and its notes.
    """
    target, domain, data = statement.target, statement.domain, tensors.get("circuit", b"")
    bits = domain is not None and domain.is_all_bits()
    require(statement.claim == "computes" and bits, "meanings prove what a network computes on all of {0,1}^n")
    kind = "terms" if isinstance(target, Terms) else target[0] if target is not None else ""
    more = {"terms": TENSORS if data else (), "network": ("other", "noted")}.get(kind, ())
    _, _, *raw = expect(tensors, "network", "circuit", *names, *more)
    circuit, rest = _circuit(data, network), raw[len(names) :]
    outputs: tuple[int | None, ...] = circuit.outputs
    if isinstance(target, Terms):
        compiled = compile_terms(target, circuit, work)
        circuit = compiled.circuit
        if data:
            check_words(compiled, circuit.outputs, rest, work)
        else:
            outputs = compiled.literals
    elif kind == "network":
        other = read_network(rest[0])
        require(target == (kind, other.digest), "the target of the statement is not the other network in the certificate")
        fits = (other.inputs, len(other.output)) == (network.inputs, len(outputs))
        require(fits, f"the other network has {other.inputs} inputs and {len(other.output)} outputs, the circuit others")
        check_meanings(other, circuit, _meaning(rest[1], other), circuit.outputs, work)
    else:
        named = ("circuit", sha256(data).hexdigest())
        require(target == named, "the target of the statement is not the circuit in the certificate")
    literals = [literal for literal in outputs if literal is not None]
    require(len(literals) == len(outputs), "an output of the target is not Boolean: give a circuit and identities for words")
    require(len(outputs) == len(network.output), f"the circuit has {len(outputs)} outputs, the network {len(network.output)}")
    return raw[: len(names)], circuit, literals


def _sizes(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """A relation between measured sizes, with the activations and the layering it claims."""
    expect(tensors, "network")
    relation, domain, counted = statement.relation, statement.domain, sizes(network)
    if relation is None:
        raise Rejected("sizes prove relations between sizes")
    surplus = ", ".join(sorted(counted.kinds - set(relation.activations)))
    require(not surplus, f"the network uses {surplus}, which the statement does not allow")
    require(counted.layered or not relation.layered, "the network is not strictly layered")
    more = {"volume": volume(domain, work)} if "volume" in relation.measures() and domain is not None else {}
    left, right = (value_of(side, counted.measures | more, relation.parameters, work) for side in (relation.left, relation.right))
    require(COMPARE[relation.compare](left, right), f"{shown(left)} {relation.compare} {shown(right)} is false")
    return more


def _exhaustive(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """A statement about finitely many inputs: all of them are evaluated."""
    expect(tensors, "network")
    domain, target = statement.domain, statement.target
    if domain is None or not isinstance(target, Terms):
        raise Rejected("exhaustion proves statements whose target or property is terms")
    inputs = points(domain, work)
    for point in inputs:
        check_at(point, statement, target, network, work)
    return {"points": len(inputs)}


def _exactness(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """Evaluation in a number format rounds nowhere; meanings may show that nodes are 0 or 1."""
    domain, carried = statement.domain, set[int]()
    if statement.claim != "exact" or domain is None or not isinstance(statement.target, tuple):
        raise Rejected("exactness proves that a number format holds what arises")
    if "circuit" in tensors:
        _, data, raw = expect(tensors, "network", "circuit", "meaning")
        require(domain.is_all_bits(), "meanings are literals on all of {0,1}^n")
        meaning = _meaning(raw, network)
        check_meanings(network, _circuit(data, network), meaning, None, work)
        carried |= {node for node, literal in enumerate(meaning, network.inputs) if literal >= 0}
    else:
        expect(tensors, "network")
    check_exactness(network, domain, statement.target[1], carried, work)
    return {}


def _meaning(raw: bytes, network: Network) -> tuple[int, ...]:
    meaning = integers(raw, "meaning", -1, 1 << 62)
    require(len(meaning) == len(network.nodes), "the certificate needs one meaning for each node that is not an input")
    return meaning


def _circuit(data: bytes, network: Network) -> Circuit:
    """The circuit of a certificate, which has the inputs of the network; without one the inputs alone."""
    circuit = read_aiger(data) if data else circuit_of(tuple(range(1, network.inputs + 1)), {})
    require(len(circuit.inputs) == network.inputs, f"the circuit has {len(circuit.inputs)} inputs, the network {network.inputs}")
    return circuit


def _lemmas(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """A statement about terms, by lemmas about the values of nodes."""
    _, proof = expect(tensors, "network", "proof")
    return {"lemmas": check_lemmas(statement, network, proof, work)}


def _vertices(statement: Statement, network: Network, tensors: dict[str, bytes], work: Work) -> dict[str, Number]:
    """A statement about a product of bounded intervals: it is checked cell by cell."""
    _, cuts = expect(tensors, "network", "cuts")
    domain, target = statement.domain, statement.target
    if domain is None or not isinstance(target, Terms):
        raise Rejected("vertices prove statements whose target or property is terms")
    return {"cells": check_vertices(statement, domain, target, network, cuts, work)}


METHODS: dict[str, Callable[[Statement, Network, dict[str, bytes], Work], dict[str, Number]]] = {
    "clauses": _clauses,
    "exactness": _exactness,
    "lemmas": _lemmas,
    "meanings": _meanings,
    "sizes": _sizes,
    "exhaustive": _exhaustive,
    "vertices": _vertices,
}
