"""The tree of RFC 9162 §2.1: hashes, proofs and their checks. Pure; nodes come from a `fetch(level, index)`.

Level 0 are the leaf hashes, node (level, index) covers the leaves [index·2^level, (index+1)·2^level).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from onething.trust.keys.digests import hasher
from onething.trust.models import HashName

Fetch = Callable[[int, int], bytes]
"""(level, index) → 32 bytes of a perfect subtree that lies wholly inside the log."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The tree's hash function, SHA-256 or SM3, with the domain separation of RFC 9162."""

    hash: HashName = HashName.SHA256
    _digest: Callable[[bytes], bytes] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_digest", hasher(self.hash))

    def leaf(self, entry: bytes) -> bytes:
        return self._digest(b"\0" + entry)

    def node(self, left: bytes, right: bytes) -> bytes:
        return self._digest(b"\1" + left + right)

    def empty(self) -> bytes:
        """The root of a log without entries."""
        return self._digest(b"")

    def fold(self, row: Sequence[bytes]) -> bytes:
        """The root over a row of 2^k neighbours."""
        digest = self._digest
        while len(row) > 1:
            row = [digest(b"\1" + row[at] + row[at + 1]) for at in range(0, len(row), 2)]
        return row[0]

    # -- from nodes

    def over(self, low: int, high: int, fetch: Fetch) -> bytes:
        """MTH over the leaves [low, high), where [low, …) starts a subtree of the whole tree."""
        count = high - low
        if count & (count - 1) == 0:
            level = count.bit_length() - 1
            return fetch(level, low >> level)
        split = low + _split(count)
        return self.node(self.over(low, split, fetch), self.over(split, high, fetch))

    def root(self, size: int, fetch: Fetch) -> bytes:
        return self.over(0, size, fetch) if size else self.empty()

    def inclusion(self, index: int, size: int, fetch: Fetch) -> list[bytes]:
        """The audit path of RFC 9162 §2.1.3.1. Raises `ValueError` outside the log."""
        if not 0 <= index < size:
            raise ValueError("no such entry")
        proof: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            split = low + _split(high - low)
            if index < split:
                proof.append(self.over(split, high, fetch))
                high = split
            else:
                proof.append(self.over(low, split, fetch))
                low = split
        return proof[::-1]

    def consistency(self, old: int, size: int, fetch: Fetch) -> list[bytes]:
        """The proof of RFC 9162 §2.1.4.1 that the first `old` of `size` leaves are unchanged; empty for 0 and equal sizes."""
        if not 0 <= old <= size:
            raise ValueError("no such size")
        if old in (0, size):
            return []
        proof: list[bytes] = []
        low, high, whole = 0, size, True
        while old != high:
            split = low + _split(high - low)
            if old <= split:
                proof.append(self.over(split, high, fetch))
                high = split
            else:
                proof.append(self.over(low, split, fetch))
                low, whole = split, False
        if not whole:
            proof.append(self.over(low, high, fetch))
        return proof[::-1]

    # -- checks, which need no log

    def includes(self, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
        """RFC 9162 §2.1.3.2."""
        if not 0 <= index < size or any(len(part) != 32 for part in proof):
            return False
        position, last, found = index, size - 1, leaf
        for part in proof:
            if last == 0:
                return False
            if position & 1 or position == last:
                found = self.node(part, found)
                while position and not position & 1:
                    position, last = position >> 1, last >> 1
            else:
                found = self.node(found, part)
            position, last = position >> 1, last >> 1
        return last == 0 and found == root

    def extends(self, old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
        """RFC 9162 §2.1.4.2. From the empty log everything follows, with an empty proof."""
        if not 0 <= old <= size or any(len(part) != 32 for part in proof):
            return False
        if old == size:
            return not proof and old_root == root
        if old == 0:
            return not proof and old_root == self.empty()
        parts = list(proof) if old & (old - 1) else [old_root, *proof]
        if not parts:
            return False
        position, last = old - 1, size - 1
        while position & 1:
            position, last = position >> 1, last >> 1
        before = after = parts[0]
        for part in parts[1:]:
            if last == 0:
                return False
            if position & 1 or position == last:
                before, after = self.node(part, before), self.node(part, after)
                while position and not position & 1:
                    position, last = position >> 1, last >> 1
            else:
                after = self.node(after, part)
            position, last = position >> 1, last >> 1
        return last == 0 and before == old_root and after == root


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1
