"""A small file that unpacks to much is refused by its last lines, before any of it is unpacked."""

import io

import polars as pl
import pytest

from onething.core.errors import Problem
from onething.core.frames import TooMuchError, read_parquet
from onething.rules.editing.service import from_file
from onething.subjects.profiles.service import read_delivery


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


BOMB = parquet(pl.DataFrame({"uscc": pl.Series(["x"] * 3_000_000), "as_of": pl.Series(["2026-01-01"] * 3_000_000)}))
WIDE = parquet(pl.DataFrame({f"c{n}": [1] * 50_000 for n in range(300)}))


@pytest.mark.parametrize("content", [BOMB, WIDE], ids=["three million rows", "three hundred columns"])
def test_too_much_is_refused_unopened(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(content) < 400_000
    monkeypatch.setattr(pl, "read_parquet", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(TooMuchError):
        read_parquet(content, rows=250_000, cells=10_000_000)


def test_every_way_in_refuses_it_in_words() -> None:
    with pytest.raises(Problem) as refused:
        from_file(BOMB, "x.parquet")
    assert refused.value.kind.status < 500
    with pytest.raises(Problem) as refused:
        read_delivery(BOMB, "x.parquet")
    assert refused.value.kind.code == "profiles.too_many_rows"


def test_what_fits_is_read() -> None:
    frame = pl.DataFrame({"a": [1, 2], "b": ["x", None]})
    assert read_parquet(parquet(frame), rows=2, cells=4).equals(frame)
