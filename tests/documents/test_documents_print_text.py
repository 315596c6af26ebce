"""The character maps of faces are read as the faces have them."""

import struct

from onething.documents.rendering.print_text import coverage


def font(*subtables: bytes) -> bytes:
    """A file with nothing but a character map."""
    places, body = b"", b""
    for each in subtables:
        places += struct.pack(">HHI", 3, 10, 4 + 8 * len(subtables) + len(body))
        body += each
    cmap = struct.pack(">HH", 0, len(subtables)) + places + body
    head = struct.pack(">IHHHH", 0x00010000, 1, 0, 0, 0)
    return head + struct.pack(">4sIII", b"cmap", 0, 28, len(cmap)) + cmap


def long_table(*groups: tuple[int, int]) -> bytes:
    body = b"".join(struct.pack(">III", first, last, 1) for first, last in groups)
    return struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body


def short_table(*segments: tuple[int, int]) -> bytes:
    whole = [*segments, (0xFFFF, 0xFFFF)]
    ends, starts = (struct.pack(f">{len(whole)}H", *(each[side] for each in whole)) for side in (1, 0))
    zeros = b"\0\0" * len(whole)
    return struct.pack(">HHHHHHH", 4, 0, 0, 2 * len(whole), 0, 0, 0) + ends + b"\0\0" + starts + zeros + zeros


def test_long_and_short_character_maps_are_read() -> None:
    found = set(coverage(font(long_table((0x4E00, 0x4E02), (0x20BB7, 0x20BB7)), short_table((0x41, 0x43)))))
    assert found == {0x4E00, 0x4E01, 0x4E02, 0x20BB7, 0x41, 0x42, 0x43}


def test_of_a_collection_the_first_face_is_read() -> None:
    one = font(short_table((0x41, 0x41)))
    shift = 16
    moved = struct.pack(">4sIII", b"ttcf", 0x10000, 1, shift) + one[:12]
    tag, check, offset, size = struct.unpack_from(">4sIII", one, 12)
    moved += struct.pack(">4sIII", tag, check, offset + shift, size) + one[28:]
    assert set(coverage(moved)) == {0x41}
