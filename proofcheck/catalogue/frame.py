"""A frame: a line with a length, that many bytes of JSON, and the byte strings that the JSON lists under "blobs", back to back.

What is read is checked for its lengths and its nonce only; nothing in it is believed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LONGEST_ANSWER = 2**27  # of JSON, which takes many times its length in memory


def framed(answer: Mapping[str, Any], blobs: Mapping[str, bytes]) -> bytes:
    """The frame of an answer, which has a nonce, and of byte strings by their SHA-256."""
    listed = {**answer, "blobs": [[digest, len(data)] for digest, data in blobs.items()]}
    body = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    return b"%d\n" % len(body) + body + b"".join(blobs.values())


def unframed(output: bytes, nonce: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The answer of a frame without its nonce, and the byte strings by their true SHA-256.

    Raises ValueError, KeyError, TypeError, AttributeError or RecursionError for what is no frame with this nonce.
    """
    digits, _, rest = output.partition(b"\n")
    length = _count(int(digits))
    if length > LONGEST_ANSWER:
        raise ValueError
    answer = json.loads(rest[:length])
    if answer.pop("nonce") != nonce:
        raise ValueError
    sizes = [_count(size) for _, size in answer.pop("blobs")]
    if length + sum(sizes) != len(rest):
        raise ValueError
    blobs, start = {}, length
    for size in sizes:
        data = rest[start : start + size]
        blobs[hashlib.sha256(data).hexdigest()] = data
        start += size
    return answer, blobs


def _count(number: object) -> int:
    if type(number) is not int or number < 0:
        raise ValueError
    return number
