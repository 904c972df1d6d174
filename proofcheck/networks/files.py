"""Network files: one network as deterministic bytes, exactly as docs/formats.md says, and strict reading.

Reading believes nothing: every length is compared with the size of the file before memory is taken for it.
"""

from __future__ import annotations

import json
import os
import tempfile
from math import prod
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from proofcheck.domains import domain_of
from proofcheck.errors import InputError
from proofcheck.exact import rational_of, text_of
from proofcheck.networks.activation import Activation
from proofcheck.networks.network import Meanings, Network, Port

_LARGEST_HEADER = 100_000_000
_MOST_INPUTS = 10_000_000
_ARRAYS = ("activation", "bias", "start", "source", "weight", "output")


def network_bytes(network: Network) -> bytes:
    """The file of `network`. The same network always gives the same bytes."""
    description = {
        "activations": [[a.kind, text_of(a.slope)] for a in network.activations],
        "circuit": None if network.meanings is None else network.meanings.circuit,
        "domain": network.domain.json(),
        "inputs": [[port.name, list(port.shape)] for port in network.inputs],
        "outputs": [[port.name, list(port.shape)] for port in network.outputs],
        "values": [text_of(value) for value in network.values],
    }
    metadata = {"format": "proofcheck-network", "network": _canonical(description), "version": "1"}
    arrays = {name: getattr(network, name) for name in _ARRAYS}
    if network.meanings is not None:
        arrays["meaning"] = network.meanings.literal
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, array in arrays.items():
        begin, end = end, end + 8 * len(array)
        header[name] = {"dtype": "I64", "shape": [len(array)], "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    return b"".join([len(text).to_bytes(8, "little"), text, *(array.astype("<i8").tobytes() for array in arrays.values())])


def write_network(network: Network, path: str | Path) -> None:
    """Write the file of `network` to `path`: the whole file appears at once, or nothing. Raises OSError."""
    write_whole(network_bytes(network), path)


def write_whole(data: bytes, path: str | Path, unfinished: str | Path | None = None) -> None:
    """Write a file that appears at once with all of `data`, or not at all. Raises OSError.

    unfinished: the folder in which it is written before it appears, on the same disk; else that of the file. A device or a
    pipe, such as /dev/stdout, is written to and not replaced.
    """
    target = Path(path)
    if target.exists() and not target.is_file():
        with target.open("wb") as device:
            device.write(data)
        return
    try:
        handle, name = tempfile.mkstemp(prefix=target.name, suffix=".part", dir=unfinished or target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None  # not the name that nobody has asked for
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def read_network(file: str | Path | bytes) -> Network:
    """The network in a file, given by its path or its bytes.

    Raises InputError, with the path in front, for anything that is not exactly a network file.
    """
    path = None if isinstance(file, bytes) else file
    try:
        data = file if isinstance(file, bytes) else Path(file).read_bytes()
        return _network(memoryview(data))
    except OSError as error:
        raise InputError(f"the file cannot be read: {error.strerror}", path) from None
    except InputError as error:
        raise InputError(error.message, path) from None


def _network(data: memoryview) -> Network:
    if len(data) < 8:
        raise InputError(f"a network file starts with 8 bytes of header length, there are {len(data)} bytes")
    length = int.from_bytes(data[:8], "little")
    if length > min(_LARGEST_HEADER, len(data) - 8):
        raise InputError(
            f"the header length is {length}, {len(data) - 8} bytes follow (and at most 100 MB are allowed): "
            "expected a network file, as emulate and export --to net write them"
        )
    padded = bytes(data[8 : 8 + length])
    text = padded.rstrip(b" ")
    header = _object(text, {"__metadata__", *_ARRAYS}, {"meaning"}, "the header")
    padding = length - len(text)
    if json.dumps(header, separators=(",", ":")).encode() != text or padding > 7 or (padding and length % 8):
        raise InputError("the header is not canonical JSON, padded by spaces to a multiple of 8 bytes")
    metadata = header["__metadata__"]
    _has_keys(metadata, {"format", "network", "version"}, set(), "__metadata__")
    if metadata["format"] != "proofcheck-network" or metadata["version"] != "1":
        raise InputError(
            f"this is {str(metadata['format'])[:40]!r} version {str(metadata['version'])[:10]!r}, "
            "expected 'proofcheck-network' version '1'"
        )
    if not isinstance(metadata["network"], str):
        raise InputError("the description of the network must be text")
    keys = {"activations", "circuit", "domain", "inputs", "outputs", "values"}
    description = _object(metadata["network"].encode(), keys, set(), "the description of the network")
    if _canonical(description) != metadata["network"]:
        raise InputError("the description of the network is not canonical JSON")
    arrays = _arrays(header, data[8 + length :])
    circuit = description["circuit"]
    if (circuit is None) != ("meaning" not in arrays):
        raise InputError("a network file has meanings if and only if it names a circuit")
    if circuit is not None and not (isinstance(circuit, str) and len(circuit) == 64 and set(circuit) <= set("0123456789abcdef")):
        raise InputError("the circuit must be a SHA-256 in lower-case hex")
    inputs, outputs = _ports(description["inputs"]), _ports(description["outputs"])
    return Network(
        inputs=inputs,
        outputs=outputs,
        domain=_domain(description["domain"], sum(port.size for port in inputs)),
        values=tuple(rational_of(_text(value)) for value in _list(description["values"])),
        activations=tuple(_activation(item) for item in _list(description["activations"])),
        **{name: arrays[name] for name in _ARRAYS},
        meanings=None if circuit is None else Meanings(circuit, arrays["meaning"]),
    )


def _arrays(header: dict[str, Any], data: memoryview) -> dict[str, Any]:
    """The tensors, which must lie back to back in the order of the format and cover the data."""
    arrays, end = {}, 0
    if list(header) != [name for name in ("__metadata__", *_ARRAYS, "meaning") if name in header]:
        raise InputError("the tensors are not in the order activation, bias, start, source, weight, output, meaning")
    for name in list(header)[1:]:
        entry = header[name]
        _has_keys(entry, {"dtype", "shape", "data_offsets"}, set(), f"tensor {name}")
        begin, end_before = end, end
        shape, offsets = entry["shape"], entry["data_offsets"]
        if entry["dtype"] != "I64" or not _is_integers(shape, 1) or not _is_integers(offsets, 2):
            raise InputError(f"tensor {name} must be a flat I64 array")
        end = begin + 8 * shape[0]
        if offsets != [end_before, end] or end > len(data):
            raise InputError(f"tensor {name} lies at {offsets}, expected [{begin}, {end}] within {len(data)} bytes of data")
        arrays[name] = np.frombuffer(data, "<i8", shape[0], begin)
    if end != len(data):
        raise InputError(f"{len(data) - end} bytes follow the last tensor")
    return arrays


def _object(text: bytes, required: set[str], optional: set[str], what: str) -> dict[str, Any]:
    """The JSON object in `text`: ASCII, no duplicate keys, no floats, the given keys and no others."""
    try:
        value = json.loads(text.decode("ascii"), object_pairs_hook=_distinct, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError):
        raise InputError(f"{what} is not JSON of the strict kind (ASCII, no floats, no duplicate keys)") from None
    _has_keys(value, required, optional, what)
    return dict(value)


def _has_keys(value: Any, required: set[str], optional: set[str], what: str) -> None:
    if not isinstance(value, dict) or not required <= value.keys() <= required | optional:
        raise InputError(f"{what} must be an object with the keys {', '.join(sorted(required))}")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _is_integers(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length and all(type(v) is int and v >= 0 for v in value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InputError("the description of the network has a value where a list is expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise InputError("the description of the network has a value where text is expected")
    return value


def _activation(item: Any) -> Activation:
    if len(_list(item)) != 2:
        raise InputError("an activation is a pair of kind and slope")
    return Activation(_text(item[0]), rational_of(_text(item[1])))


def _ports(items: Any) -> tuple[Port, ...]:
    ports = []
    for item in _list(items):
        if not (isinstance(item, list) and len(item) == 2 and isinstance(item[0], str) and isinstance(item[1], list)):
            raise InputError("a port is a pair of name and shape")
        if not _is_integers(item[1], len(item[1])) or prod(item[1]) > _MOST_INPUTS:
            raise InputError(f"port {item[0][:40]} must have a shape of at most {_MOST_INPUTS} values")
        ports.append(Port(item[0], tuple(item[1])))
    return tuple(ports)


def _domain(data: Any, inputs: int) -> Any:
    """The domain, once the lengths of its runs are known to add up to the number of inputs."""
    runs = data.get("sets") if isinstance(data, dict) else None
    if not isinstance(runs, list) or not all(isinstance(run, list) and len(run) == 2 and type(run[1]) is int for run in runs):
        raise InputError("the domain must be an object with the keys constraints, different, sets")
    if any(run[1] < 1 for run in runs) or sum(run[1] for run in runs) != inputs:
        raise InputError(f"the domain has {sum(run[1] for run in runs)} coordinates, the network {inputs} inputs")
    return domain_of(data)
