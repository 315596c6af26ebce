"""Bringing the certificates' log on after an older state was put back: what is the matter, what to do, and doing it.

Three ways, the first that is honest: *on as it is* (no witness knows more), *replay* (the missing entries still lie somewhere), *new epoch*
(they are lost: the operator says so under the root key, witnesses keep that, and the log goes on under its next name).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from onething.core.clock import now
from onething.core.db import Database
from onething.core.durable import write_whole
from onething.core.errors import Problem
from onething.core.logs import get_logger
from onething.core.settings import get_settings
from onething.trust import errors
from onething.trust.credentials.evidence import OWNER, CertificateLog, hold_mark
from onething.trust.credentials.signing import ROOT, ensure_signer
from onething.trust.credentials.tables import CredentialRow
from onething.trust.log.cosigning import publish
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.notes import Checkpoint
from onething.trust.log.policy import LogPolicy
from onething.trust.log.recovering import Survey, close, last_name, replay, survey
from onething.trust.log.recovery import Recovery, parse_recovery, signed, successor_of
from onething.trust.log.store import FileLogStore
from onething.trust.log.tiles import Read
from onething.trust.log.transparency_log import NewEntry
from onething.trust.models import Algorithm

log = get_logger("trust.credentials.log_recovery")
WAYS = ("well", "go_on", "replay", "new_epoch")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """How the log stands, and which way leads on."""

    survey: Survey
    held: bool
    """Restored from a backup and not compared with the witnesses yet."""
    newest_name: str
    """The newest name that any witness knows; another than the log's when a recovery itself was lost."""
    way: str
    """One of `WAYS`."""

    @property
    def well(self) -> bool:
        return self.way == "well"


def diagnose(evidence: CertificateLog, *, source: bool = False, nothing_since: bool = False) -> Diagnosis:
    """Look only. `source`: missing entries can be had; `nothing_since`: the operator's word that nothing was logged after the backup."""
    mine, policy = evidence.log, evidence.policy()
    own, note = mine.head()[0], mine.store.published()
    published = policy.check(note).checkpoint.size if note else 0
    found = survey(own, published, mine.store.read, policy, evidence.clients)
    newest = last_name(policy.origin, evidence.clients)
    held = hold_mark().exists()
    if found.trouble or newest != policy.origin:
        way = "replay" if source and newest == policy.origin else "new_epoch"
    elif not held or _since(policy, hold_mark()):
        way = "well" if not held else "go_on"
    else:
        way = "go_on" if nothing_since or _certain(evidence, policy, found) else "new_epoch"
    return Diagnosis(found, held, newest, way)


def _since(policy: LogPolicy, mark: Path) -> bool:
    """Whether the log was given its present name after the restoring: a recovery that was cut off at its end."""
    restored = datetime.fromisoformat(json.loads(mark.read_bytes())["at"])
    return bool(policy.recoveries) and policy.recoveries[-1].at >= restored.replace(microsecond=0)


def _certain(evidence: CertificateLog, policy: LogPolicy, found: Survey) -> bool:
    """Whether enough witnesses whose memory was not restored with us answered, that one of them cosigned whatever was published."""
    asked = [one for one in found.witnesses if one.name in evidence.far and one.state in {"even", "behind", "new"}]
    return len(asked) + policy.needed > len({one.key.name for one in policy.witnesses})


def recover(
    db: Database, evidence: CertificateLog, *, source: Read | None = None, reason: str = "", nothing_since: bool = False
) -> tuple[Diagnosis, str]:  # fmt: skip
    """Do what `diagnose` says; gives how it stood and one line of what was done. Safe to repeat, also after it was cut off.

    Raises `Problem(trust.recovery_source)` when the source lacks what was cosigned, `Problem(trust.not_enough_witnesses)`.
    """
    found = diagnose(evidence, source=source is not None, nothing_since=nothing_since)
    done = "nothing had to be done"
    if found.way == "replay" and source is not None:
        furthest, mine = found.survey.furthest, evidence.log
        if furthest is None:
            raise Problem(errors.RECOVERY_SOURCE, why="no witness remembers the log")
        count = replay(
            DatabaseLogStore(db, mine.origin), evidence.policy(), mine.head()[0], furthest.note, source, _keys_of(db)
        )
        evidence.forget()
        publish(evidence.log, evidence.policy(), evidence.clients)
        done = f"{count} entries were put back; the log goes on from {evidence.log.head()[0].size}"
    elif found.way == "new_epoch":
        done = _new_epoch(evidence, found, reason)
    hold_mark().unlink(missing_ok=True)
    return found, done


def _keys_of(db: Database) -> Any:
    """Digest → the key under which the pipeline appended it; entries whose certificate is lost are their own key."""

    def key_of(entry: bytes) -> bytes:
        with db.reading() as session:
            certificate = session.scalar(select(CredentialRow.id).where(CredentialRow.digest == entry.hex()))
        return NewEntry(entry, f"certificate:{certificate}" if certificate else "").key_hash()

    return key_of


# -- a new epoch


