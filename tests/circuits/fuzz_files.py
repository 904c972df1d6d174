"""Cases of the fuzzer for our own files: networks (.net) and certificates (.cert), damaged as bytes and field by field."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from functools import cache
from typing import Any

from proofcheck.errors import InputError
from proofcheck.kernel import Rejected, replay
from proofcheck.networks import Network, network_bytes, read_network, sizes
from tests.circuits.fuzz_cases import KINDS, SHARES, cut, flip
from tests.evidence.certificate_samples import samples
from tests.evidence.mutants import LARGEST, decoded, encoded, replaced, signed, split, walk, with_header
from tests.kernel.written import Net, bits, by_exhaustion, by_meanings, certificate, emulation, product, random_aig, terms

OWN = ("net", "cert")
LIMITS = ("a count must be an integer from 1 to", "a network may have at most", "is not a text of at most", "characters")
"""In the sentences of the kernel about files that it refuses for their size alone."""
HUGE = (0, 1, -1, 2**31, 2**40, LARGEST, -LARGEST)


def own_case(form: str, seed: int, number: int) -> tuple[str, bytes]:
    """(its kind, the bytes) of one case."""
    draw = random.Random(f"{form} {seed} {number}")
    kind = draw.choices(KINDS, SHARES)[0]
    if kind == "random":
        return kind, draw.choice((noise, framed))(draw)
    if kind == "damaged":
        data = draw.choice(seeds(form))
    else:
        data = network(draw).file() if form == "net" else made_certificate(draw)
    return kind, data if kind == "grammar" else damaged(draw, data)


@cache
def seeds(form: str) -> list[bytes]:
    """The small true certificates of these tests, and the networks in them."""
    files = [data for group in samples().values() for data in group]
    if form == "cert":
        return files
    networks = []
    for data in files:
        header, body = split(data)
        if "network" not in header:  # a certificate about a family
            continue
        start, end = header["network"]["data_offsets"]
        networks.append(body[start:end])
    return networks


def noise(draw: random.Random) -> bytes:
    return draw.randbytes(draw.randint(0, 200))


def framed(draw: random.Random) -> bytes:
    """A header of the right length, of pieces of JSON in no order."""
    pieces = ['"__metadata__"', '{"format":"proofcheck-network"', *'{}[]:,0"', '"dtype":"I64"', "1e9", '"x"']
    return with_header("".join(draw.choice(pieces) for _ in range(draw.randint(0, 30))), draw.randbytes(draw.randint(0, 40)))


def network(draw: random.Random) -> Net:
    """A random small network; every other one over bits."""
    net = Net(draw.randint(0, 4))
    for _ in range(draw.randint(0, 8)):
        count = net.inputs + len(net.nodes)
        kind = draw.choice(("identity", "relu", "relu", "step", "saturated_linear", "leaky_relu"))
        weights = {j: number(draw) or 1 for j in draw.sample(range(count), draw.randint(0, min(3, count)))}
        net.node(kind, number(draw), weights, slope=abs(number(draw)) if kind == "leaky_relu" else 0)
    count = net.inputs + len(net.nodes)
    net.output = [draw.randrange(count) for _ in range(draw.randint(0, 3))] if count else []
    return net


def number(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-4, 4), draw.choice((1, 1, 2, 3))) if draw.random() < 0.97 else Fraction(draw.getrandbits(200))


def made_certificate(draw: random.Random) -> bytes:
    """A certificate of a random small circuit or network, most of them true."""
    if draw.random() < 0.5:
        aig = random_aig(draw.randint(2, 4), draw.randint(1, 8), draw.randint(1, 3), seed=draw.getrandbits(32))
        return by_meanings(emulation(aig, draw.random() < 0.5), draw.choice((aig.ascii, aig.binary))())
    net = network(draw)
    if draw.random() < 0.5:
        relation = [draw.choice(("==", "<=", "<")), ["measure", draw.choice(("width", "depth", "neurons"))], ["number", "0x4"]]
        whole: dict[str, Any] = {"claim": "relation", "network": net.digest(), "relation": relation, "parameters": {},
                                 "activations": sorted({kind for kind, *_ in net.nodes} - {"identity"}), "layered": False,
                                 "domain": None}  # fmt: skip
        return certificate("sizes", whole, net.file())
    domain = draw.choice((bits(net.inputs), product((["grid", "-0x1", "0x1/0x2", 4], net.inputs))))
    leaves = [("input", i) for i in range(net.inputs)] or [("constant", 1)]
    target = [("max", draw.choice(leaves), ("affine", number(draw), (1, draw.choice(leaves)))) for _ in net.output]
    return by_exhaustion(net, domain, "approximates", error="0xffff", target={"terms": terms(*target)})


def damaged(draw: random.Random, data: bytes) -> bytes:
    """One to three changes: of bytes, of a number in a header, or of any field with lengths and digests made right."""
    for _ in range(draw.randint(1, 3)):
        way = draw.random()
        if way < 0.2:
            data = cut(draw, "", data)
        elif way < 0.4:
            data = flip(draw, "", data)
        else:
            try:
                data = other_header(draw, data) if way < 0.6 else other_field(draw, data)
            except Exception:  # noqa: BLE001 - it was damaged beyond that already
                data = flip(draw, "", data)
    return data


def other_header(draw: random.Random, data: bytes) -> bytes:
    """A number of the header becomes another, as large as can be; the data stays."""
    header, body = split(data)
    name = draw.choice([key for key in header if key != "__metadata__"])
    entry = header[name]
    field = draw.choice(("shape", "data_offsets"))
    entry[field][draw.randrange(len(entry[field]))] = draw.choice(HUGE)
    return with_header(json.dumps(header, separators=(",", ":")), body)


def other_field(draw: random.Random, data: bytes) -> bytes:
    """Anything anywhere becomes something near it or of another type."""
    tree = decoded(data)
    places = list(walk(tree))
    path, value = draw.choice(places)
    changed = draw.choice(list(replaced(value)))
    whole = _put(tree, path, changed)
    return encoded(signed(whole) or whole) if draw.random() < 0.7 else encoded(whole)


def _put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    made = dict(tree) if isinstance(tree, dict) else list(tree)
    made[path[0]] = _put(tree[path[0]], path[1:], value)
    return made


def own_outcome(form: str, data: bytes) -> str:
    """ "read", "proved" or "refused"; raises AssertionError or anything else for a fault."""
    if form == "cert":
        try:
            proved = replay(data)
        except Rejected:
            return "refused"
        assert len(proved.statement_digest) == len(proved.network_digest) == 64
        return "proved"
    try:
        found = read_network(data)
    except InputError as error:
        text = str(error)
        assert text.isprintable(), f"more than one plain sentence in {text!r}"
        assert len(text) < 300, f"{len(text)} characters in {text[:300]!r}"
        return "refused"
    assert read_network(network_bytes(found)).digest == found.digest
    agreed(found, data)
    return "read"


def agreed(found: Network, data: bytes) -> None:
    """The kernel reads the same network in the file and counts the same sizes, or says that a limit of its own is passed."""
    counted = sizes(found)
    whole = {
        "claim": "relation",
        "network": found.digest,
        "relation": ["<=", ["number", "0x0"], ["+", *(["measure", name] for name in ("width", "depth", "neurons", "nonzeros"))]],
        "parameters": {},
        "activations": ["identity", "leaky_relu", "relu", "saturated_linear", "step"],
        "layered": False,
        "domain": None,
    }
    try:
        proved = replay(certificate("sizes", whole, data))
    except Rejected as error:
        if any(limit in str(error) for limit in LIMITS):
            return
        raise AssertionError(f"the library reads it, the kernel does not: {error}") from None
    for name in ("width", "depth", "neurons", "nonzeros"):
        assert proved.measures[name] == getattr(counted, name), f"the kernel counts another {name}"
