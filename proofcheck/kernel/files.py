"""Files become checked values: the container and its tensors, canonical JSON and its parts.

Nothing is believed about a file: every count, offset and index is compared with what is really there. Whatever could
be written in two ways is accepted in one: JSON text must be what writing its value again gives, so duplicate keys,
spaces and other spellings are refused. The formats are those of docs/formats.md.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any

from .exact import Rejected, require

LONGEST_HEADER = 100_000_000  # bytes
MOST_COORDINATES = 1 << 20  # inputs or outputs of a network
BYTE_TENSORS = ("network", "other", "circuit", "own", "cuts", "proof")


def canonical(value: Any, sort: bool = True) -> str:
    """The canonical JSON text of a value; the header of a container keeps the order of its keys."""
    return json.dumps(value, sort_keys=sort, separators=(",", ":"))


def json_of(text: str, what: str, sort: bool = True) -> Any:
    """Read canonical JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        raise Rejected(f"{what} is not JSON") from None
    require(canonical(value, sort) == text, f"{what} is not in canonical form: sorted and distinct keys, no spaces, ASCII")
    return value


def fields(value: Any, what: str, *names: str) -> list[Any]:
    """The values of a JSON object that has exactly these keys."""
    require(type(value) is dict and value.keys() == set(names), f"{what} must be an object with the keys {', '.join(names)}")
    return [value[name] for name in names]


def items(value: Any, what: str, least: int = 0, most: int | None = None) -> list[Any]:
    """A JSON array with `least` to `most` entries."""
    if type(value) is not list or len(value) < least or (most is not None and len(value) > most):
        raise Rejected(f"{what} must be an array of {least} to {'any number of' if most is None else most} entries")
    return list(value)


def integer(value: Any, what: str, least: int, most: int) -> int:
    """A JSON integer from least to most."""
    if type(value) is not int or not least <= value <= most:
        raise Rejected(f"{what} must be an integer from {least} to {most}")
    return int(value)


def sha(value: Any, what: str) -> str:
    """A SHA-256 in lower-case hexadecimal."""
    require(type(value) is str and len(value) == 64 and set(value) <= set("0123456789abcdef"), f"{what} must be a SHA-256")
    return str(value)


def container(data: bytes, kind: str, *names: str) -> tuple[list[str], dict[str, bytes]]:
    """The metadata called `names` and the raw tensors, in their order, of a safetensors file of this kind."""
    length = int.from_bytes(data[:8], "little")
    require(8 + length <= len(data) and length <= LONGEST_HEADER, f"the header length {length} does not fit the {kind} file")
    padded = data[8 : 8 + length]
    text = padded.rstrip(b" ")
    padding = length - len(text)
    require(padding == 0 or (padding < 8 and length % 8 == 0), "the header may only be padded to a multiple of 8 bytes")
    header = json_of(text.decode("ascii", "replace"), "the header", sort=False)
    require(type(header) is dict, "the header must be a JSON object")
    form, version, *values = fields(header.pop("__metadata__", None), "the metadata", "format", "version", *names)
    require((form, version) == (f"proofcheck-{kind}", "1"), f"the file is not a proofcheck-{kind} of version 1")
    require(all(type(value) is str for value in values), "the metadata must be texts")
    return values, dict(_tensors(header, data[8 + length :]))


def _tensors(header: dict[str, Any], data: bytes) -> Iterator[tuple[str, bytes]]:
    end = 0
    for name, entry in header.items():
        what = f"tensor {name[:40]!r}"
        kind, width = ("U8", 1) if name in BYTE_TENSORS else ("I64", 8)
        dtype, shape, offsets = fields(entry, what, "dtype", "shape", "data_offsets")
        length = integer(items(shape, what, 1, 1)[0], what, 0, len(data))
        start, end = end, end + width * length
        exact = [integer(offset, what, 0, len(data)) for offset in items(offsets, what, 2, 2)] == [start, end]
        require(exact and dtype == kind, f"{what} must have dtype {kind} and lie at {start} to {end} of the data")
        yield name, data[start:end]
    require(end == len(data), f"the data has {len(data)} bytes, the tensors cover {end}")


def expect(tensors: dict[str, bytes], *names: str) -> list[bytes]:
    """The tensors, which must be exactly these in this order."""
    require(list(tensors) == list(names), f"the tensors must be {', '.join(names)} in this order")
    return list(tensors.values())


def integers(tensor: bytes, what: str, least: int, most: int) -> tuple[int, ...]:
    """The entries of an I64 tensor, all from least to most."""
    values = struct.unpack(f"<{len(tensor) // 8}q", tensor)
    require(not values or (least <= min(values) and max(values) <= most), f"{what} has an entry outside {least} .. {most}")
    return values
