"""The files of `tests.evidence.hostile`: each made to cost as much as a reader lets it."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from proofcheck.bundle.archive import archive_bytes
from tests.evidence.mutants import canonical, with_header
from tests.kernel.written import (
    BITS,
    Aig,
    Net,
    bits,
    by_exhaustion,
    by_lemmas,
    by_meanings,
    certificate,
    comb,
    container,
    poly,
    product,
    relation,
    statement,
    terms,
)  # fmt: skip

REALS = ["interval", None, None]
x0 = ("input", 0)


def passes(n: int = 1) -> Net:
    net = Net(n)
    net.output = [0]
    return net


def sizes_with(change: Callable[[dict[str, Any]], Any] = lambda metadata: None, expression: Any = None, **keys: Any) -> bytes:
    """A certificate of sizes about a small network; `change` its metadata."""
    expression = expression or ["==", ["measure", "depth"], ["number", "0x0"]]
    whole = statement(passes(), "relation", relation=expression, activations=[], layered=False,
                      **{"parameters": {}, "domain": None, **keys})  # fmt: skip
    metadata = {"format": "proofcheck-certificate", "version": "1", "method": "sizes", "statement": canonical(whole)}
    change(metadata)
    return container(metadata, {"network": passes().file()})


def raw_header(text: str) -> bytes:
    return with_header(text, b"")


def scaled(n: float, s: float) -> int:
    return max(2, int(n * s))


# ---- the container


def promised_header(s: float) -> bytes:
    return struct.pack("<Q", (1 << 63) - 1) + b"{}"


def deep_header(s: float) -> bytes:
    return raw_header("[" * scaled(20_000_000, s))


def wide_header(s: float) -> bytes:
    return raw_header('{"__metadata__":[' + ",".join(["[]"] * scaled(30_000_000, s)) + "]}")


def empty_tensors(s: float) -> bytes:
    entry = '{"dtype":"I64","shape":[0],"data_offsets":[0,0]}'
    metadata = '"__metadata__":{"format":"proofcheck-certificate","version":"1","method":"sizes","statement":"{}"}'
    return raw_header("{" + metadata + "".join(f',"t{i}":{entry}' for i in range(scaled(1_000_000, s))) + "}")


def long_integer(s: float) -> bytes:
    return raw_header("9" * scaled(1_000_000, s))


def long_escapes(s: float) -> bytes:
    return sizes_with(lambda m: m.update(statement='"' * scaled(10_000_000, s)))


# ---- numbers


def long_rational(s: float) -> bytes:
    return sizes_with(expression=["==", ["measure", "depth"], ["number", "0x" + "f" * scaled(1_000_000, s)]])


def long_values(s: float) -> bytes:
    """A table of values as long as is allowed, of numbers as long as is allowed, written with the largest denominators."""
    net = passes()
    digits = 8000
    for k in range(scaled(1000, s)):
        net.node("identity", Fraction(2 * k + 1, (1 << 4 * digits) - 1 - 2 * k), {0: 1})
    return relation(net, ["<=", ["measure", "weight_bits"], ["number", "0x7fffffff"]], [])


def tower_of_powers(s: float) -> bytes:
    tower: Any = ["measure", "inputs"]
    for _ in range(scaled(300, s)):
        tower = ["power", ["+", tower, ["number", "0x1"]], ["number", "0x3"]]
    return sizes_with(expression=["<", ["number", "0x0"], tower])


def many_binomials(s: float) -> bytes:
    term = ["binomial", ["number", "0xfffff"], ["number", "0xc000"]]
    return sizes_with(expression=["<", ["measure", "depth"], ["+", *[term] * scaled(10_000, s), ["measure", "depth"]]])


def many_powers(s: float) -> bytes:
    term = ["power", ["number", "0xffffffff"], ["number", "0x7000"]]
    return sizes_with(expression=["<", ["measure", "depth"], ["max", *[term] * scaled(10_000, s)]])


def deep_expression(s: float) -> bytes:
    depth = scaled(200_000, s)
    text = '["-",' * depth + '["measure","depth"]' + ',["measure","depth"]]' * depth
    return sizes_with(lambda m: m.update(statement=m["statement"].replace('["number","0x0"]', text)))


# ---- networks


def growth_by_weights(s: float) -> bytes:
    """Each node multiplies by a number of 30,000 bits."""
    net = passes()
    for _ in range(scaled(20_000, s)):
        net.node("identity", 0, {len(net.nodes): 1 << 30_000})
    net.output = [net.inputs + len(net.nodes) - 1]
    return by_exhaustion(net, product((["grid", "0x0", "0x1", 2], 1)), target={"terms": terms(x0)})


def denominators_that_grow(s: float) -> bytes:
    """Sums over different prime denominators."""
    primes = [p for p in range(3, scaled(60_000, s)) if all(p % q for q in range(2, int(p**0.5) + 1))]
    net = passes()
    first = [net.node("identity", 0, {0: Fraction(1, p)}) for p in primes]
    net.output = [net.node("identity", 0, dict.fromkeys(first, 1))]
    return by_exhaustion(net, product((["grid", "0x0", "0x1", 1 << 10], 1)), target={"terms": terms(x0)})


def dense_layers(s: float) -> bytes:
    net, last = passes(), [0]
    for _ in range(scaled(20, s)):
        last = [net.node("relu", 1, dict.fromkeys(last, 1)) for _ in range(150)]
    net.output = [last[0]]
    return by_exhaustion(net, product((["grid", "0x0", "0x1", 1 << 16], 1)), target={"terms": terms(x0)})


def many_nodes(s: float) -> bytes:
    """A million nodes without sources."""
    count = scaled(1_000_000, s)
    domain = bits(1)
    said = {"activations": [["identity", "0x0"]], "values": ["0x0"], "inputs": [["x", [1]]], "outputs": [["y", [1]]],
            "circuit": None, "domain": domain}  # fmt: skip
    zeros = bytes(8 * count)
    arrays = {"activation": count, "bias": count, "start": count + 1, "source": 0, "weight": 0, "output": 1}
    header: dict[str, Any] = {"__metadata__": {"format": "proofcheck-network", "network": canonical(said), "version": "1"}}
    end = 0
    for name, length in arrays.items():
        header[name] = {"dtype": "I64", "shape": [length], "data_offsets": [end, end + 8 * length]}
        end += 8 * length
    file = with_header(json.dumps(header, separators=(",", ":")), zeros * 3 + bytes(16))
    whole = {"claim": "computes", "network": "0" * 64, "domain": domain, "target": {"terms": terms(x0)}}
    return certificate("exhaustive", whole, file)


def promised_ports(s: float) -> bytes:
    net = passes()
    said = net.description()
    said["inputs"] = [["x", [1 << 20]]] * 1000
    return container({"format": "proofcheck-network", "network": canonical(said), "version": "1"}, net.tensors()[1])


# ---- domains and terms


def full_domain_long_terms(s: float) -> bytes:
    """2^16 points times terms of 10^5 nodes."""
    term: Any = x0
    for i in range(scaled(2000, s)):
        term = ("max", term, ("constant", i))
    return by_exhaustion(passes(), product((["grid", "0x0", "0x1", 1 << 16], 1)), target={"terms": _chain(scaled(100_000, s))})


def _chain(length: int) -> dict[str, Any]:
    """x0, |x0|, ||x0||, ..."""
    return {"nodes": [["input", 0], *(["abs", k] for k in range(length))], "outputs": [length]}


def repeated_squares(s: float) -> bytes:
    length = scaled(1000, s)
    nodes = [["constant", "0x3"], *(["square", k] for k in range(length))]
    return by_exhaustion(passes(), bits(1), target={"terms": {"nodes": nodes, "outputs": [length]}})


def nested_terms(s: float) -> bytes:
    return by_exhaustion(passes(), bits(1), target={"terms": _chain(scaled(1_000_000, s))})


def doubling_sentence(s: float) -> bytes:
    """Each node reads the one before it twice: in words 2^100,000 characters, were parts not named."""
    length = scaled(100_000, s)
    nodes: list[Any] = [["input", 0], *(["max", k, k] for k in range(length))]
    return by_exhaustion(passes(), bits(1), target={"terms": {"nodes": nodes, "outputs": [length]}})


def many_coordinates(s: float) -> bytes:
    net = passes(scaled(1 << 20, s))
    return by_exhaustion(net, product((["grid", "0x0", "0x1", 1], net.inputs)), target={"terms": terms(x0)})


def many_points_then_none(s: float) -> bytes:
    """2^16 partial points at each of many coordinates, and a constraint that none of them meets."""
    net = passes(16 + scaled(400, s))
    domain = product((BITS, 16), (["grid", "0x0", "0x1", 1], net.inputs - 16), constraints=[[[[0, "0x1"]], "<=", "-0x1"]])
    return by_exhaustion(net, domain, target={"terms": terms(x0)})


def many_rivals(s: float) -> bytes:
    """Groups of different coordinates that together have 10^8 pairs."""
    size = scaled(4000, s)
    domain = product((["grid", "0x0", "0x1", 1 << 40], size), different=[list(range(size))] * 100)
    return by_exhaustion(passes(size), domain, target={"terms": terms(x0)})


def comparison_of_many(s: float) -> bytes:
    """Weights that are powers of two: a comparison has 2^60 partial sums."""
    form = ("affine", 0, *[(2**i, ("input", i)) for i in range(scaled(60, max(s, 0.5)))])
    net = passes(60)
    whole = statement(net, domain=bits(60), target={"terms": terms(("<=", form, ("constant", 2**59)))})
    return certificate("meanings", whole, net.file(), circuit=b"", meaning=[])


# ---- circuits


def promised_gates(s: float) -> bytes:
    net = passes()
    return by_meanings(net, b"aig 1000000001 1 0 1 1000000000\n2\n")


def many_gates(s: float) -> bytes:
    """A circuit of two bytes for each gate."""
    count = scaled(2_000_000, s)
    return by_meanings(passes(), b"aig %d 1 0 1 %d\n2\n" % (count + 1, count) + b"\x02\x00" * count)


def wide_cone(s: float) -> bytes:
    """Notes that stand 16 free variables and many gates apart."""
    aig, net = Aig(16), Net(16)
    literal = 2
    for k in range(scaled(60_000, s)):
        literal = aig.conjunction(literal ^ 1, 2 * (k % 16) + 2)
    aig.outputs = [literal] * 50
    node = net.node("relu", 1, dict.fromkeys(range(16), 1))
    net.output = [node] * 50
    return by_meanings(net, aig.binary())


def many_values(s: float) -> bytes:
    """A node with 2^16 different values, read by many others."""
    net, aig = Net(16), Aig(16, outputs=[0] * 200)
    first = net.node("identity", 0, {i: 1 << i for i in range(16)})
    net.output = [net.node("identity", k, {first: 1}) for k in range(200)]
    return by_meanings(net, aig.binary())


def empty_cones(s: float) -> bytes:
    """Thousands of nodes without a note, and thousands that rest on all of them."""
    net, aig = Net(1), Aig(1, outputs=[2])
    last = 0
    for _ in range(4000):
        last = net.node("identity", 0, {last: 1})
    for _ in range(scaled(20_000, s)):
        net.node("identity", 0, {last: 1}, literal=2)
    net.output = [0]
    return by_meanings(net, aig.binary())


# ---- lemmas


def lemma_on(net: Net, tree: list[Any], extra: Any = (), lemmas: Any = (), inputs: int = 1) -> bytes:
    return by_lemmas(net, product((REALS, inputs)), [tree], lemmas, extra=extra, target={"terms": terms(x0)})


def wide_splits(s: float) -> bytes:
    """A maximum of 5,000, split on 2,000 times, one inside the other: 10^7 cases wait."""
    width = 5000
    extra: list[Any] = [["affine", "0x0", [[hex(k + 1), 0]]] for k in range(width)]
    extra.append(["max", *range(1, width + 1)])
    variable = 1 + 1 + width
    return lemma_on(passes(), [["split", variable]] * scaled(2000, s), extra)


def wide_products(s: float) -> bytes:
    """A product of three facts, lemmas of 300 parts each in variables of their own: 2.7 * 10^7 products."""
    count = scaled(300, s ** (1 / 3))
    wide = [poly(*[(1, v) for v in range(k * count, (k + 1) * count)]) for k in range(3)]
    domain = product((["interval", "0x0", None], 3 * count))
    lemmas = [[">=", part, [["sum", comb(*[(1, [0, v, 0]) for _, (v,) in part])]]] for part in wide]
    some = ["sum", comb((1, [1, 0], [1, 1], [1, 2]))]
    return by_lemmas(passes(3 * count), domain, [[some]], lemmas, target={"terms": terms(x0)})


def squares_of_polynomials(s: float) -> bytes:
    """One fact that is the square of a polynomial of many parts: 5 * 10^7 products."""
    count = scaled(6000, s**0.5)
    net = passes(count)
    return lemma_on(net, [["sum", comb((1, [4, poly(*[(1, v) for v in range(count)])]))]], inputs=count)


def many_lemmas(s: float) -> bytes:
    """Lemmas that each split everything."""
    net, node = Net(1), 0
    for _ in range(18):
        node = net.node("relu", 0, {node: 1})
    net.output = [0]
    tree: list[Any] = []

    def grow(k: int) -> None:
        if k == 10:
            tree.append(["sum", []])
        else:
            tree.append(["split", 1 + k])
            grow(k + 1)
            grow(k + 1)

    grow(0)
    return lemma_on(net, [["sum", []]], lemmas=[[">=", [], tree]] * scaled(300, s))


def many_facts(s: float) -> bytes:
    """One leaf that adds up a hundred thousand facts about a hundred thousand terms."""
    count = scaled(100_000, s)
    extra: list[Any] = [["affine", hex(k + 1), [["0x1", 0]]] for k in range(count)]
    return lemma_on(passes(), [["sum", comb(*[(Fraction(1, 3), [0, 2 + k, 0]) for k in range(count)])]], extra)


def long_coefficients(s: float) -> bytes:
    """Sums of multiples of facts by numbers with long, different denominators."""
    numbers = [f"0x1/{(1 << 4000) + 2 * k + 1:#x}" for k in range(scaled(2000, s))]
    return lemma_on(passes(), [["sum", [[q, [], [[0, 1, 0]]] for q in numbers]]])


def deep_proof(s: float) -> bytes:
    whole = statement(passes(), domain=product((REALS, 1)), target={"terms": terms(x0)})
    return certificate("lemmas", whole, passes().file(), proof=b"[" * scaled(5_000_000, s))


# ---- exactness


def exactness_of_long_weights(s: float) -> bytes:
    net, node = passes(), 0
    for _ in range(scaled(20_000, s)):
        node = net.node("identity", 0, {node: 1 << 30})
    net.output = [node]
    whole = statement(net, "exact", domain=bits(1), dtype="float64")
    return certificate("exactness", whole, net.file())


# ---- evidence and bundles


def deep_evidence(s: float) -> bytes:
    return b'{"evidence":' + b"[" * scaled(5_000_000, s)


def wide_evidence(s: float) -> bytes:
    return b'{"evidence":[' + b",".join([b"{}"] * scaled(5_000_000, s)) + b'],"format":"proofcheck-evidence","version":3}'


def long_evidence(s: float) -> bytes:
    return b'{"evidence":[],"format":"proofcheck-evidence","version":' + b"9" * scaled(5_000_000, s) + b"}"


def bundle_of_many(s: float) -> bytes:
    return archive_bytes({f"sources/{i}": b"" for i in range(scaled(10_000, s))})


def bundle_that_inflates(s: float) -> bytes:
    return archive_bytes({"evidence.json": bytes(scaled(1 << 28, s))})


# ---- circuit files


def aig_promise(s: float) -> bytes:
    return b"aig 1000000000 0 0 1 1000000000\n0\n"


def aag_promise(s: float) -> bytes:
    return b"aag 1000000000 1000000000 0 0 0\n"


def aig_large(s: float) -> bytes:
    count = scaled(1_000_000, s)
    return b"aig %d 1 0 1 %d\n2\n" % (count + 1, count) + b"\x02\x00" * count


def blif_wide_cover(s: float) -> bytes:
    """Covers that read the same nets with many rows."""
    names = " ".join(f"n{i}" for i in range(1000))
    rows = "".join("-" * k + "1" + "-" * (999 - k) + " 1\n" for k in range(1000)) * scaled(10, s)
    return f".model m\n.inputs {names}\n.outputs z\n.names {names} z\n{rows}.end\n".encode()


def blif_continuations(s: float) -> bytes:
    return b".model m\n.inputs " + b"\\\n" * scaled(2_000_000, s) + b"a\n.outputs a\n.end\n"


def bench_wide_table(s: float) -> bytes:
    names = [f"n{i}" for i in range(40)]
    return ("".join(f"INPUT({n})\n" for n in names) + f"OUTPUT(z)\nz = LUT 0x1 ({', '.join(names)})\n").encode()


def bench_long_chain(s: float) -> bytes:
    count = scaled(200_000, s)
    return (f"INPUT(n0)\nOUTPUT(n{count})\n" + "".join(f"n{i + 1} = NOT(n{i})\n" for i in reversed(range(count)))).encode()


def bristol_promise(s: float) -> bytes:
    return b"1000000000 1000000000\n1 1\n1 1\n\n"


def pla_wide(s: float) -> bytes:
    return b".i 1000000\n.o 1000000\n.e\n"


def pla_parity(s: float) -> bytes:
    rows = "".join(f"{k:016b} 1\n" for k in range(scaled(1 << 16, s)) if bin(k).count("1") % 2)
    return f".i 16\n.o 1\n{rows}.e\n".encode()


def cnf_promise(s: float) -> bytes:
    return b"p cnf 1000000000 1000000000\n1 0\n"


FILES: dict[tuple[str, str], Callable[[float], bytes]] = {
    ("kernel", "a header of 2^63 bytes is promised"): promised_header,
    ("kernel", "a header of nested brackets"): deep_header,
    ("kernel", "a header of 90 MB of empty lists"): wide_header,
    ("kernel", "a million empty tensors"): empty_tensors,
    ("kernel", "an integer of a million digits"): long_integer,
    ("kernel", "a statement of escaped quotes"): long_escapes,
    ("kernel", "a rational of a million digits"): long_rational,
    ("kernel", "a table of long rationals"): long_values,
    ("kernel", "a tower of powers"): tower_of_powers,
    ("kernel", "ten thousand binomials of a million bits"): many_binomials,
    ("kernel", "ten thousand powers of a million bits"): many_powers,
    ("kernel", "a size expression nested 200,000 deep"): deep_expression,
    ("kernel", "weights of 30,000 bits in a row"): growth_by_weights,
    ("kernel", "denominators that have no common factor"): denominators_that_grow,
    ("kernel", "dense layers on 2^16 points"): dense_layers,
    ("kernel", "a million nodes"): many_nodes,
    ("kernel", "2^16 points times terms of 10^5 nodes"): full_domain_long_terms,
    ("kernel", "repeated squares"): repeated_squares,
    ("kernel", "terms nested a million deep"): nested_terms,
    ("kernel", "terms that double in words"): doubling_sentence,
    ("kernel", "a million coordinates"): many_coordinates,
    ("kernel", "2^16 partial points at 400 coordinates"): many_points_then_none,
    ("kernel", "groups of different coordinates"): many_rivals,
    ("kernel", "a comparison with 2^60 partial sums"): comparison_of_many,
    ("kernel", "a circuit that promises 10^9 gates"): promised_gates,
    ("kernel", "a circuit of two million gates"): many_gates,
    ("kernel", "notes 60,000 gates apart at 2^16 corners"): wide_cone,
    ("kernel", "nodes with 2^16 values at 2^16 corners"): many_values,
    ("kernel", "cones of 4,000 nodes without notes"): empty_cones,
    ("kernel", "nested splits of a maximum of 5,000"): wide_splits,
    ("kernel", "products of polynomials"): wide_products,
    ("kernel", "a square of a polynomial of 6,000 parts"): squares_of_polynomials,
    ("kernel", "lemmas that each split everything"): many_lemmas,
    ("kernel", "a hundred thousand facts in one sum"): many_facts,
    ("kernel", "multipliers with long denominators"): long_coefficients,
    ("kernel", "a proof of nested brackets"): deep_proof,
    ("kernel", "exactness of growing weights"): exactness_of_long_weights,
    ("run", "network that promises a billion inputs"): promised_ports,
    ("base", "evidence of nested brackets"): deep_evidence,
    ("base", "evidence of five million empty entries"): wide_evidence,
    ("base", "evidence with an integer of five million digits"): long_evidence,
    ("audit", "bundle of ten thousand members"): bundle_of_many,
    ("audit", "bundle that inflates to 256 MB"): bundle_that_inflates,
    ("emulate", "aig that promises 10^9 gates"): aig_promise,
    ("emulate", "aag that promises 10^9 inputs"): aag_promise,
    ("emulate", "aig of a million gates"): aig_large,
    ("emulate", "blif with covers of a thousand nets"): blif_wide_cover,
    ("emulate", "blif of continued lines"): blif_continuations,
    ("emulate", "bench with a table of 40 nets"): bench_wide_table,
    ("emulate", "bench with a chain of 200,000 gates, backwards"): bench_long_chain,
    ("emulate", "bristol that promises 10^9 gates"): bristol_promise,
    ("emulate", "pla of a million inputs and outputs"): pla_wide,
    ("emulate", "pla of a parity of 16"): pla_parity,
    ("emulate", "cnf that promises 10^9 variables"): cnf_promise,
}
