"""Makes orders from other members idempotent: one sent again gets the answer that was kept. Each answer is sealed under its own key."""

import hashlib
from datetime import timedelta

import orjson
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from onething.core.clock import now
from onething.core.db import Database
from onething.core.private import keyed_hash
from onething.exchange.base import Reply
from onething.exchange.gateway.models import Question
from onething.exchange.models import Outcome
from onething.exchange.tables import EffectRow
from onething.trust.service import SubjectSealer, key_store

_USE = "gateway_effect.answer"
_AT_ONCE = 500


class Effects:
    """Orders by (member, key): the same order again gets the same answer, another order under the same key is refused."""

    def __init__(self, db: Database, member: str) -> None:
        self._db, self._member = db, member

    def claim(self, question: Question) -> Reply | None:
        """The answer of the first time; None when it is to be carried out (again, where the first time left no answer)."""
        content = orjson.dumps([question.operation, question.params], option=orjson.OPT_SORT_KEYS)
        # Keyed: parameters are id numbers, and those can be tried through.
        digest = keyed_hash("gateway order", content.decode())
        found = self._find(question)
        if found is None:
            try:
                with self._db.transaction() as session:
                    session.add(EffectRow(
                        member=self._member, peer=question.sender, key=question.key, at=now(), digest=digest, answer=None,
                    ))  # fmt: skip
                return None
            except IntegrityError:
                found = self._find(question)
        if found is None or found[0] != digest:
            return Reply(Outcome.FAULT, reason="this key belongs to another order", code="key_reused")
        if found[1] is None:
            return None  # the agency's system has the same key and decides
        told = orjson.loads(found[1])
        return Reply(Outcome(told["outcome"]), told["data"], told["reason"], told["code"])

    def keep(self, question: Question, reply: Reply) -> None:
        """Keep the final answer for whoever sends the order again."""
        told = {"outcome": reply.outcome.value, "data": reply.data, "reason": reply.reason, "code": reply.code}
        with self._db.transaction() as session:
            answer = self._sealer().seal(session, self._owner(question.sender, question.key), orjson.dumps(told), _USE)
            session.execute(update(EffectRow).where(*self._mine(question)).values(answer=answer.hex()))

    def forget(self, days: int) -> int:
        """Drop orders older than `days` with their keys; returns how many. A repeat after that would be a new order."""
        gone = 0
        while True:
            with self._db.transaction() as session:
                old = (EffectRow.member == self._member, EffectRow.at < now() - timedelta(days=days))
                keys = session.execute(select(EffectRow.peer, EffectRow.key).where(*old).limit(_AT_ONCE)).all()
                for peer, key in keys:
                    self._sealer().drop(session, self._owner(peer, key))
                    session.execute(delete(EffectRow).where(*self._of(peer, key)))
            gone += len(keys)
            if len(keys) < _AT_ONCE:
                return gone

    def _find(self, question: Question) -> tuple[str, bytes | None] | None:
        """Digest and plain answer."""
        with self._db.reading() as session:
            row = session.scalar(select(EffectRow).where(*self._mine(question)))
            return None if row is None else (row.digest, self._opened(session, row))

    def _opened(self, session: Session, row: EffectRow) -> bytes | None:
        if row.answer is None:
            return None
        return self._sealer().open(session, self._owner(row.peer, row.key), bytes.fromhex(row.answer), _USE)

    def _sealer(self) -> SubjectSealer:
        return SubjectSealer(key_store(self._member))

    def _owner(self, peer: str, key: str) -> str:
        return "order:" + hashlib.sha256(f"{self._member}\0{peer}\0{key}".encode()).hexdigest()[:32]

    def _mine(self, question: Question) -> tuple[ColumnElement[bool], ...]:
        return self._of(question.sender, question.key)

    def _of(self, peer: str, key: str) -> tuple[ColumnElement[bool], ...]:
        return EffectRow.member == self._member, EffectRow.peer == peer, EffectRow.key == key
