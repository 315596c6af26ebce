"""A picture as a HEIC file, as phones write them, so that no photograph of a person is needed to try one.

The picture is one intra frame of HEVC (ITU-T H.265) in which every block is sent as raw samples (`pcm_flag`, 7.3.8.7): as
large as it is plain, and readable by any decoder. The container is HEIF (ISO/IEC 23008-12).
"""

import re
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image

BLOCK = 32
_PROFILE = 3
"""Main Still Picture."""
_LEVEL = 180
_PART_MODE = 0, 1
"""State and more probable symbol of the one context in use, for slice quantiser 26 (tables 9-4, 9-11)."""
_RANGE_LPS = (
    128176208240, 128167197227, 128158187216, 123150178205, 116142169195, 111135160185, 105128152175, 100122144166,
    95116137158, 90110130150, 85104123142, 81099117135, 77094111128, 73089105122, 69085100116, 66080095110,
    62076090104, 59072086099, 56069081094, 53065077089, 51062073085, 48059069080, 46056066076, 43053063072,
    41050059069, 39048056065, 37045054062, 35043051059, 33041048056, 32039046053, 30037043050, 29035041048,
    27033039045, 26031037043, 24030035041, 23028033039, 22027032037, 21026030035, 20024029033, 19023027031,
    18022026030, 17021025028, 16020023027, 15019022025, 14018021024, 14017020023, 13016019022, 12015018021,
    12014017020, 11014016019, 11013015018, 10012015017, 10012014016, 9011013015, 9011012014, 8010012014,
    8009011013, 7009011012, 7009010012, 7008010011, 6008009011, 6007009010, 6007008009, 2002002002,
)  # fmt: skip
"""Table 9-46, three decimal digits for each of the four ranges."""


class _Bits:
    """Bits in the order of the standard's descriptors u(n), ue(v)."""

    def __init__(self) -> None:
        self._text: list[str] = []

    def u(self, count: int, value: int) -> None:
        self._text.append(format(value, f"0{count}b"))

    def flags(self, bits: str) -> None:
        self._text.append(bits.replace(" ", ""))

    def ue(self, *values: int) -> None:
        for value in values:
            code = format(value + 1, "b")
            self._text.append("0" * (len(code) - 1) + code)

    def done(self) -> bytes:
        """With the stop bit, filled up to a whole byte."""
        text = "".join(self._text) + "1"
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


