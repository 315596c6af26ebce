"""Tiles as in C2SP tlog-tiles: rows of 256 hashes, bundles of 256 entries, each a small file that never changes once full.

    tile/<L>/<N>            256 hashes of tree level 8·L          tile/<L>/<N>.p/<W>       only W of them so far
    tile/entries/<N>        256 entries, each led by its length   tile/entries/<N>.p/<W>

N in groups of three digits, all but the last led by x: 1234067 → x001/x234/067.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from onething.trust.log.merkle import Fetch, Tree

WIDTH = 256
HEIGHT = 8
HASH = 32
MOST_ENTRY = 65_535
"""Bytes of an entry: its length is a uint16 in the bundle."""

Read = Callable[[str], bytes | None]
"""Path → content, None when there is no such tile."""


class TileError(ValueError):
    """A tile is absent or is not what a tile must be; says which one."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path, self.why = path, why


def _number(value: int) -> str:
    groups = [f"{value % 1000:03d}"]
    while value := value // 1000:
        groups.append(f"x{value % 1000:03d}")
    return "/".join(reversed(groups))


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """`level` counts tiles: 0 holds leaf hashes, 1 the roots of 256 leaves each, and so on."""
    return f"tile/{level}/{_number(number)}" + ("" if width == WIDTH else f".p/{width}")


def bundle_path(number: int, width: int = WIDTH) -> str:
    return f"tile/entries/{_number(number)}" + ("" if width == WIDTH else f".p/{width}")


def width_at(level: int, number: int, size: int) -> int:
    """How many hashes tile (level, number) has in a log of `size` entries."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def pack(entries: Sequence[bytes]) -> bytes:
    """Raises `ValueError` for an entry that is too long."""
    if any(len(entry) > MOST_ENTRY for entry in entries):
        raise ValueError("an entry is too long")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack(data: bytes) -> list[bytes]:
    """Raises `ValueError` when it is cut off."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if at + 2 > len(data) or end > len(data):
            raise ValueError("cut off")
        entries.append(data[at + 2 : end])
        at = end
    return entries


