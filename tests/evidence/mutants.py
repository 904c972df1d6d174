"""Every way to change a certificate one field at a time, whatever its method: certificates as plain data and back.

A certificate is read into nested dicts, lists, texts, integers and bytes: its metadata with the statement as JSON, its
tensors, and within the tensor `network` the network file in the same form. A mutant is written from such a tree with the
right lengths and offsets, so that only the change itself can be noticed. It comes plain, and signed: with the digests in the
statement computed again, so that it is judged on its merits and not by SHA-256 alone.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any

Tree = Any
Path = tuple[Any, ...]

NESTED, TEXTS = ("network", "other"), ("statement", "network")
BYTES = ("circuit", "own", "proof", "cuts")  # JSON in some methods
RATIONAL = re.compile(r"-?0x[0-9a-f]+(/0x[0-9a-f]+)?")
TWICE = "#twice"
LARGEST, LEAST = (1 << 63) - 1, -(1 << 63)
KINDS = ("identity", "leaky_relu", "relu", "saturated_linear", "step")
WORDS = (
    *KINDS, *("==", "<=", "<", ">=", ">", "+", "-", "*", "floordiv", "power", "ceil_log2", "floor_log2", "binomial"),
    *("input", "output", "constant", "affine", "max", "min", "abs", "square", "mod", "not", "and", "or", "xor", "where"),
    *("interval", "intervals", "grid", "number", "parameter", "measure", "width", "depth", "neurons", "nonzeros", "volume"),
    *("split", "gap", "sign", "sum", "never", "computes", "approximates", "property", "relation", "exact"),
    *("fold", "calls", "tree", "cells", "stages", "sort", "halves", "left", "decreasing", "family", "growth", "instance", "D"),
    *("parallel", "sequence", "induction", "unrolling"),
    *("meanings", "sizes", "exhaustive", "lemmas", "exactness", "vertices", "clauses"),
    *("float16", "float32", "int8"),
)  # fmt: skip
"""What stands in the place of a word: other words of the formats, most of which make no sense there."""


def canonical(value: Tree, sort: bool = True) -> str:
    """Canonical JSON; a key that ends with TWICE is written without it, so that it stands there twice."""
    return json.dumps(value, sort_keys=sort, separators=(",", ":")).replace(f'{TWICE}":', '":')


def text_of(value: Fraction) -> str:
    return hex(value.numerator) + (f"/{hex(value.denominator)}" if value.denominator > 1 else "")


def decoded(data: bytes) -> Tree:
    """The certificate or network file as plain data."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    for name in TEXTS:
        if name in metadata:
            metadata[name] = json.loads(metadata[name])
    tensors: dict[str, Any] = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        raw = data[start:end]
        if entry["dtype"] == "I64":
            tensors[name] = list(struct.unpack(f"<{len(raw) // 8}q", raw))
        else:
            tensors[name] = decoded(raw) if name in NESTED else json.loads(raw) if raw[:1] in (b"{", b"[") else list(raw)
    return {"metadata": metadata, "tensors": tensors}


def encoded(tree: Tree) -> bytes:
    """The file of a tree. Raises ValueError, TypeError or struct.error for what no file can hold."""
    metadata = {name: canonical(value) if name in TEXTS else value for name, value in tree["metadata"].items()}
    header: dict[str, Any] = {"__metadata__": metadata}
    body = b""
    for name, value in tree["tensors"].items():
        kind = name.removesuffix(TWICE)
        if kind in NESTED and isinstance(value, dict) and value.keys() == {"metadata", "tensors"}:
            dtype, raw, count = "U8", encoded(value), 0
        elif kind in BYTES and not (isinstance(value, list) and all(type(byte) is int for byte in value)):
            dtype, raw, count = "U8", canonical(value).encode(), 0
        elif kind in BYTES:
            dtype, raw, count = "U8", bytes(value), 0
        else:
            dtype, raw, count = "I64", struct.pack(f"<{len(value)}q", *value), len(value)
        header[name] = {"dtype": dtype, "shape": [count or len(raw)], "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    return with_header(canonical(header, sort=False), body)


def with_header(text: str, body: bytes) -> bytes:
    raw = text.encode()
    raw += b" " * (-len(raw) % 8)
    return struct.pack("<Q", len(raw)) + raw + body


def signed(tree: Tree) -> Tree | None:
    """The tree with the digests in its statement made right; None where there is nothing that has a digest."""
    try:
        if "network" not in tree["tensors"] and "network" not in tree["metadata"]["statement"]:
            return None
        tree = copy.deepcopy(tree)
        statement, tensors = tree["metadata"]["statement"], tree["tensors"]
        statement["network"] = network_digest(tensors["network"])
        if "circuit" in statement.get("target", ()):
            statement["target"]["circuit"] = hashlib.sha256(bytes(tensors["circuit"])).hexdigest()
        if "network" in statement.get("target", ()):
            statement["target"]["network"] = network_digest(tensors["other"])
        return tree
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error):
        return None


