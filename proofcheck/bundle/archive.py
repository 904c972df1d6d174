"""The one zip file that holds given members: the container of evidence bundles, written and read by the same few lines.

Standard library only. Names are sorted, plain and distinct, times are fixed, nothing stands between or behind the members.
A file is read only when putting its members together again gives the same bytes, so all zip programs see the same in it,
and whatever a header promises is compared with the file before memory is taken for it.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

LARGEST_FILE = 1 << 30  # bytes of the whole file, and of all members together
LARGEST_MEMBER = 1 << 28
MOST_MEMBERS = 10_000
LONGEST_NAME = 200
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
STORED, DEFLATED = 0, 8
DAY = 0x21  # 1 January 1980, the first day that the format can say
MADE_BY, NEEDS, MODE = 3 << 8 | 20, 20, 0o100644 << 16


class BadArchive(Exception):
    """A file that is not such an archive: one sentence saying what was found."""


@dataclass(frozen=True)
class Member:
    """A member as it lies in the file: `packed` becomes `size` bytes with this CRC."""

    name: str
    method: int
    crc: int
    size: int
    packed: bytes

    def data(self) -> bytes:
        """The bytes of the member. Raises BadArchive; takes no more memory than was announced."""
        data = self.packed
        if self.method == DEFLATED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = inflate.decompress(self.packed, self.size + 1)
            except zlib.error:
                raise BadArchive(f"the member {self.name} is damaged: it cannot be inflated") from None
            if not inflate.eof or inflate.unused_data:
                raise BadArchive(f"the member {self.name} does not have the length that is announced")
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise BadArchive(f"the member {self.name} does not have the length and checksum that are announced")
        return data


def archive_bytes(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files. Raises BadArchive for names or sizes that no archive may have."""
    members = []
    for name, data in sorted(files.items()):
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = deflate.compress(data) + deflate.flush()
        small = len(packed) < len(data)
        members.append(Member(name, DEFLATED if small else STORED, zlib.crc32(data), len(data), packed if small else data))
    _check(members)
    return _joined(members)


def read_archive(data: bytes) -> dict[str, Member]:
    """The members by name, none of them inflated yet. Raises BadArchive for whatever `archive_bytes` cannot have written."""
    members: list[Member] = []
    try:
        mark, _, _, count, _, length, offset, _ = struct.unpack("<4s4H2LH", data[-22:])
        if mark != END or count > MOST_MEMBERS or offset + length + 22 != len(data):
            raise BadArchive("the end of the file is not that of a bundle: it may be cut off")
        place, start = offset, 0
        for _ in range(count):
            entry = struct.unpack("<4s6H3L5H2L", data[place : place + 46])
            method, crc, packed, size, named = entry[4], entry[7], entry[8], entry[9], entry[10]
            if named > LONGEST_NAME or packed > len(data):
                raise BadArchive("the directory announces more than the file can hold")
            name = data[place + 46 : place + 46 + named].decode("ascii")
            place, start = place + 46 + named, start + 30 + named + packed
            members.append(Member(name, method, crc, size, data[start - packed : start]))
    except (struct.error, UnicodeDecodeError):
        raise BadArchive("the directory of the file is not that of a bundle: it may be cut off") from None
    _check(members)
    if _joined(members) != data:
        raise BadArchive("the file is not laid out as a bundle is: it was packed or changed by another program")
    return {member.name: member for member in members}


def _check(members: list[Member]) -> None:
    for member in members:
        if not NAME.fullmatch(member.name) or len(member.name) > LONGEST_NAME:
            raise BadArchive(f"a member is called {member.name[:80]!a}, which no member of a bundle is")
        if member.method not in (STORED, DEFLATED):
            raise BadArchive(f"the member {member.name} is packed by method {member.method}, expected 0 or 8")
        if member.size > LARGEST_MEMBER:
            raise BadArchive(f"the member {member.name} has {member.size} bytes, at most {LARGEST_MEMBER} are allowed")
    if not all(a.name < b.name for a, b in pairwise(members)) or len({m.name.lower() for m in members}) < len(members):
        raise BadArchive("the names of the members are not sorted and distinct")
    total = sum(member.size for member in members)
    if total > LARGEST_FILE or len(members) > MOST_MEMBERS:
        raise BadArchive(f"{len(members)} members of {total} bytes in all: at most {MOST_MEMBERS} and {LARGEST_FILE} are allowed")


def _joined(members: Iterable[Member]) -> bytes:
    parts, directory, offset = list[bytes](), list[bytes](), 0
    for m in members:
        name = m.name.encode("ascii")
        common = (NEEDS, 0, m.method, 0, DAY, m.crc, len(m.packed), m.size, len(name))
        local = struct.pack("<4s5H3L2H", LOCAL, *common, 0) + name
        directory.append(struct.pack("<4s6H3L5H2L", CENTRAL, MADE_BY, *common, 0, 0, 0, 0, MODE, offset) + name)
        parts += [local, m.packed]
        offset += len(local) + len(m.packed)
    listing, count = b"".join(directory), len(directory)
    return b"".join([*parts, listing, struct.pack("<4s4H2LH", END, 0, 0, count, count, len(listing), offset, 0)])
