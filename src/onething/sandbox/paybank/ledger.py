"""What the bank keeps: instructions by their end-to-end reference, and the entries of its statement."""

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from onething.core.clock import today
from onething.payments.models import Entry, Instruction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS instruction (end_to_end TEXT PRIMARY KEY, fen INTEGER, account TEXT, status TEXT, code TEXT, reference TEXT, day TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entry (n INTEGER PRIMARY KEY, reference TEXT, end_to_end TEXT, fen INTEGER, day TEXT, info TEXT);
CREATE INDEX IF NOT EXISTS entry_day ON entry (day);
"""
NO_SUCH_ACCOUNT, CLOSED = "0000", "9999"
"""Accounts with this end: refused at once (AC01); booked, then returned by the payee's bank (AC04)."""


class BankLedger:
    """A payment is booked once for each end-to-end reference, however often it comes."""

    def __init__(self, path: str) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {_SCHEMA}")
        self._lock = threading.Lock()
        self.repeated = 0

    def take(self, wanted: Sequence[Instruction], *, pending: bool = False) -> list[dict[str, str]]:
        """Take instructions; those known keep their first answer."""
        with self._lock:
            self._db.execute("BEGIN")
            answers = [self._one(each, pending) for each in wanted]
            self._db.execute("COMMIT")
        return answers

    def _one(self, each: Instruction, pending: bool) -> dict[str, str]:
        known = self._find(each.end_to_end)
        if known is not None:
            self.repeated += 1
            return known
        status, code = ("rejected", "AC01") if each.payee.account.endswith(NO_SUCH_ACCOUNT) else ("booked", "")
        if status == "booked" and pending:
            status = "accepted"
        day = _today()
        reference = "" if status == "rejected" else f"B{each.end_to_end}"
        self._db.execute(
            "INSERT INTO instruction VALUES (?, ?, ?, ?, ?, ?, ?)",
            (each.end_to_end, each.fen, each.payee.account, status, code, reference, day),
        )
        if status == "booked":
            self._book(each.end_to_end, each.fen, each.payee.account, reference)
        return {"end_to_end": each.end_to_end, "status": status, "code": code, "reference": reference}

    def _book(self, end_to_end: str, fen: int, account: str, reference: str) -> None:
        self._enter(reference, end_to_end, -fen, "")
        if account.endswith(CLOSED):
            self._enter(f"R{end_to_end}", end_to_end, fen, "AC04 账户已销户，退汇")

    def _enter(self, reference: str, end_to_end: str, fen: int, info: str) -> None:
        self._db.execute(
            "INSERT INTO entry (reference, end_to_end, fen, day, info) VALUES (?, ?, ?, ?, ?)",
            (reference, end_to_end, fen, _today(), info),
        )

    def _find(self, end_to_end: str) -> dict[str, str] | None:
        row = self._db.execute("SELECT status, code, reference FROM instruction WHERE end_to_end = ?", (end_to_end,)).fetchone()  # fmt: skip
        return dict(zip(("status", "code", "reference"), row, strict=True)) | {"end_to_end": end_to_end} if row else None  # fmt: skip

    def ask(self, end_to_ends: Sequence[str]) -> list[dict[str, str]]:
        """What became of instructions. What was only accepted is booked the moment somebody asks."""
        with self._lock:
            found: list[dict[str, str]] = []
            for end_to_end in end_to_ends:
                known = self._find(end_to_end)
                if known is not None and known["status"] == "accepted":
                    fen, account = self._db.execute("SELECT fen, account FROM instruction WHERE end_to_end = ?", (end_to_end,)).fetchone()  # fmt: skip
                    self._db.execute("UPDATE instruction SET status = 'booked' WHERE end_to_end = ?", (end_to_end,))
                    self._book(end_to_end, fen, account, known["reference"])
                    known["status"] = "booked"
                found.append(known or {"end_to_end": end_to_end, "status": "unknown", "code": "", "reference": ""})
        return found

    def receive(self, reference: str, end_to_end: str, fen: int, info: str) -> None:
        """Money comes in (positive) or goes out without an order (negative)."""
        with self._lock:
            self._enter(reference, end_to_end, fen, info)

    def statement(self, day: str) -> list[Entry]:
        with self._lock:
            rows = self._db.execute("SELECT reference, end_to_end, fen, day, info FROM entry WHERE day = ? ORDER BY n", (day,))  # fmt: skip
            return [Entry(*row) for row in rows]

    def effects(self) -> dict[str, Any]:
        """What tests look at: how many payments were booked, how much, and whether any twice."""
        with self._lock:
            count, fen, distinct = self._db.execute(
                "SELECT count(*), coalesce(-sum(fen), 0), count(DISTINCT end_to_end) FROM entry WHERE fen < 0"
            ).fetchone()
        return {"payments": count, "fen": fen, "doubled": count - distinct, "repeated": self.repeated}


def _today() -> str:
    return today().isoformat()
