"""Lists a page at a time: one kind of page and one kind of cursor for every list of the house.

A cursor says behind which row to go on. It holds the values that the list is ordered by, so pages neither repeat nor skip
a row when others are added in between. To whoever is given one it is opaque; one of another list, or of nobody's
making, is refused by name.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast, overload

from sqlalchemy import ColumnElement, and_, or_, true

from onething.core.errors import Problem, define

T = TypeVar("T")
Key = datetime | int | str
BAD_CURSOR = define(
    "core.bad_cursor", 400, exit_code=2,
    zh=("翻页标记无效，或属于另一个列表。", "请原样使用上一页返回的 next；不带 cursor 则从头开始。"),
    en=("The cursor is not valid, or belongs to another list.", "Give back `next` of the page before exactly as it was; without a cursor the list begins anew."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page(Sequence[T]):
    """One page of a list; `next` is the cursor of the following one, None at the end."""

    items: tuple[T, ...]
    next: str | None = None

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)


def bounded(limit: int, most: int = 200) -> int:
    """A limit that nobody can lift."""
    return max(1, min(limit, most))


def write_cursor(name: str, *keys: Key) -> str:
    """A cursor of the list `name` behind the row with these keys."""
    plain = [each.isoformat() if isinstance(each, datetime) else each for each in keys]
    return base64.urlsafe_b64encode(json.dumps([name, *plain], ensure_ascii=False).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str, name: str, *kinds: type[Key]) -> tuple[Any, ...]:
    """The keys in a cursor of the list `name`. Raises `Problem(BAD_CURSOR)` for anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        found: Any = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(found, list) or found[0] != name or len(found) != len(kinds) + 1:  # pyright: ignore[reportUnknownArgumentType]
            raise ValueError("another list")
        return tuple(_key(value, kind) for value, kind in zip(cast("list[Any]", found)[1:], kinds, strict=True))
    except (ValueError, TypeError, IndexError, RecursionError, UnicodeError, binascii.Error):
        raise Problem(BAD_CURSOR) from None


def _key(value: Any, kind: type[Key]) -> Key:
    if kind is datetime:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("a moment without its zone")
        return moment
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63) or "\x00" in str(value):
        raise ValueError("not a key")
    return value


@dataclass(frozen=True, slots=True)
class Order:
    """How a list of rows is ordered: by these columns, the last of which tells rows apart. `kinds` are their Python types."""

    name: str
    columns: tuple[Any, ...]
    kinds: tuple[type[Key], ...]
    falling: bool = True

    def behind(self, cursor: str | None) -> ColumnElement[bool]:
        """Condition: the rows behind the cursor. Raises `Problem(BAD_CURSOR)`."""
        if not cursor:
            return true()
        keys = read_cursor(cursor, self.name, *self.kinds)
        steps: list[ColumnElement[bool]] = []
        for place, (column, key) in enumerate(zip(self.columns, keys, strict=True)):
            same = [c == k for c, k in zip(self.columns[:place], keys[:place], strict=True)]
            steps.append(and_(*same, column < key if self.falling else column > key))
        return or_(*steps)

    @property
    def by(self) -> tuple[Any, ...]:
        """For `order_by`."""
        return tuple(each.desc() if self.falling else each.asc() for each in self.columns)

    def page(self, rows: Sequence[Any], size: int, keys: Callable[[Any], tuple[Key, ...]]) -> tuple[Sequence[Any], str | None]:  # fmt: skip
        """Of `size + 1` rows asked for: those of this page, and the cursor of the next one."""
        if len(rows) <= size:
            return rows, None
        return rows[:size], write_cursor(self.name, *keys(rows[size - 1]))


def page_of(name: str, items: Sequence[T], key: Callable[[T], str], cursor: str | None, limit: int) -> Page[T]:
    """One page of a list in memory. The cursor holds the last item's key and its place: when that item is gone, the list
    goes on from its place."""
    begin = 0
    if cursor:
        place, last = read_cursor(cursor, name, int, str)
        at = next((number for number, each in enumerate(items) if key(each) == last), max(place, 0) - 1)
        begin = at + 1
    shown = tuple(items[begin : begin + limit])
    end = begin + len(shown)
    return Page(shown, write_cursor(name, end, key(shown[-1])) if shown and end < len(items) else None)