class TileReader:
    """Nodes and entries of a log of one size out of its tiles. Reads what it needs, keeps the tiles last used.

    Nothing read is believed: what is built from it is a root or a proof that the caller checks.
    """

    def __init__(self, tree: Tree, size: int, read: Read, keep: int = 64) -> None:
        self.tree, self.size, self.read = tree, size, read
        self._row = lru_cache(maxsize=keep)(self._load)
        self.node: Fetch = lru_cache(maxsize=keep * 8)(self._node)

    def tile(self, level: int, number: int) -> bytes:
        """The hashes of a tile, `width_at` · 32 bytes. Raises `TileError`."""
        return self._row(level, number)

    def _load(self, level: int, number: int) -> bytes:
        width = width_at(level, number, self.size)
        path = tile_path(level, number, width)
        data = self.read(path)
        if data is None and width < WIDTH:
            # The log has grown on: its keeper may have dropped the narrower tile (tlog-tiles §Pruning).
            data = self.read(tile_path(level, number))
        if data is None:
            raise TileError(path, "absent")
        if len(data) < width * HASH or len(data) % HASH:
            raise TileError(path, "wrong length")
        return data[: width * HASH]

    def _node(self, level: int, index: int) -> bytes:
        tile_level, up = divmod(level, HEIGHT)
        first = index << up
        number, at = divmod(first, WIDTH)
        count = 1 << up
        row = self._row(tile_level, number)
        part = row[at * HASH : (at + count) * HASH]
        if len(part) != count * HASH:
            raise TileError(tile_path(tile_level, number), "too narrow")
        return self.tree.fold([part[i : i + HASH] for i in range(0, len(part), HASH)])

    def root(self) -> bytes:
        return self.tree.root(self.size, self.node)

    def inclusion(self, index: int) -> list[bytes]:
        return self.tree.inclusion(index, self.size, self.node)

    def consistency(self, old: int) -> list[bytes]:
        return self.tree.consistency(old, self.size, self.node)

    def bundle(self, number: int) -> list[bytes]:
        """The entries of a bundle. Raises `TileError`."""
        width = min(WIDTH, self.size - number * WIDTH)
        path = bundle_path(number, width)
        data = self.read(path)
        if data is None and width < WIDTH:
            data = self.read(bundle_path(number))
        if data is None:
            raise TileError(path, "absent")
        try:
            entries = unpack(data)
        except ValueError as error:
            raise TileError(path, str(error)) from None
        if len(entries) < width:
            raise TileError(path, "too narrow")
        return entries[:width]

    def entry(self, index: int) -> bytes:
        """One entry; the caller checks it by its inclusion proof. Raises `ValueError`."""
        if not 0 <= index < self.size:
            raise ValueError("no such entry")
        return self.bundle(index // WIDTH)[index % WIDTH]

    def entries(self, first: int = 0) -> Iterator[tuple[int, bytes]]:
        """(index, entry) from `first` to the end, bundle by bundle."""
        for number in range(first // WIDTH, -(-self.size // WIDTH)):
            for offset, entry in enumerate(self.bundle(number)):
                if number * WIDTH + offset >= first:
                    yield number * WIDTH + offset, entry


class TileWriter:
    """Turns appended entries into the tiles that change. Holds only the right edge: one row a level and one bundle."""

    def __init__(self, tree: Tree, size: int, read: Read) -> None:
        """Loads the edge of a log of `size`. Raises `TileError`."""
        self.tree, self.size = tree, size
        reader = TileReader(tree, size, read)
        self._rows: list[bytearray] = []
        level = 0
        while (count := size >> HEIGHT * level) > 0:
            number, width = divmod(count, WIDTH)
            self._rows.append(bytearray(reader.tile(level, number) if width else b""))
            level += 1
        number, width = divmod(size, WIDTH)
        self._bundle = bytearray(pack(reader.bundle(number)) if width else b"")
        self.root = reader.root()

    def append(self, entries: Sequence[bytes]) -> dict[str, bytes]:
        """Path → content of every tile that these entries make or change. Sets `size` and `root`."""
        made: dict[str, bytes] = {}
        for entry in entries:
            self._bundle += len(entry).to_bytes(2, "big") + entry
            self.size += 1
            if self.size % WIDTH == 0:
                made[bundle_path(self.size // WIDTH - 1)] = bytes(self._bundle)
                self._bundle.clear()
            self._push(0, self.tree.leaf(entry), made)
        if self.size % WIDTH and entries:
            made[bundle_path(self.size // WIDTH, self.size % WIDTH)] = bytes(self._bundle)
        for level, row in enumerate(self._rows):
            if row and entries:
                count = self.size >> HEIGHT * level
                made[tile_path(level, count // WIDTH, len(row) // HASH)] = bytes(row)
        self.root = self._root()
        return made

    def _push(self, level: int, digest: bytes, made: dict[str, bytes]) -> None:
        if level == len(self._rows):
            self._rows.append(bytearray())
        row = self._rows[level]
        row += digest
        if len(row) == WIDTH * HASH:
            number = (self.size >> HEIGHT * level) // WIDTH - 1
            made[tile_path(level, number)] = bytes(row)
            parent = self.tree.fold([bytes(row[i : i + HASH]) for i in range(0, len(row), HASH)])
            row.clear()
            self._push(level + 1, parent, made)

    def _root(self) -> bytes:
        found: bytes | None = None
        for row in self._rows:
            found = self._edge(row, found)
        return found if found is not None else self.tree.empty()

    def _edge(self, row: bytearray, right: bytes | None) -> bytes | None:
        """The root over a partial row, with what hangs to its right below."""
        end = len(row) // HASH
        for up in range(HEIGHT):
            if end >> up & 1:
                low = (end >> up + 1) << up + 1
                part = row[low * HASH : (low + (1 << up)) * HASH]
                one = self.tree.fold([bytes(part[i : i + HASH]) for i in range(0, len(part), HASH)])
                right = one if right is None else self.tree.node(one, right)
        return right
