"""Putting a certificate's court package together: the record with its openings, its place in the log, time stamp, contract calls.

Nothing in it is believed by the verifier because it is there: each part is checked against keys of agencies, witnesses, the
authority of time and the agencies' accounts. What the platform alone says (history, status) is marked as its word.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from onething.core import events
from onething.core.clock import now
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.events import ISSUED, Event, ObjectType
from onething.trust import errors
from onething.trust.chain.states import TxStatus
from onething.trust.chain.tables import ContractRow, TransactionRow
from onething.trust.court import report, verify
from onething.trust.court.stamping import Stamper
from onething.trust.credentials import keeping
from onething.trust.credentials.errors import NOT_READY
from onething.trust.credentials.requests import request_key
from onething.trust.credentials.signing import named
from onething.trust.credentials.states import Stage
from onething.trust.credentials.tables import CredentialRow, RequestRow
from onething.trust.credentials.trustlist import TrustList
from onething.trust.keys.base import Signer
from onething.trust.ledger.canonical import canonical, parse
from onething.trust.log.database import DatabaseLogStore
from onething.trust.log.merkle import Tree
from onething.trust.log.policy import LogPolicy
from onething.trust.log.store import LogStore
from onething.trust.log.tiles import TileReader
from onething.trust.models import b64url

README = """\
本文件包证明一份电子证照，可离线查验：
    python verify.py 本文件包.zip --root=根指纹 --tsa=时间戳根指纹
查验程序只需 Python 3.11 与 cryptography 库。请从发布方网站或公告核对根指纹，并尽量使用另行取得的 verify.py：
能改动文件包的人，也能改动包内的查验程序。history.json 与 status 只是平台自己的陈述。
包内含当事人信息，仅供本案使用。

This package proves one electronic certificate and is checked offline as above. Compare the fingerprints, and take verify.py,
from elsewhere. history.json and `status` are the platform's own word. It holds personal data: for this case only.
"""


class Words(Protocol):
    """What the report says in Chinese of a certificate's content and of its case."""

    def fields(self, kind: str, content: Mapping[str, Any], /) -> Sequence[tuple[str, Any]]: ...
    def holder(self, kind: str, content: Mapping[str, Any], /) -> str: ...
    def history(self, session: Session, case_id: str, happened: Sequence[Event], /) -> Sequence[str]: ...


