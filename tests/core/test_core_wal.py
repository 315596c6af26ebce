"""SQLite's write-ahead log: who starts together on a new file waits for the others."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from onething.core.wal import write_ahead


def test_those_who_open_a_new_file_together_all_get_in(tmp_path: Path) -> None:
    together = Barrier(4)

    def begin(path: Path) -> str:
        with sqlite3.connect(path, timeout=15) as link:
            together.wait(30)
            write_ahead(link)
            link.execute("CREATE TABLE IF NOT EXISTS seen (who TEXT)")
            link.execute("INSERT INTO seen VALUES ('one')")
            return str(link.execute("PRAGMA journal_mode").fetchone()[0])

    with ThreadPoolExecutor(4) as pool:
        for number in range(20):
            path = tmp_path / f"{number}.db"
            assert list(pool.map(begin, [path] * 4)) == ["wal"] * 4
            with sqlite3.connect(path) as link:
                assert link.execute("SELECT count(*) FROM seen").fetchone() == (4,)


def test_who_waits_in_vain_is_told(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("CREATE TABLE one (a INTEGER)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(sqlite3.connect(path, timeout=0), patience=0.05)
    holder.close()
