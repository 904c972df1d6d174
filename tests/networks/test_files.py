"""Network files: the same bytes always, the same network back, and one sentence for anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from proofcheck.domains import Bits, Box, Permutations
from proofcheck.errors import InputError
from proofcheck.networks import (
    Activation,
    Meanings,
    Network,
    Port,
    inputs,
    leaky_relu,
    network,
    network_bytes,
    read_network,
    relu,
    write_network,
)


def example() -> Network:
    """Several ports, rationals, a slope, a domain with a condition, meanings."""
    x, y = inputs(2, on=Box(Fraction(-1, 3), 2), name="left"), inputs(3, on=Permutations)
    z = leaky_relu(x[0] - y[1] / 7, Fraction(-2, 5))
    net = network({"a": [z, relu(y[0] + 10**40)], "b": x[1]}, inputs=[x, y])
    return replace(net, meanings=Meanings("0" * 64, np.array([4, -1])))


def parts(data: bytes) -> tuple[dict, bytes]:
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def packed(header: dict, body: bytes, pad: int = 0) -> bytes:
    text = json.dumps(header, separators=(",", ":")).encode() + b" " * pad
    return len(text).to_bytes(8, "little") + text + body


def described(**changes) -> bytes:
    """The example with changes in its description."""
    header, body = parts(network_bytes(example()))
    description = json.loads(header["__metadata__"]["network"]) | changes
    header["__metadata__"]["network"] = json.dumps(description, sort_keys=True, separators=(",", ":"))
    return packed(header, body)


def test_a_file_holds_names_domain_and_meanings(tmp_path):
    net = example()
    write_network(net, tmp_path / "one.net")
    assert read_network(tmp_path / "one.net") == read_network(network_bytes(net)) == net
    assert list(tmp_path.iterdir()) == [tmp_path / "one.net"]


def test_the_same_network_gives_the_same_bytes():
    assert network_bytes(example()) == network_bytes(example())
    assert len(network_bytes(example())) % 8 == 0


def test_the_file_is_a_safetensors_file(tmp_path):
    write_network(example(), tmp_path / "one.net")
    with safe_open(tmp_path / "one.net", "numpy") as file:
        assert file.metadata()["format"] == "proofcheck-network"
        assert np.array_equal(file.get_tensor("source"), example().source)


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "one.net"
    write_network(example(), path)
    before = path.read_bytes()
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("no space")))
    with pytest.raises(OSError, match="no space"):
        write_network(network(relu(inputs())), path)
    assert [p.read_bytes() for p in tmp_path.iterdir()] == [before]


@pytest.mark.parametrize("keep", range(0, 1200, 37))
def test_a_truncated_file_is_refused(keep):
    data = network_bytes(example())
    if keep < len(data):
        with pytest.raises(InputError):
            read_network(data[:keep])


def test_flipping_any_byte_is_noticed_or_gives_another_network():
    net = network(relu(inputs(2, on=Bits)[0]))
    data = network_bytes(net)
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            found = read_network(changed)
        except InputError:
            continue
        assert found != net


def test_the_path_stands_in_front(tmp_path):
    path = tmp_path / "bad.net"
    path.write_bytes(b"12345")
    with pytest.raises(InputError) as error:
        read_network(path)
    assert str(error.value) == f"{path}: a network file starts with 8 bytes of header length, there are 5 bytes"
    with pytest.raises(InputError) as error:
        read_network(Path(tmp_path / "none.net"))
    assert str(error.value) == f"{tmp_path / 'none.net'}: the file cannot be read: No such file or directory"
    assert error.value.exit_code == 65


def changed_header(**changes) -> bytes:
    header, body = parts(network_bytes(example()))
    return packed(header | changes, body)


def text_header(text: bytes) -> bytes:
    return len(text).to_bytes(8, "little") + text


FAULTS = {
    "the header length is 18446744073709551615, 0 bytes follow (and at most 100 MB are allowed): "
    "expected a network file, as emulate and export --to net write them": b"\xff" * 8,
    "the header is not JSON of the strict kind (ASCII, no floats, no duplicate keys)": text_header(b'{"a":1.5}'),
    "the header must be an object with the keys __metadata__, activation, bias, output, source, start, weight": text_header(
        b"[]"
    ),
    "this is 'pt' version '1', expected 'proofcheck-network' version '1'": changed_header(
        __metadata__={"format": "pt", "network": "{}", "version": "1"}
    ),
    "the description of the network is not canonical JSON": changed_header(
        __metadata__={
            "format": "proofcheck-network",
            "network": json.dumps(json.loads(parts(network_bytes(example()))[0]["__metadata__"]["network"])),
            "version": "1",
        }
    ),
    "tensor source must be a flat I64 array": changed_header(source={"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}),
    "tensor bias lies at [0, 16], expected [16, 32] within 144 bytes of data": changed_header(
        bias={"dtype": "I64", "shape": [2], "data_offsets": [0, 16]}
    ),
    "tensor activation lies at [0, 8000000000000000], expected [0, 8000000000000000] within 144 bytes of data": changed_header(
        activation={"dtype": "I64", "shape": [10**15], "data_offsets": [0, 8 * 10**15]}
    ),
    "1 bytes follow the last tensor": network_bytes(example()) + b"x",
    "a network file has meanings if and only if it names a circuit": described(circuit=None),
    "the circuit must be a SHA-256 in lower-case hex": described(circuit="A" * 64),
    "port x must have a shape of at most 10000000 values": described(inputs=[["x", [10**9, 10**9]]]),
    "the domain has 5 coordinates, the network 6 inputs": described(inputs=[["x", [6]]]),
    "'0x10/0x2' is not a rational in canonical hexadecimal form": described(values=["0x10/0x2"]),
    "unknown activation 'tanh': known are identity, relu, leaky_relu, step, saturated_linear": described(
        activations=[["tanh", "0x0"]]
    ),
    "the value table must be strictly increasing": described(values=["0x1", "0x0"]),
    "a port is a pair of name and shape": described(outputs=[["a"]]),
    "the domain must be an object with the keys constraints, different, sets": described(domain=[]),
}


@pytest.mark.parametrize("message", FAULTS)
def test_a_malformed_file_is_refused_in_one_sentence(message):
    with pytest.raises(InputError) as error:
        read_network(FAULTS[message])
    assert str(error.value) == message


def test_tensors_in_another_order_are_refused():
    header, body = parts(network_bytes(example()))
    swapped = {name: header[name] for name in ("__metadata__", "bias", "activation", *list(header)[3:])}
    with pytest.raises(InputError) as error:
        read_network(packed(swapped, body))
    assert str(error.value) == ("the tensors are not in the order activation, bias, start, source, weight, output, meaning")


def test_a_header_has_one_spelling_as_for_the_kernel():
    header, body = parts(network_bytes(example()))
    text = json.dumps(header, separators=(",", ":")).encode()
    aligned = -len(text) % 8
    assert read_network(packed(header, body, pad=aligned)) == example()
    spaced = json.dumps(header).encode()
    escaped = text.replace(b'"U8"', b'"\\u0055\\u0038"').replace(b'"I64"', b'"\\u004964"')
    padded = [text + b" " * (aligned + 8), text + b" " * (aligned + 1), spaced, escaped, text[:-1] + b"\n}", b" " + text]
    for header_text in padded:
        with pytest.raises(InputError, match="the header is not canonical JSON, padded by spaces to a multiple of 8 bytes"):
            read_network(text_header(header_text) + body)


def test_names_and_slopes_that_need_escapes_survive():
    net = example()
    named = replace(
        net, inputs=(Port("größe \n", (5,)),), activations=(Activation("leaky_relu", Fraction(1, 3)), net.activations[1])
    )
    assert read_network(network_bytes(named)) == named


def test_a_write_that_cannot_begin_names_the_file_that_was_asked_for(tmp_path):
    with pytest.raises(OSError) as caught:
        write_network(example(), tmp_path / "none" / "net")
    assert caught.value.filename == str(tmp_path / "none" / "net")