def network_digest(network: Tree) -> str:
    """The digest of a network file in the form of `decoded`, by docs/formats.md."""
    said, tensors = network["metadata"]["network"], network["tensors"]
    arrays = [tensors[name] for name in ("activation", "bias", "start", "source", "weight", "output")]
    inputs = sum(_size(shape) for _, shape in said["inputs"])
    lengths = [len(arrays[0]), len(arrays[3]), len(arrays[5])]
    header = {"activations": said["activations"], "inputs": inputs, "lengths": lengths, "values": said["values"]}
    packed = b"".join(struct.pack(f"<{len(array)}q", *array) for array in arrays)
    return hashlib.sha256(canonical(header).encode() + packed).hexdigest()


def _size(shape: Any) -> int:
    size = 1
    for side in shape:
        size *= side
    return size


def field_mutants(data: bytes, every: int = 1, ways: int | None = None) -> Iterator[tuple[str, bytes]]:
    """(what was changed, the file) for each field changed alone, plain and signed, and for each leaf of the headers.

    every: only each so many-th change. ways: of each field at most so many changes, drawn with a seed.
    """
    tree = decoded(data)
    seen = {_short(data)}
    for path, changed in islice(changes(tree, ways), 0, None, every):
        for form, whole in (("plain", changed), ("signed", signed(changed))):
            try:
                made = encoded(whole) if whole is not None else data
            except (ValueError, TypeError, KeyError, AttributeError, struct.error):
                continue
            if _short(made) not in seen:
                seen.add(_short(made))
                yield f"{form} {'/'.join(map(str, path))}", made
    for name, made in islice(header_mutants(data), 0, None, every):
        if _short(made) not in seen:
            seen.add(_short(made))
            yield name, made


def _short(data: bytes) -> bytes:
    """Stands for a file among those that were made."""
    return hashlib.blake2b(data, digest_size=16).digest()


