"""What agencies deliver by themselves: files dropped into a folder, and feeds of changes followed over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from onething.core.db import Database
from onething.sandbox.companies.generate import uscc_of
from onething.subjects.profiles import service
from onething.subjects.profiles.arrivals import Arrivals
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.service import ensure_organisation

HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"


@pytest.fixture
def spec() -> ProfileSpec:
    return service.load_spec(HANGZHOU)


def drop(folder: Path, source: str, name: str, content: bytes | pl.DataFrame, age: float = 60) -> Path:
    """A file that lies there, whole, since `age` seconds."""
    file = folder / source / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, pl.DataFrame):
        content.write_parquet(file)
    else:
        file.write_bytes(content)
    os.utime(file, (time.time() - age,) * 2)
    return file


def facts(db: Database, spec: ProfileSpec, number: int = 0) -> dict[str, Any]:
    with db.transaction() as session:
        subject = ensure_organisation(session, uscc=uscc_of(number), name="").id
        return service.facts_of(session, spec, subject)["company"]


def test_files_of_several_agencies_are_taken_in_oldest_first(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:
    csv = "uscc,as_of,graduates_hired\n{},2026-11-20,{}\n"
    drop(tmp_path, "hrss", "b-first.csv", csv.format(uscc_of(0), 3).encode("gb18030"), age=90)
    drop(tmp_path, "hrss", "a-second.csv", csv.format(uscc_of(0), 5).encode(), age=60)
    drop(tmp_path, "market", "m.parquet", pl.DataFrame({"uscc": [uscc_of(0)], "as_of": ["2026-11-20"], "branches": [2]}))  # fmt: skip
    growing = drop(tmp_path, "hrss", "growing.csv", csv.format(uscc_of(0), 7).encode(), age=0)
    hidden = drop(tmp_path, "hrss", ".half.csv", b"uscc")
    arrivals = Arrivals(db, spec, tmp_path)
    assert len(arrivals.look()) == 3
    assert facts(db, spec) == {"graduates_hired": 5, "branches": 2}
    assert sorted(each.name for each in (tmp_path / "hrss" / "taken").iterdir()) == ["a-second.csv", "b-first.csv"]
    assert growing.exists()
    assert hidden.exists()
    assert arrivals.look() == []


def test_bad_lines_are_listed_beside_the_file_and_bad_files_are_put_aside_with_the_reason(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    lines = (
        f"uscc,as_of,graduates_hired\n{uscc_of(0)},2026-11-20,3\n91330000,2026-11-20,3\n{uscc_of(1)},2026-11-20,many\n"
    )
    drop(tmp_path, "hrss", "mixed.csv", lines.encode())
    drop(tmp_path, "hrss", "picture.csv", b"\x89PNG\r\n")
    drop(tmp_path, "weather", "unknown.csv", lines.encode())
    (taken,) = Arrivals(db, spec, tmp_path).look()
    assert (taken.rows, len(taken.refused)) == (1, 2)
    listed = (tmp_path / "hrss" / "taken" / "mixed.csv.refused.csv").read_text().split()
    assert listed == ["line,column", "2,uscc", "3,graduates_hired"]
    assert "91330000" not in "".join(listed)
    assert "bad_delivery" in (tmp_path / "hrss" / "refused" / "picture.csv.txt").read_text()
    assert "unknown_source" in (tmp_path / "weather" / "refused" / "unknown.csv.txt").read_text()


def test_a_file_taken_in_by_one_that_died_before_moving_it_counts_once(db: Database, spec: ProfileSpec, tmp_path: Path) -> None:  # fmt: skip
    content = f"uscc,as_of,graduates_hired\n{uscc_of(0)},2026-11-20,3\n".encode()
    for _ in range(2):
        drop(tmp_path, "hrss", "same.csv", content)
        taken = Arrivals(db, spec, tmp_path).look()
    assert [each.repeated for each in taken] == [True]
    assert sorted(each.name for each in (tmp_path / "hrss" / "taken").iterdir()) == ["same-2.csv", "same.csv"]


@pytest.fixture
def agencies(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The twelve agencies of the sandbox in a process of their own, with twenty companies."""
    monkeypatch.setenv("ONETHING_POLICY_CITY", "hangzhou")
    command = [sys.executable, "-m", "onething.sandbox.companies.feeds", "20"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().decode().strip()
        finally:
            process.kill()


@pytest.mark.slow
def test_every_agency_is_followed_over_http_and_a_change_arrives(db: Database, spec: ProfileSpec, agencies: str) -> None:  # fmt: skip
    arrivals = Arrivals(db, spec, None, dict.fromkeys(spec.sources, agencies))
    taken = arrivals.look()
    assert sum(each.rows for each in taken) >= 20 * len(spec.sources)
    assert not any(each.refused for each in taken)
    before = facts(db, spec)
    assert len(before) > len(spec.sources)
    wanted = int(before.get("graduates_hired") or 0) + 4
    report = {"uscc": uscc_of(0), "graduates_hired": wanted}
    httpx.post(f"{agencies}/report/hrss", json=report).raise_for_status()
    httpx.post(f"{agencies}/_control", json={"outage": True}).raise_for_status()
    assert arrivals.look() == []  # all silent: nothing is lost, nothing raised
    httpx.post(f"{agencies}/_control", json={"outage": False}).raise_for_status()
    assert [each.rows for each in arrivals.look()] == [1]
    assert facts(db, spec)["graduates_hired"] == wanted
    assert arrivals.look() == []


def test_a_figure_that_goes_back_over_a_feed_is_news(db: Database, spec: ProfileSpec) -> None:
    """The same stretch as an earlier one, at another place of the feed, is taken in: a correction may restore a value."""

    class BackAndForth:
        def changes(self, cursor: str, limit: int) -> tuple[list[dict[str, Any]], str]:
            number = int(cursor or 0)
            rows = (
                [{"uscc": uscc_of(0), "as_of": "2026-11-20", "graduates_hired": (3, 5, 3)[number]}]
                if number < 3
                else []
            )
            return rows, str(number + len(rows))

    arrivals = Arrivals(db, spec, None, {"hrss": ""}, lambda _base, _source: BackAndForth())
    assert len(arrivals.look()) == 3
    assert facts(db, spec)["graduates_hired"] == 3