class Codes:
    """Without anybody who knows words: the names that were signed and the codes that were logged."""

    def fields(self, _kind: str, content: Mapping[str, Any]) -> list[tuple[str, Any]]:
        return sorted(content.items())

    def holder(self, _kind: str, _content: Mapping[str, Any]) -> str:
        return ""

    def history(self, _session: Session, _case_id: str, happened: Sequence[Event]) -> list[str]:
        return [one.type for one in happened]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the parts come from."""

    db: Database
    root: Signer
    trust: TrustList
    log: LogStore
    city: str
    words: Words = field(default_factory=Codes)


def pack(source: Source, certificate_id: str, stamper: Stamper) -> bytes:
    """The package of one certificate, as a ZIP in its one form.

    Raises `Problem(credentials.not_ready | trust.not_in_log | trust.erased | trust.time_stamp_refused)`; `trust.altered` when
    what is stored here would not pass the verifier.
    """
    policy = source.trust.log
    with source.db.reading() as session:
        row = session.get(CredentialRow, certificate_id)
        if row is None or policy is None or row.stage != Stage.ANCHORED or "log" not in row.proof:
            raise Problem(NOT_READY)
        text = keeping.text_of(session, row)
        files = {"credential.txt": text.encode(), "seal.json": canonical(parse(row.seal or "{}"))}
        files |= {
            "chain/receipt.json": canonical(_receipt(session, row)),
            "history.json": canonical(_history(session, row, source.words)),
        }
        told, status, kind = dict(row.proof["log"]), row.status, row.kind
    checkpoint = str(told["checkpoint"]).encode()
    latest, path = _latest(source, policy, checkpoint)
    files |= {
        "log/checkpoint.txt": checkpoint, "log/latest.txt": latest, "log/consistency.json": canonical([b64url(p) for p in path]),
        "log/inclusion.json": canonical({name: told[name] for name in ("index", "size", "path")}),
        "trust.json": source.trust.text.encode(), "time/stamp.tsr": stamper.stamp(checkpoint),
        "time/authority.pem": stamper.root, "verify.py": Path(verify.__file__).read_bytes(),
        "README.txt": README.encode(),
    }  # fmt: skip
    about = {"id": certificate_id, "kind": "certificate", "city": source.city, "status": status, "made_at": now().isoformat()}  # fmt: skip
    found = verify.check(sealed(files, about, source.root), source.root.key_id)
    if found.verdict != "genuine":
        raise Problem(errors.ALTERED, detail=f"{found.failed}: {found.steps[-1]}")
    words = source.words
    found.about["holder"] = words.holder(kind, named(found.fields))
    files["report.pdf"] = report.draw(found, parse(files["history.json"]), words.fields(kind, named(found.fields)))
    return sealed(files, about, source.root)


def _latest(source: Source, policy: LogPolicy, checkpoint: bytes) -> tuple[bytes, list[bytes]]:
    """The newest checkpoint under the name that the proof's has, and the consistency from one to the other.

    Of a name that a recovery closed the older state that was put back may be older than the proof: then the proof's own is the newest.
    """
    first = policy.check_any(checkpoint).checkpoint
    store = source.log if first.origin == policy.origin else DatabaseLogStore(source.db, first.origin)
    latest = store.published()
    if latest is None and first.origin == policy.origin:
        raise Problem(errors.NOT_IN_LOG)
    size = policy.check_any(latest).checkpoint.size if latest else 0
    if latest is None or (size < first.size and first.origin != policy.origin):
        return checkpoint, []
    return latest, TileReader(Tree(policy.hash), size, store.read).consistency(first.size)


def sealed(files: dict[str, bytes], about: dict[str, Any], root: Signer) -> bytes:
    """Files under a manifest that the root signs."""
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = canonical({**about, "format": verify.FORMAT, "root": root.public_key.jwk(), "files": listed})
    signature = canonical({"kid": root.key_id, "sig": b64url(root.sign(manifest))})
    return verify.zip_of({**files, "manifest.json": manifest, "manifest.sig": signature})


def _receipt(session: Session, row: CredentialRow) -> dict[str, Any]:
    """Every call of the contracts about this certificate, as signed by each agency's account."""
    chain_id = int(row.proof["chain"]["id"])
    places = session.scalars(select(ContractRow).where(ContractRow.chain_id == chain_id))
    calls = [call for call in _calls(session, row) if call.raw and call.status == TxStatus.CONFIRMED]
    return {
        "chain_id": chain_id, "contracts": {place.name: place.address for place in places},
        "accounts": {call.account: _public_key(call.raw or b"").hex() for call in calls},
        "calls": [
            {
                "agency": call.account, "contract": call.contract, "function": call.function, "tx": call.tx_hash,
                "raw": (call.raw or b"").hex(), "block": call.block, "block_hash": call.block_hash,
                "at": call.confirmed_at.isoformat() if call.confirmed_at else "",
            }
            for call in calls
        ],
    }  # fmt: skip


def _calls(session: Session, row: CredentialRow) -> Sequence[TransactionRow]:
    requests = session.scalars(select(RequestRow).where(RequestRow.certificate_id == row.id).limit(500)).all()
    words = [cast(TransactionRow.args, String).contains(request_key(each.id).hex()) for each in requests]
    asked = [
        TransactionRow.account.in_({name for each in requests for name in (each.asker, each.holder)})
        & (TransactionRow.contract == "Requests") & or_(*words)
    ] if words else []  # fmt: skip
    mine = [TransactionRow.key == row.tx, TransactionRow.key.startswith(f"status:{row.id}:", autoescape=True)]
    return session.scalars(select(TransactionRow).where(or_(*mine, *asked)).order_by(TransactionRow.id).limit(2000)).all()  # fmt: skip


def _public_key(raw: bytes) -> bytes:
    """The key that signed a transaction, x ‖ y; the private key is not needed to prove who signed."""
    from eth_keys.datatypes import Signature  # with web3's half second, only when a package is made

    call = verify.call_of(raw)
    return Signature(vrs=(call.odd, call.r, call.s)).recover_public_key_from_msg_hash(call.signed).to_bytes()


def _history(session: Session, row: CredentialRow, words: Words) -> list[dict[str, str]]:
    """The steps of the case in which it was issued, from the append-only event log: codes and opaque ids, no content."""
    around = (row.created_at - timedelta(days=1), row.created_at + timedelta(days=1))
    stream = events.stream_concerning(session, ObjectType.CERTIFICATE, ISSUED, row.id, *around)
    if stream is None:
        return []
    happened = events.of_stream(session, stream, limit=2000)
    return [
        {
            "at": one.at.isoformat(),
            "who": one.actor,
            "what": one.type,
            "agency": str(one.data.get("agency", "")),
            "zh": zh,
        }
        for one, zh in zip(happened, words.history(session, stream, happened), strict=True)
    ]
