"""The archive: deterministic, readable by any zip program, and read only when it is exactly what is written."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import warnings
import zipfile
import zlib

import pytest

from proofcheck.bundle.archive import LARGEST_FILE, BadArchive, archive_bytes, read_archive

FILES = {"a.txt": b"", "b/c.txt": b"same " * 1000, "b/d": bytes(range(256))}


def contents(data: bytes) -> dict[str, bytes]:
    return {name: member.data() for name, member in read_archive(data).items()}


def test_what_is_written_is_read_by_this_and_by_any_zip_program() -> None:
    data = archive_bytes(FILES)
    assert contents(data) == FILES
    assert archive_bytes(dict(reversed(FILES.items()))) == data
    with zipfile.ZipFile(io.BytesIO(data)) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == FILES
        assert {entry.date_time for entry in other.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def zipped(*members: tuple[str, bytes], comment: bytes = b"", compress: int = zipfile.ZIP_STORED) -> bytes:
    """By Python's own zip writer, which allows everything; the times are the right ones."""
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", compress) as file:
        warnings.simplefilter("ignore")  # of duplicate names
        file.comment = comment
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name), data, compress)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the directory of the file is not that of a bundle"),
        (b"PK\3\4", "the directory of the file is not that of a bundle"),
        (archive_bytes(FILES)[:-1], "the end of the file is not that of a bundle"),
        (archive_bytes(FILES)[1:], "the end of the file is not that of a bundle"),
        (archive_bytes(FILES) + b" ", "the end of the file is not that of a bundle"),
        (zipped(("a", b"x"), comment=b"hello"), "the end of the file is not that of a bundle"),
        (zipped(("a", b"x")), "the file is not laid out as a bundle is"),
        (zipped(("a", b"x"), ("a", b"y")), "the names of the members are not sorted and distinct"),
        (zipped(("a", b"x"), ("A", b"y")), "the names of the members are not sorted and distinct"),
        (zipped(("Ab", b"x"), ("aB", b"y")), "the names of the members are not sorted and distinct"),
        (zipped(("b", b"x"), ("a", b"y")), "the names of the members are not sorted and distinct"),
        (zipped(("../a", b"x")), "a member is called '../a', which no member of a bundle is"),
        (zipped(("/etc/passwd", b"x")), "a member is called '/etc/passwd', which no member of a bundle is"),
        (zipped(("a/../b", b"x")), "a member is called 'a/../b', which no member of a bundle is"),
        (zipped(("a//b", b"x")), "a member is called 'a//b', which no member of a bundle is"),
        (zipped(("a\\b", b"x")), "which no member of a bundle is"),
        (zipped(("a b", b"x")), "which no member of a bundle is"),
        (zipped((".hidden", b"x")), "which no member of a bundle is"),
        (zipped(("a/", b"")), "which no member of a bundle is"),
        (zipped(("é", b"x")), "the directory of the file is not that of a bundle"),
        (zipped(("a" * 201, b"x")), "the directory announces more than the file can hold"),
        (zipped(("a", b"x" * 100), compress=zipfile.ZIP_BZIP2), "the member a is packed by method 12, expected 0 or 8"),
    ],
)
def test_any_other_zip_file_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(BadArchive) as caught:
        contents(data)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("names", [["../a"], ["a", "A"], [""]])
def test_such_names_are_not_written_either(names: list[str]) -> None:
    with pytest.raises(BadArchive):
        archive_bytes(dict.fromkeys(names, b""))


def test_every_changed_byte_is_noticed_and_every_cut_and_splice() -> None:
    """The name, the CRC or the layout disagrees; a change that deflates to the same bytes would be no change."""
    data, draw = archive_bytes(FILES), random.Random(1)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << draw.randrange(8)
        try:
            found = contents(bytes(changed))
        except BadArchive:
            continue
        assert sorted(found.values()) == sorted(FILES.values()), at  # a letter of a name in both headers would be needed
    for at in range(len(data)):
        for other in (data[:at], data[at:] + data[:at], data[:at] + data[at // 2 :]):
            if other != data:
                with pytest.raises(BadArchive):
                    contents(other)


def announcing(size: int, packed: bytes) -> bytes:
    """An archive of one member whose headers announce this size."""
    data = bytearray(archive_bytes({"bomb": b"0" * 1000}))
    names = zlib.crc32(b"0" * 1000)
    length = struct.unpack_from("<L", data, 18)[0]
    body = bytes(data[34 : 34 + length])
    made = data.replace(struct.pack("<LLL", names, length, 1000), struct.pack("<LLL", names, len(packed), size))
    made = made.replace(body, packed)
    struct.pack_into("<L", made, len(made) - 6, 34 + len(packed))
    return bytes(made)


def test_a_bomb_takes_no_more_memory_than_it_announces_and_no_more_may_be_announced_than_is_allowed() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(20)) + bomb.flush()
    for size in (1000, 20 << 20, LARGEST_FILE + 1, (1 << 32) - 1):
        data = announcing(size, packed)
        tracemalloc.start()
        with pytest.raises(BadArchive, match=r"does not have the length|are allowed"):
            contents(data)
        assert tracemalloc.get_traced_memory()[1] < (2 * size if size <= LARGEST_FILE else 0) + 5 * len(packed) + 10_000
        tracemalloc.stop()


def test_a_directory_that_promises_too_much_is_refused_at_once() -> None:
    data = bytearray(archive_bytes(FILES))
    for count in (2, 4, 9_999, 10_001, 65_535):
        struct.pack_into("<HH", data, len(data) - 14, count, count)
        with pytest.raises(BadArchive):
            read_archive(bytes(data))