class _Coder:
    """The arithmetic coder (9.3.4), started anew after every block of raw samples."""

    def __init__(self) -> None:
        self.state, self.likely = _PART_MODE
        self.start()

    def start(self) -> None:
        self.low, self.range, self.first, self.outstanding, self.bits = 0, 510, True, 0, ""

    def likely_bin(self) -> None:
        """The more probable symbol of the context."""
        packed = f"{_RANGE_LPS[self.state]:012d}"
        place = 3 * ((self.range >> 6) & 3)
        self.range -= int(packed[place : place + 3])
        self.state = min(self.state + 1, 62)
        self._renormalise()

    def terminate(self, last: bool) -> None:
        self.range -= 2
        if not last:
            self._renormalise()
            return
        self.low += self.range
        self.range = 2
        self._renormalise()
        self._put((self.low >> 9) & 1)
        self.bits += format(((self.low >> 7) & 3) | 1, "02b")

    def _renormalise(self) -> None:
        while self.range < 256:
            if self.low < 256:
                self._put(0)
            elif self.low >= 512:
                self.low -= 512
                self._put(1)
            else:
                self.low -= 256
                self.outstanding += 1
            self.range <<= 1
            self.low <<= 1

    def _put(self, bit: int) -> None:
        if self.first:
            self.first = False
        else:
            self.bits += str(bit)
        self.bits += str(1 - bit) * self.outstanding
        self.outstanding = 0

    def aligned(self) -> bytes:
        text = self.bits + "0" * (-len(self.bits) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def as_heic(picture: Image.Image, quarter_turns: int = 0) -> bytes:
    """The picture as HEIC; `quarter_turns` anticlockwise are left to whoever opens it, as a phone held upright does."""
    luma, blue, red = _planes(picture.rotate(-90 * quarter_turns, expand=True))
    height, width = luma.shape
    sets = {32: _video_set(), 33: _sequence_set(width, height), 34: _picture_set()}
    units = {kind: _unit(kind, payload) for kind, payload in sets.items()}
    frame = _unit(19, _slice_header() + _slice_data(luma, blue, red))
    return _container(units, struct.pack(">I", len(frame)) + frame, width, height, quarter_turns)


def _planes(picture: Image.Image) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """Brightness, and the two colours at half the size; cut to whole blocks."""
    width, height = (side // BLOCK * BLOCK for side in picture.size)
    luma, blue, red = picture.convert("RGB").crop((0, 0, width, height)).convert("YCbCr").split()
    half = (width // 2, height // 2)
    small = [np.asarray(plane.resize(half, Image.Resampling.BOX), np.uint8) for plane in (blue, red)]
    return np.asarray(luma, np.uint8), small[0], small[1]


def _profile(bits: _Bits) -> None:
    bits.u(2, 0)
    bits.u(1, 0)
    bits.u(5, _PROFILE)
    bits.u(32, 1 << (31 - 1) | 1 << (31 - 2) | 1 << (31 - 3))
    bits.flags("1001" + "0" * 44)
    bits.u(8, _LEVEL)


def _video_set() -> bytes:
    bits = _Bits()
    bits.flags("0000 1 1 000000 000 1" + "1" * 16)
    _profile(bits)
    bits.flags("1")
    bits.ue(0, 0, 0)
    bits.u(6, 0)
    bits.ue(0)
    bits.flags("0 0")
    return bits.done()


def _sequence_set(width: int, height: int) -> bytes:
    bits = _Bits()
    bits.flags("0000 000 1")
    _profile(bits)
    bits.ue(0, 1, width, height)
    bits.flags("0")
    bits.ue(0, 0, 0)
    bits.flags("1")
    bits.ue(0, 0, 0)
    bits.ue(2, 0, 0, 3, 0, 0)  # blocks of 32, not split further
    bits.flags("0 0 0 1")  # no scaling lists, no asymmetric parts, no sample offsets; raw samples
    bits.u(4, 7)
    bits.u(4, 7)
    bits.ue(2, 0)
    bits.flags("1")
    bits.ue(0)
    bits.flags("0 0 0 0 0")
    return bits.done()


def _picture_set() -> bytes:
    bits = _Bits()
    bits.ue(0, 0)
    bits.flags("0 0 000 0 0")
    bits.ue(0, 0, 0)
    bits.flags("0 0 0")
    bits.ue(0, 0)
    bits.flags("0 0 0 0 0 0 0")
    bits.flags("1 0 1 0 0")  # deblocking is controlled here, and off
    bits.ue(0)
    bits.flags("0 0")
    return bits.done()


def _slice_header() -> bytes:
    bits = _Bits()
    bits.flags("1 0")
    bits.ue(0, 2, 0)
    return bits.done()


def _slice_data(luma: NDArray[np.uint8], blue: NDArray[np.uint8], red: NDArray[np.uint8]) -> bytes:
    coder, out = _Coder(), list[bytes]()
    rows, columns, half = luma.shape[0] // BLOCK, luma.shape[1] // BLOCK, BLOCK // 2
    for number in range(rows * columns):
        y, x = divmod(number, columns)
        if number:
            coder.start()
            coder.terminate(False)  # the slice goes on
        coder.likely_bin()  # one undivided part
        coder.terminate(True)  # raw samples follow
        out.append(coder.aligned())
        out.append(luma[y * BLOCK : (y + 1) * BLOCK, x * BLOCK : (x + 1) * BLOCK].tobytes())
        out += [plane[y * half : (y + 1) * half, x * half : (x + 1) * half].tobytes() for plane in (blue, red)]
    coder.start()
    coder.terminate(True)
    return b"".join([*out, coder.aligned()])


def _unit(kind: int, payload: bytes) -> bytes:
    """A NAL unit: no three bytes of it look like a start code (7.4.2)."""
    return bytes([kind << 1, 1]) + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", payload)


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _container(units: dict[int, bytes], frame: bytes, width: int, height: int, turns: int) -> bytes:
    def version(number: int) -> bytes:
        return struct.pack(">I", number << 24)

    config = struct.pack(">BBI6sB", 1, _PROFILE, 0x70000000, bytes([0x90, 0, 0, 0, 0, 0]), _LEVEL)
    config += bytes([0xF0, 0, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, len(units)])
    for kind, unit in units.items():
        config += struct.pack(">BHH", 0x80 | kind, 1, len(unit)) + unit
    properties = [_box(b"hvcC", config), _box(b"ispe", version(0), struct.pack(">II", width, height))]
    properties.append(_box(b"colr", b"nclx", struct.pack(">HHHB", 1, 13, 6, 0x80)))  # all 256 steps, as in JPEG
    if turns % 4:
        properties.append(_box(b"irot", bytes([turns % 4])))
    uses = bytes([0x81, 0x02, 0x03, 0x84][: len(properties)])

    def meta(offset: int) -> bytes:
        return _box(
            b"meta", version(0),
            _box(b"hdlr", version(0), struct.pack(">I4s12xx", 0, b"pict")),
            _box(b"pitm", version(0), struct.pack(">H", 1)),
            _box(b"iloc", version(0), bytes([0x44, 0]), struct.pack(">HHHHII", 1, 1, 0, 1, offset, len(frame))),
            _box(b"iinf", version(0), struct.pack(">H", 1), _box(b"infe", version(2), struct.pack(">HH4sx", 1, 0, b"hvc1"))),
            _box(b"iprp", _box(b"ipco", *properties), _box(b"ipma", version(0), struct.pack(">IHB", 1, 1, len(uses)), uses)),
        )  # fmt: skip

    head = _box(b"ftyp", b"heic", struct.pack(">I", 0), b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", frame)
