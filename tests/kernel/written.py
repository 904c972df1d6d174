"""Networks, circuits and certificates written without any code of proofcheck, for tests of the kernel.

Everything is plain data that a test may damage before it becomes bytes.
"""

from __future__ import annotations

import hashlib
import json
import random
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

BITS = ["grid", "0x0", "0x1", 2]


def q(value: int | str | Fraction) -> str:
    """The text of a rational in files."""
    value = Fraction(value)
    return hex(value.numerator) + (f"/{hex(value.denominator)}" if value.denominator > 1 else "")


def canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def product(*runs: tuple[Any, int], constraints: Sequence[Any] = (), different: Sequence[Any] = ()) -> dict[str, Any]:
    """DOMAIN from runs of (SET, count)."""
    return {"sets": [[s, n] for s, n in runs if n], "constraints": list(constraints), "different": list(different)}


def bits(n: int) -> dict[str, Any]:
    return product((BITS, n))


def container(metadata: Mapping[str, str], tensors: Mapping[str, bytes | Sequence[int]], pad: bool = True) -> bytes:
    """A safetensors file; bytes become U8, integers I64."""
    header: dict[str, Any] = {"__metadata__": dict(metadata)}
    data = b""
    for name, tensor in tensors.items():
        raw = tensor if isinstance(tensor, bytes) else struct.pack(f"<{len(tensor)}q", *tensor)
        dtype = "U8" if isinstance(tensor, bytes) else "I64"
        header[name] = {"dtype": dtype, "shape": [len(tensor)], "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8 if pad else 0)
    return struct.pack("<Q", len(text)) + text + data


@dataclass
class Net:
    """A network under construction: `node` adds one and returns its number, `output` lists the output nodes."""

    inputs: int
    nodes: list[tuple[str, Fraction, Fraction, dict[int, Fraction]]] = field(default_factory=list)
    output: list[int] = field(default_factory=list)
    literals: list[int] = field(default_factory=list)

    def node(self, kind: str, bias: Any, terms: Mapping[int, Any], slope: Any = 0, literal: int = -1) -> int:
        self.nodes.append((kind, Fraction(slope), Fraction(bias), {j: Fraction(w) for j, w in terms.items()}))
        self.literals.append(literal)
        return self.inputs + len(self.nodes) - 1

    def tensors(self) -> tuple[dict[str, Any], dict[str, list[int]]]:
        """(the parts of the header, the arrays)."""
        activations = sorted({(kind, slope) for kind, slope, _, _ in self.nodes})
        values = sorted({bias for _, _, bias, _ in self.nodes} | {w for *_, terms in self.nodes for w in terms.values()})
        place = {value: k for k, value in enumerate(values)}
        start = [0]
        for *_, terms in self.nodes:
            start.append(start[-1] + len(terms))
        arrays = {
            "activation": [activations.index((kind, slope)) for kind, slope, _, _ in self.nodes],
            "bias": [place[bias] for _, _, bias, _ in self.nodes],
            "start": start,
            "source": [j for *_, terms in self.nodes for j in terms],
            "weight": [place[w] for *_, terms in self.nodes for w in terms.values()],
            "output": list(self.output),
        }
        return {"activations": [[k, q(s)] for k, s in activations], "values": [q(v) for v in values]}, arrays

    def description(self, domain: Any = None) -> dict[str, Any]:
        ports = {"inputs": [["x", [self.inputs]]], "outputs": [["y", [len(self.output)]]]}
        return {**self.tensors()[0], **ports, "circuit": None, "domain": domain or bits(self.inputs)}

    def file(self, domain: Any = None) -> bytes:
        metadata = {"format": "proofcheck-network", "network": canonical(self.description(domain)), "version": "1"}
        return container(metadata, self.tensors()[1])

    def digest(self) -> str:
        header, arrays = self.tensors()
        lengths = [len(self.nodes), len(arrays["source"]), len(self.output)]
        text = canonical({**header, "inputs": self.inputs, "lengths": lengths})
        return hashlib.sha256(text.encode() + b"".join(struct.pack(f"<{len(a)}q", *a) for a in arrays.values())).hexdigest()


def certificate(method: str, statement: Any, network: bytes, **tensors: bytes | Sequence[int]) -> bytes:
    text = statement if isinstance(statement, str) else canonical(statement)
    metadata = {"format": "proofcheck-certificate", "version": "1", "method": method, "statement": text}
    return container(metadata, {"network": network, **tensors})


def statement(net: Net, claim: str = "computes", **keys: Any) -> dict[str, Any]:
    return {"claim": claim, "network": net.digest(), **keys}


def by_exhaustion(net: Net, domain: Any, claim: str = "computes", **keys: Any) -> bytes:
    return certificate("exhaustive", statement(net, claim, domain=domain, **keys), net.file())


def relation(net: Net, expression: Any, activations: Sequence[str] = ("relu",), layered: bool = False, **keys: Any) -> bytes:
    keys = {"parameters": {}, "domain": None, **keys}
    whole = statement(net, "relation", relation=expression, activations=list(activations), layered=layered, **keys)
    return certificate("sizes", whole, net.file())


@dataclass
class Aig:
    """gates[k] is (left, right), the literal of gate k is 2 * (inputs + 1 + k)."""

    inputs: int
    gates: list[tuple[int, int]] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)

    def conjunction(self, left: int, right: int) -> int:
        self.gates.append((max(left, right), min(left, right)))
        return 2 * (self.inputs + len(self.gates))

    def disjunction(self, left: int, right: int) -> int:
        return self.conjunction(left ^ 1, right ^ 1) ^ 1

    def parity(self, left: int, right: int) -> int:
        return self.conjunction(self.conjunction(left, right) ^ 1, self.conjunction(left ^ 1, right ^ 1) ^ 1)

    def ascii(self) -> bytes:
        first = 2 * self.inputs + 2
        rows = [f"aag {self.inputs + len(self.gates)} {self.inputs} 0 {len(self.outputs)} {len(self.gates)}"]
        rows += [str(2 * i + 2) for i in range(self.inputs)] + [str(literal) for literal in self.outputs]
        rows += [f"{first + 2 * k} {left} {right}" for k, (left, right) in enumerate(self.gates)]
        return "".join(row + "\n" for row in rows).encode()

    def binary(self) -> bytes:
        head = f"aig {self.inputs + len(self.gates)} {self.inputs} 0 {len(self.outputs)} {len(self.gates)}\n"
        data = bytearray((head + "".join(f"{literal}\n" for literal in self.outputs)).encode())
        for k, (left, right) in enumerate(self.gates):
            for delta in (2 * (self.inputs + 1 + k) - left, left - right):
                while delta > 127:
                    data.append(delta & 127 | 128)
                    delta >>= 7
                data.append(delta)
        return bytes(data)

    def values(self, x: Sequence[int]) -> list[int]:
        """The value of every variable."""
        value = [0, *x]
        for left, right in self.gates:
            value.append((value[left >> 1] ^ left & 1) & (value[right >> 1] ^ right & 1))
        return value

    def run(self, x: Sequence[int]) -> list[int]:
        value = self.values(x)
        return [value[literal >> 1] ^ literal & 1 for literal in self.outputs]