def header_mutants(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The leaves and keys of the headers, of the certificate and of the network in it, changed while the data stays."""
    header, body = split(data)
    for path, changed in changes(header):
        yield f"header {'/'.join(map(str, path))}", with_header(canonical(changed, sort=False), body)
    for spaces in (1, 7, 8, 16):
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8) + b" " * spaces
        yield f"header padded {spaces}", struct.pack("<Q", len(text)) + text + body
    rows = [*header.items()]
    for order in (rows[::-1], sorted(rows, key=str), rows[1:] + rows[:1]):
        yield "header order", with_header(canonical(dict(order), sort=False), body)
    for nested in [name for name in NESTED if name in header]:
        start, end = header[nested]["data_offsets"]
        for path, made in header_mutants(body[start:end]):
            tree = copy.deepcopy(header)
            grown = len(made) - (end - start)
            for name, entry in tree.items():
                if name == nested:
                    entry["shape"], entry["data_offsets"] = [len(made)], [start, end + grown]
                elif name != "__metadata__" and entry["data_offsets"][0] >= end:
                    entry["data_offsets"] = [offset + grown for offset in entry["data_offsets"]]
            yield f"{nested}'s {path}", with_header(canonical(tree, sort=False), body[:start] + made + body[end:])


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """(the header, the data behind it)."""
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def changes(tree: Tree, ways: int | None = None) -> Iterator[tuple[Path, Tree]]:
    """(path, the whole tree with what stands at the path replaced), for everything in the tree; `ways` as in field_mutants."""
    draw = random.Random(0)
    for path, value in list(walk(tree)):
        others = list(replaced(value))
        for other in others if ways is None else draw.sample(others, min(ways, len(others))):
            yield path, _with(tree, path, other)


def walk(tree: Tree, path: Path = ()) -> Iterator[tuple[Path, Tree]]:
    """Everything in the tree, with where it stands."""
    if path:
        yield path, tree
    if isinstance(tree, (dict, list)):
        for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from walk(value, (*path, key))


def _with(tree: Tree, path: Path, value: Tree) -> Tree:
    """The tree with another value at the path; everything off the path is shared."""
    if not path:
        return value
    made = copy.copy(tree)
    made[path[0]] = _with(tree[path[0]], path[1:], value)
    return made


def replaced(value: Tree) -> Iterator[Tree]:
    """What may stand there instead: near values, far ones, other types, entries dropped, doubled, swapped, reversed."""
    yield from (None, True, False, 1.5, [], {}, [value], "", "x")
    if isinstance(value, bool) or value is None:
        yield from (0, 1, "0x0")
    elif isinstance(value, int):
        yield from (value + 1, value - 1, -value, 0, 1, LARGEST, LEAST, value ^ 1, 10**30, str(value), float(value))
    elif isinstance(value, str) and RATIONAL.fullmatch(value):
        number = Fraction(int(value.partition("/")[0], 16), int(value.partition("/")[2] or "1", 16))
        for other in (number + 1, number - 1, -number, Fraction(0), number / 2, number * 2, number + Fraction(1, 1 << 40)):
            yield text_of(other)
        yield from (str(number), value.upper(), value + "/0x1", value.replace("0x", "0x0"), f"+{value}", f" {value}", int(number))
    elif isinstance(value, str):
        yield from (value + "x", value[:-1], value.upper(), value[::-1])
        if len(value) == 64:
            yield from ("0" * 64, value[:-1] + ("0" if value[-1] != "0" else "1"))
        else:
            yield from WORDS
    elif isinstance(value, list):
        for i in range(len(value)):
            yield value[:i] + value[i + 1 :]
            yield value[: i + 1] + value[i:]
            if i:
                yield [*value[: i - 1], value[i], value[i - 1], *value[i + 1 :]]
        yield value[::-1]
        yield [*value, 0]
        yield [*value, *value]
    elif isinstance(value, dict):
        keys = list(value)
        for key in keys:
            yield {k: v for k, v in value.items() if k != key}
            yield {(f"{k}x" if k == key else k): v for k, v in value.items()}
            yield {k2: v for k, v in value.items() for k2 in ([k, k + TWICE] if k == key else [k])}
            for other in keys:
                if other > key:
                    yield value | {key: value[other], other: value[key]}
        yield value | {"x": 0}
        yield dict(reversed(value.items()))


def flips(data: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Random bytes replaced by other ones."""
    draw = random.Random(f"flips {seed} {len(data)}")
    for _ in range(count):
        at, other = draw.randrange(len(data)), draw.randrange(1, 256)
        yield f"flip {at}", data[:at] + bytes([data[at] ^ other]) + data[at + 1 :]


def cuts(data: bytes, every: int = 64) -> Iterator[tuple[str, bytes]]:
    """The file cut off, cut out and grown at every 64th byte."""
    for at in range(0, len(data), every):
        yield f"cut {at}", data[:at]
        yield f"cut out {at}", data[:at] + data[at + every :]
        yield f"twice {at}", data[:at] + data[at : at + every] + data[at:]
    yield "grown", data + b"\0"


def splices(data: bytes, other: bytes, every: int = 64) -> Iterator[tuple[str, bytes]]:
    """Two files in one: at every 64th byte, and part by part, plain and signed."""
    for at in range(every, min(len(data), len(other)), every):
        yield f"splice {at}", data[:at] + other[at:]
    one, two = decoded(data), decoded(other)
    for part in ("metadata", "tensors"):
        for name in two[part]:
            mixed = one | {part: one[part] | {name: two[part][name]}}
            for form, whole in (("plain", mixed), ("signed", signed(mixed))):
                if whole is not None:
                    yield f"{form} splice {name}", encoded(whole)