def _new_epoch(evidence: CertificateLog, found: Diagnosis, reason: str) -> str:
    policy = evidence.policy()
    statements = [*policy.recoveries]
    if found.newest_name != policy.origin:
        statements += _statements_of_witnesses(evidence, policy, found.newest_name)
    closing = _statement(evidence, policy, statements[-1].successor if statements else policy.origin, reason)
    refused = close(closing, evidence.clients, policy.needed)
    for name, why in refused.items():
        log.warning("a witness did not take the recovery statement yet", witness=name, why=why)
    begun = evidence.under(closing.successor)
    begun.append_many([NewEntry(one.note, f"recovery:{one.successor}") for one in [*statements, closing]])
    publish(begun, evidence.policy(), evidence.clients)
    lost = f"{closing.lost} entries are lost" if closing.lost else "no lost entry is known"
    return f"{closing.origin} ended at {closing.last.size} ({lost}); the log goes on as {closing.successor}"


def _statement(evidence: CertificateLog, policy: LogPolicy, origin: str, reason: str) -> Recovery:
    """Signed once and kept, so that a second attempt shows the witnesses the same words."""
    file = statement_file(successor_of(origin))
    if file.exists():
        return parse_recovery(file.read_bytes(), policy.operators)
    seen, own, kept = _furthest(evidence, policy.under(origin), origin), None, 0
    if origin == policy.origin and (note := evidence.log.store.published()):
        own = policy.check(note).checkpoint
        kept = own.size
    last = seen if seen is not None and (own is None or seen.size > own.size) else own
    last = last or Checkpoint(origin, 0, evidence.log.tree.empty())
    root, at = ensure_signer(OWNER, ROOT, Algorithm.ED25519), now().replace(microsecond=0)
    made = signed(Recovery(last, kept, successor_of(origin), at, reason or "restored from a backup"), root)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, made.note)
    return made


def statement_file(name: str) -> Path:
    """Where the statement that begins a name of the log is kept beside the database."""
    return get_settings().data_dir / "trust" / "recoveries" / f"{name.replace('/', '_')}.note"


def _furthest(evidence: CertificateLog, policy: LogPolicy, origin: str) -> Checkpoint | None:
    """The largest checkpoint under this name that a witness remembers."""
    nothing = Checkpoint(origin, 0, evidence.log.tree.empty())
    seen = survey(nothing, 0, lambda _path: None, policy, evidence.clients).furthest
    return seen.checkpoint if seen else None


def _statements_of_witnesses(evidence: CertificateLog, policy: LogPolicy, newest: str) -> list[Recovery]:
    """Statements that were lost here and that the witnesses kept, up to the name they know. Raises `Problem(trust.recovery_source)`."""
    found: list[Recovery] = []
    name = policy.origin
    while name != newest:
        name = successor_of(name)
        notes = [note for one in evidence.clients if (note := _ask(one, name)) is not None]
        if not notes:
            raise Problem(errors.RECOVERY_SOURCE, why=f"no witness shows the statement that began {name}")
        found.append(parse_recovery(notes[0], policy.operators))
    return found


def _ask(client: Any, name: str) -> bytes | None:
    try:
        return client.statement(name)
    except OSError:
        return None


# -- where missing entries may still lie


def source_of(place: str, origin: str) -> Read:
    """A later copy of the database (an address or an SQLite file), a folder of tiles, or a web address that serves them.

    Raises `Problem(trust.recovery_source)`.
    """
    if place.startswith(("http://", "https://")):
        return _web(place.rstrip("/"))
    path = Path(place)
    if path.is_dir():
        return FileLogStore(path).read
    if "://" not in place and not path.is_file():
        raise Problem(errors.RECOVERY_SOURCE, why=f"{place} is no database, folder or web address")
    store = DatabaseLogStore(Database(place if "://" in place else f"sqlite:///{path}"), origin)
    return store.read


def _web(address: str) -> Read:
    import httpx

    client = httpx.Client(timeout=10, follow_redirects=False)

    def read(path: str) -> bytes | None:
        try:
            answer = client.get(f"{address}/{path}")
        except httpx.HTTPError as error:
            raise Problem(errors.RECOVERY_SOURCE, why=type(error).__name__) from None
        return answer.content if answer.status_code == 200 else None

    return read


def as_json(found: Diagnosis) -> dict[str, Any]:
    """For `--json` and for whoever watches the installation."""
    seen = [
        {"name": one.name, "state": one.state, "size": one.checkpoint.size if one.checkpoint else None, "why": one.why}
        for one in found.survey.witnesses
    ]
    return {
        "origin": found.survey.origin, "size": found.survey.size, "published": found.survey.published, "held": found.held,
        "newest_name": found.newest_name, "way": found.way, "witnesses": seen,
    }  # fmt: skip


def mark_restored(folder: Path, told: dict[str, Any], at: datetime) -> None:
    """Hold the log of an installation that was just restored, until `recover`."""
    (folder / "trust").mkdir(parents=True, exist_ok=True)
    write_whole(folder / "trust" / "restored.json", json.dumps({**told, "at": at.isoformat()}, indent=1).encode())