def random_aig(inputs: int, gates: int, outputs: int, seed: int, reach: int = 10**9, far: float = 0) -> Aig:
    """Each gate reads two different variables among the last `reach`, or anywhere with probability `far`, either polarity."""
    draw, aig = random.Random(seed), Aig(inputs)
    for k in range(gates):
        top = inputs + 1 + k
        left, right = draw.sample(range(max(1, top - reach) if not far or draw.random() > far else 1, top), 2)
        aig.conjunction(2 * left + draw.getrandbits(1), 2 * right + draw.getrandbits(1))
    last = range(max(1, inputs + gates - 4 * outputs), inputs + gates + 1)
    aig.outputs = [2 * draw.choice(last) + draw.getrandbits(1) for _ in range(outputs)]
    return aig


def emulation(aig: Aig, layered: bool = False) -> Net:
    """One relu for each gate and, when layered, one for each variable and layer that it crosses."""
    net = Net(aig.inputs)
    place = {0: -1, **{i + 1: i for i in range(aig.inputs)}}  # variable: the node that carries it now
    level = dict.fromkeys(range(aig.inputs + 1), 0)
    for k, (left, right) in enumerate(aig.gates):
        level[aig.inputs + 1 + k] = 1 + max(level[left >> 1], level[right >> 1])
    depth = max(level.values())
    last = dict.fromkeys(level, 0)
    for k, sides in enumerate(aig.gates):
        for literal in sides:
            last[literal >> 1] = max(last[literal >> 1], level[aig.inputs + 1 + k] - 1)
    for literal in aig.outputs:
        last[literal >> 1] = depth
    last[0] = -1

    def affine(literals: Iterable[int], constant: int) -> tuple[int, dict[int, int]]:
        terms: dict[int, int] = {}
        for literal in literals:
            constant += literal & 1
            if literal > 1:
                node = place[literal >> 1]
                terms[node] = terms.get(node, 0) + (-1 if literal & 1 else 1)
        return constant, {j: w for j, w in terms.items() if w}

    by_level: dict[int, list[int]] = {}
    for variable in range(aig.inputs + 1, aig.inputs + 1 + len(aig.gates)):
        by_level.setdefault(level[variable], []).append(variable)
    for layer in range(1, depth + 1):
        made = {}
        for variable in by_level[layer]:
            constant, terms = affine(aig.gates[variable - aig.inputs - 1], -1)
            made[variable] = net.node("relu", constant, terms, literal=2 * variable)
        if layered:
            for variable, node in list(place.items()):
                if last[variable] >= layer:
                    made[variable] = net.node("relu", 0, {node: 1}, literal=2 * variable)
                else:
                    del place[variable]
        place |= made
    for literal in aig.outputs:
        constant, terms = affine([literal], 0)
        net.output.append(net.node("identity", constant, terms, literal=literal))
    return net


