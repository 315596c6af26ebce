"""What agencies deliver by themselves: files that they drop into their folder, and feeds of changes that are followed.

`<drop>/<agency>/*.csv|parquet` is taken in and moved to `taken/`, or to `refused/` with the reason beside it. A look that is
cut off at any point loses nothing and counts nothing twice: a file whose content was taken in before is only moved.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
from sqlalchemy.exc import IntegrityError

from onething.core.cells import write_rows
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.subjects.profiles.deliveries import take_in
from onething.subjects.profiles.feed import Feed, HttpFeed, follow
from onething.subjects.profiles.files import read_delivery
from onething.subjects.profiles.models import ProfileSpec, Taken

log = get_logger("profiles")
KINDS = {".csv", ".parquet"}
SETTLED = 2.0
"""Seconds without a change after which a file counts as whole; agencies that rename into place need not wait."""


class Arrivals:
    """`look()` now and then; any number of processes may."""

    def __init__(
        self, db: Database, spec: ProfileSpec, drop: Path | None = None, feeds: Mapping[str, str] | None = None,
        make_feed: Callable[[str, str], Feed] = HttpFeed,
    ) -> None:  # fmt: skip
        self._db, self._spec, self._drop = db, spec, drop
        self._feeds = {source: make_feed(base, source) for source, base in (feeds or {}).items()}

    def look(self) -> list[Taken]:
        """Take in what has arrived. One agency's trouble is logged and does not hold up the others."""
        done: list[Taken] = []
        for source, feed in self._feeds.items():
            try:
                done += follow(self._db, self._spec, source, feed)
            except (httpx.HTTPError, IntegrityError, Problem, ValueError, KeyError) as error:
                log.warning("a feed could not be read to its end", source=source, error=type(error).__name__)
        for folder, file in self._files():
            taken = self._file(folder, file)
            done += [taken] if taken else []
        return done

    def _files(self) -> Iterator[tuple[Path, Path]]:
        if self._drop is None or not self._drop.is_dir():
            return
        for folder in sorted(self._drop.iterdir()):
            if folder.is_dir():
                yield from ((folder, file) for file in _whole(folder))

    def _file(self, folder: Path, file: Path) -> Taken | None:
        try:
            rows = read_delivery(file.read_bytes(), file.name)
            with self._db.transaction() as session:
                taken = take_in(session, self._spec, folder.name, rows, kind="file", name=file.name, actor=f"agency:{folder.name}")  # fmt: skip
        except FileNotFoundError:
            return None  # another process was faster
        except IntegrityError:
            return None  # another process is taking in the same content; it also moves the file
        except (Problem, ValueError) as error:
            why = f"{error.kind.code}\n{error.what.zh}\n{error.what.en}" if isinstance(error, Problem) else str(error)
            target = _move(file, folder / "refused")
            target.with_name(f"{target.name}.txt").write_text(why + "\n", encoding="utf-8")
            log.warning("a delivered file was refused", source=folder.name, file=file.name, why=why[:200])
            return None
        target = _move(file, folder / "taken")
        if taken.refused:
            with target.with_name(f"{target.name}.refused.csv").open("w", encoding="utf-8", newline="") as output:
                write_rows(output, [("line", "column"), *((each.line, each.why) for each in taken.refused)])
        return taken


def _whole(folder: Path) -> list[Path]:
    """Files that are complete, oldest first: the order in which an agency delivered them."""
    found = [each for each in folder.iterdir() if each.suffix.lower() in KINDS and not each.name.startswith(".")]
    ages = {each: each.stat().st_mtime for each in found if each.is_file()}
    return sorted((each for each, at in ages.items() if time.time() - at >= SETTLED), key=lambda each: (ages[each], each.name))  # fmt: skip


def _move(file: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target, number = folder / file.name, 1
    while target.exists():
        number += 1
        target = folder / f"{file.stem}-{number}{file.suffix}"
    return file.rename(target)
