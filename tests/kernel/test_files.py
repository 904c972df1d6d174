"""Files: whatever is not exactly of the format is refused with one sentence, whatever its header promises."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from written import BITS, Net, bits, by_exhaustion, canonical, certificate, container, product, q, relation, statement, terms

from proofcheck.kernel import Rejected, replay

Header = dict[str, Any]


def small() -> Net:
    """y = relu(x0 - x1) with a shared affine node."""
    net = Net(2)
    difference = net.node("identity", 0, {0: 1, 1: -1})
    net.output = [net.node("relu", 0, {difference: 1})]
    return net


WIDTH_ONE = ["==", ["measure", "width"], ["number", "0x1"]]


def proof() -> bytes:
    return relation(small(), WIDTH_ONE)


def test_the_small_certificate_is_right() -> None:
    proved = replay(proof())
    assert proved.method == "sizes"
    assert proved.network_digest == small().digest()


def pieces(data: bytes) -> tuple[Header, bytes]:
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def assembled(header: Any, data: bytes) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text)) + text + data


def edited(change: Callable[[Header], Any]) -> bytes:
    header, data = pieces(proof())
    change(header)
    return assembled(header, data)


def with_header(change: Callable[[bytes], bytes]) -> bytes:
    header, data = pieces(proof())
    return assembled(change(json.dumps(header, separators=(",", ":")).encode()), data)


def tensor(key: str, value: Any) -> Callable[[Header], Any]:
    return lambda header: header["network"].__setitem__(key, value)


CONTAINERS = [
    (b"", "the header length 0 does not fit"),
    (b"1234567", "does not fit the certificate file"),
    (struct.pack("<Q", 1), "does not fit the certificate file"),
    (struct.pack("<Q", 1 << 63) + b"{}", "does not fit the certificate file"),
    (assembled(b"{}", b""), "the metadata must be an object with the keys format, version, method, statement"),
    (assembled(b"[]", b""), "the header must be a JSON object"),
    (assembled(b"5", b""), "the header must be a JSON object"),
    (assembled(b"[" * 200_000, b""), "the check broke down with RecursionError"),
    (assembled(b'{"a":' * 100_000, b""), "the check broke down with RecursionError"),
    (assembled(b"\xff\xfe", b""), "the header is not JSON"),
    (with_header(lambda t: t.replace(b"method", b"m\xe9thod")), "the header is not in canonical form"),
    (with_header(lambda t: t.replace(b'"U8"', b'"\\u0055" '[:-1] + b"")), "the header is not"),
    (with_header(lambda t: t.replace(b",", b", ", 1)), "the header is not in canonical form"),
    (with_header(lambda t: t[:-1] + b',"network":{}}'), "the header is not in canonical form"),
    (with_header(lambda t: t[:-1] + b',"a":1.5}'), "must be an object with the keys dtype"),
    (with_header(lambda t: t[:-1] + b',"a":NaN}'), "must be an object with the keys dtype"),
    (with_header(lambda t: t + b"{}"), "the header is not JSON"),
    (with_header(lambda t: t + b"\n"), "the header is not in canonical form"),
    (with_header(lambda t: t + b" " * 9), "may only be padded to a multiple of 8"),
    (with_header(lambda t: t + b" " * (1 + -len(t) % 8)), "may only be padded to a multiple of 8"),
    (with_header(lambda t: b" " + t), "the header is not in canonical form"),
    (edited(lambda h: h.pop("__metadata__")), "the metadata must be an object"),
    (edited(lambda h: h["__metadata__"].pop("method")), "the metadata must be an object with the keys"),
    (edited(lambda h: h["__metadata__"].update(more="x")), "the metadata must be an object with the keys"),
    (edited(lambda h: h["__metadata__"].update(method=5)), "the metadata must be texts"),
    (edited(lambda h: h["__metadata__"].update(method="magic")), "the method 'magic' is not one of growth, induction, "),
    (edited(lambda h: h["__metadata__"].update(version="2")), "not a proofcheck-certificate of version 1"),
    (edited(lambda h: h["__metadata__"].update(format="proofcheck-network")), "not a proofcheck-certificate of version 1"),
    (edited(lambda h: h.pop("network")), "the tensors cover 0"),
    (edited(tensor("dtype", "I64")), "must have dtype U8"),
    (edited(tensor("dtype", "F32")), "must have dtype U8"),
    (edited(tensor("dtype", None)), "must have dtype U8"),
    (edited(tensor("shape", [])), "must be an array of 1 to 1 entries"),
    (edited(tensor("shape", [1, 5])), "must be an array of 1 to 1 entries"),
    (edited(tensor("shape", [-1])), "must be an integer from 0"),
    (edited(tensor("shape", [1 << 62])), "must be an integer from 0"),
    (edited(tensor("shape", [True])), "must be an integer from 0"),
    (edited(tensor("shape", [7])), "lie at 0 to 7"),
    (edited(tensor("data_offsets", [0])), "must be an array of 2 to 2"),
    (edited(tensor("data_offsets", [0, 1 << 70])), "must be an integer from 0"),
    (edited(tensor("data_offsets", [-1, 5])), "must be an integer from 0"),
    (edited(tensor("data_offsets", [5, 5])), "must have dtype U8 and lie at 0"),
    (edited(lambda h: h.update(extra={"dtype": "I64", "shape": [0], "data_offsets": [0, 0]})), "lie at"),
    (edited(lambda h: h["network"].update(more=1)), "must be an object with the keys"),
    (proof() + b"\0", "bytes, the tensors cover"),
]


@pytest.mark.parametrize(("data", "message"), CONTAINERS, ids=range(len(CONTAINERS)))
def test_a_broken_container_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(Rejected) as caught:
        replay(data)
    assert message in str(caught.value)


def test_an_empty_tensor_more_is_refused() -> None:
    data = certificate("sizes", pieces(proof())[0]["__metadata__"]["statement"], small().file(), extra=[])
    with pytest.raises(Rejected, match="the tensors must be network in this order"):
        replay(data)


def test_padding_is_free() -> None:
    header, data = pieces(proof())
    text = json.dumps(header, separators=(",", ":")).encode()
    for padded in (text, text + b" " * (-len(text) % 8)):
        assert replay(assembled(padded, data)) == replay(proof())


def test_a_path_or_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.cert").write_bytes(proof())
    assert replay(tmp_path / "a.cert") == replay(str(tmp_path / "a.cert")) == replay(proof())
    for path in (tmp_path / "none.cert", tmp_path, "\0"):
        with pytest.raises(Rejected):
            replay(path)


def network_with(description: Any = None, **arrays: Any) -> bytes:
    """The small network with parts of its JSON or some arrays replaced; an array None is left out."""
    net = small()
    text = description if isinstance(description, str) else canonical({**net.description(), **(description or {})})
    tensors = {name: array for name, array in {**net.tensors()[1], **arrays}.items() if array is not None}
    return container({"format": "proofcheck-network", "network": text, "version": "1"}, tensors)


RIGHT = small().tensors()[1]
NETWORKS: list[tuple[dict[str, Any], str]] = [
    ({"description": "{"}, "the network's JSON is not JSON"),
    ({"description": "[]"}, "the network must be an object with the keys"),
    ({"description": canonical(small().description()) + " "}, "the network's JSON is not in canonical form"),
    ({"description": canonical(small().description()).replace('"circuit"', '"circuit":null,"circuit"')}, "not in canonical form"),
    ({"description": canonical(small().description())[:-1] + ',"x":1}'}, "the network must be an object with the keys"),
    ({"description": {"values": ["0x1", "0x0"]}}, "the value table must be strictly increasing"),
    ({"description": {"values": ["-0x1", "0x0", "0x0", "0x1"]}}, "the value table must be strictly increasing"),
    ({"description": {"values": ["-0x1", "0x0"]}}, "weight has an entry outside 0 .. 1"),
    ({"description": {"values": ["-0x1", "0x1", "0x2"]}, "weight": [1, 3, 1]}, "weight has an entry outside 0 .. 2"),
    ({"description": {"values": ["-0x1", "0x0", 1]}}, "a value is not a text"),
    ({"description": {"values": ["-0x1", "0x0", "1"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "-0x0", "0x1"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x2/0x2"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x1/0x0"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x1/-0x2"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x01"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0xA"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x1_0"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", " 0x1"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x1/"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "nan"]}}, "not a rational in canonical hexadecimal form"),
    ({"description": {"values": ["-0x1", "0x0", "0x" + "f" * 16400]}}, "is not a text of at most 16384 characters"),
    ({"description": {"values": {"0x0": 1}}}, "the value table must be an array"),
    ({"description": {"activations": [["relu", "0x0"], ["identity", "0x0"]]}}, "activation table must be strictly increasing"),
    ({"description": {"activations": [["identity", "0x0"], ["sigmoid", "0x0"]]}}, "the activations must be of the kinds"),
    ({"description": {"activations": [["identity", "0x0"], ["relu", "0x1"]]}}, "only leaky_relu has a slope"),
    ({"description": {"activations": [["identity", "0x0"], [["relu"], "0x0"]]}}, "the activations must be of the kinds"),
    ({"description": {"activations": [["identity", "0x0"], ["relu"]]}}, "an activation must be an array of 2 to 2"),
    ({"description": {"activations": [["identity", "0x0"]]}}, "activation has an entry outside 0 .. 0"),
    ({"description": {"inputs": [["x", [3]]]}}, "the network's domain must have 3 coordinates"),
    ({"description": {"inputs": [["x", [-2]]]}}, "a side of a port must be an integer from 0"),
    ({"description": {"inputs": [["x", [1 << 20, 1 << 20]]]}}, "a network may have at most 1048576 inputs or outputs"),
    ({"description": {"inputs": [["x", [1 << 90]]]}}, "a side of a port must be an integer from 0"),
    ({"description": {"inputs": [["x", [2.0]]]}}, "a side of a port must be an integer from 0"),
    ({"description": {"inputs": [[5, [2]]]}}, "the name of a port must be a text"),
    ({"description": {"inputs": [["x"]]}}, "a port must be an array of 2 to 2"),
    ({"description": {"outputs": [["y", []], ["z", []]]}}, "the arrays of the network have inconsistent lengths"),
    ({"description": {"domain": bits(3)}}, "the network's domain must have 2 coordinates"),
    ({"description": {"domain": None}}, "a domain must be an object"),
    ({"description": {"circuit": "0" * 64}}, "the tensors must be activation, bias, start, source, weight, output, meaning"),
    ({"description": {"circuit": "0" * 63}, "meaning": [-1, -1]}, "the circuit of the meanings must be a SHA-256"),
    ({"description": {"circuit": 5}, "meaning": [-1, -1]}, "the circuit of the meanings must be a SHA-256"),
    ({"description": {"circuit": "0" * 64}, "meaning": [-2, -1]}, "meaning has an entry outside"),
    ({"description": {"circuit": "0" * 64}, "meaning": [-1]}, "the arrays of the network have inconsistent lengths"),
    ({"meaning": [-1, -1]}, "the tensors must be activation, bias, start, source, weight, output in this order"),
    ({"bias": None}, "the tensors must be activation"),
    ({"activation": RIGHT["activation"][:1]}, "the arrays of the network have inconsistent lengths"),
    ({"bias": [0]}, "the arrays of the network have inconsistent lengths"),
    ({"weight": [0, 2]}, "the arrays of the network have inconsistent lengths"),
    ({"activation": [0, 2]}, "activation has an entry outside 0 .. 1"),
    ({"activation": [0, -1]}, "activation has an entry outside 0 .. 1"),
    ({"bias": [1, 3]}, "bias has an entry outside 0 .. 2"),
    ({"start": [0, 2, 4]}, "start has an entry outside 0 .. 3"),
    ({"start": [0, 2, 2]}, "the starts of the weight lists must run from 0"),
    ({"start": [1, 2, 3]}, "the starts of the weight lists must run from 0"),
    ({"start": [0, 2, 1, 3], "activation": [0, 0, 1], "bias": [1, 1, 1]}, "node 3 must read earlier nodes only"),
    ({"source": [0, 2, 2]}, "node 2 must read earlier nodes only"),
    ({"source": [0, 1, 3]}, "node 3 must read earlier nodes only"),
    ({"source": [0, 0, 2]}, "node 2 reads the same node twice"),
    ({"source": [0, -1, 2]}, "source has an entry outside 0 .. 3"),
    ({"source": [0, 1 << 62, 2]}, "source has an entry outside 0 .. 3"),
    ({"weight": [0, 1, 2]}, "a weight is zero"),
    ({"output": [4]}, "output has an entry outside 0 .. 3"),
    ({"output": [-1]}, "output has an entry outside 0 .. 3"),
    ({"output": [3, 3]}, "the arrays of the network have inconsistent lengths"),
]


@pytest.mark.parametrize(("changes", "message"), NETWORKS, ids=range(len(NETWORKS)))
def test_a_broken_network_is_refused(changes: dict[str, Any], message: str) -> None:
    description = changes.get("description")
    arrays = {name: array for name, array in changes.items() if name != "description"}
    metadata = pieces(proof())[0]["__metadata__"]
    replay(container(metadata, {"network": network_with()}))
    with pytest.raises(Rejected) as caught:
        replay(container(metadata, {"network": network_with(description, **arrays)}))
    assert message in str(caught.value)


def test_a_table_of_values_that_is_too_long_is_refused() -> None:
    values = [q(1 << 65000 | k) for k in range(1100)]
    with pytest.raises(Rejected, match="the value table has more than 16777216 characters"):
        replay(container(pieces(proof())[0]["__metadata__"], {"network": network_with({"values": values})}))


def test_mutants_of_a_certificate_prove_the_same_or_nothing() -> None:
    """1,500 damaged files: one bit, one byte, a run left out or repeated. Rejected, or exactly the same is proved."""
    net = small()
    target = {"terms": terms(("max", ("constant", 0), ("affine", 0, (1, ("input", 0)), (-1, ("input", 1)))))}
    domain = product((["grid", "-0x3/0x2", "0x1/0x2", 7], 2))
    for data in (proof(), by_exhaustion(net, domain, target=target)):
        original, draw, accepted = replay(data), random.Random(8), 0
        for k in range(750):
            at, length = draw.randrange(len(data)), draw.randrange(1, 20)
            cut = data[:at] + data[at + length :] if k % 4 == 2 else data[: at + length] + data[at:]
            flip = 1 << draw.randrange(8) if k % 4 else draw.randrange(1, 256)
            changed = data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :]
            try:
                proved = replay(cut if k % 4 >= 2 else changed)
            except Rejected:
                continue
            accepted += 1
            assert proved == original
        assert accepted < 60


def test_names_domain_and_notes_of_the_network_do_not_change_what_is_proved() -> None:
    metadata = pieces(proof())[0]["__metadata__"]
    other = {"inputs": [["a", []], ["b", [1]]], "domain": product((BITS, 1), (["interval", None, q(Fraction(1, 3))], 1))}
    assert replay(container(metadata, {"network": network_with(other)})) == replay(proof())


@pytest.mark.parametrize("value", [5, None, 3.5, ["x"]])
def test_what_is_no_certificate_at_all_is_refused(value: Any) -> None:
    with pytest.raises(Rejected):
        replay(value)


def test_every_part_of_the_digest_matters() -> None:
    """Another weight, bias, activation, wire or output is another network, and the statement is not about it."""
    metadata = pieces(proof())[0]["__metadata__"]
    variants = [
        {"output": [2]},
        {"weight": [2, 2, 2]},
        {"bias": [2, 1]},
        {"activation": [1, 1]},
        {"source": [1, 0, 2]},
        {"description": {"values": ["-0x1", "0x0", "0x3"]}},
        {"description": {"activations": [["identity", "0x0"], ["step", "0x0"]]}},
    ]
    for changes in variants:
        network = network_with(changes.get("description"), **{k: v for k, v in changes.items() if k != "description"})
        with pytest.raises(Rejected, match="the statement is about network"):
            replay(container(metadata, {"network": network}))
    assert statement(small())["network"] == small().digest()