def by_meanings(net: Net, circuit: bytes, literals: Sequence[int] | None = None, **keys: Any) -> bytes:
    keys = {"domain": bits(net.inputs), "target": {"circuit": hashlib.sha256(circuit).hexdigest()}, **keys}
    meaning = net.literals if literals is None else literals
    return certificate("meanings", statement(net, **keys), net.file(), circuit=circuit, meaning=list(meaning))


def terms(*roots: Any) -> dict[str, Any]:
    """TERMS from nested tuples: ("and", ("input", 0), ...), ("affine", 1, (2, t), (-1, u)), ("mod", t, 2), ("constant", 3)."""
    nodes: list[Any] = []
    index: dict[str, int] = {}

    def number(term: Any) -> int:
        operation, *rest = term
        if operation in ("input", "output"):
            row = [operation, rest[0]]
        elif operation == "constant":
            row = [operation, q(rest[0])]
        elif operation == "affine":
            row = [operation, q(rest[0]), [[q(weight), number(part)] for weight, part in rest[1:]]]
        elif operation in ("floordiv", "mod"):
            row = [operation, number(rest[0]), rest[1]]
        else:
            row = [operation, *(number(part) for part in rest)]
        key = canonical(row)
        if key not in index:
            index[key] = len(nodes)
            nodes.append(row)
        return index[key]

    outputs = [number(root) for root in roots]
    return {"nodes": nodes, "outputs": outputs}


def fraction(value: Any) -> str:
    return value if isinstance(value, str) else q(value)


def poly(*parts: Any) -> list[Any]:
    """POLY from (coefficient, variable, ...) tuples."""
    return [[fraction(coefficient), list(variables)] for coefficient, *variables in parts]


def comb(*parts: Any) -> list[Any]:
    """COMB from (coefficient, fact, ...) tuples, or (coefficient, {variables}, fact, ...) with a list of variables."""
    rows = []
    for coefficient, *facts in parts:
        variables = facts.pop(0) if facts and isinstance(facts[0], tuple) else ()
        rows.append([fraction(coefficient), list(variables), facts])
    return rows


def by_lemmas(
    net: Net,
    domain: Any,
    goals: Sequence[Any],
    lemmas: Sequence[Any] = (),
    claim: str = "computes",
    extra: Sequence[Any] = (),
    point: Any = None,
    **keys: Any,
) -> bytes:
    proof = {"point": point, "terms": list(extra), "lemmas": list(lemmas), "goals": list(goals)}
    whole = statement(net, claim, domain=domain, **keys)
    return certificate("lemmas", whole, net.file(domain), proof=canonical(proof).encode())
