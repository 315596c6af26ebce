"""A group signs one filing, each person on their own device: invited by a message with a one-time code, signed in as themselves.

What vouches for a signature is kept with it: the digest of what was shown, the words agreed to, how the person was known,
the face check, and the platform's signature over all of that.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onething.catalog.models import FromSignatures, LifeEvent
from onething.core import clock, events
from onething.core.access import Principal
from onething.core.errors import Problem
from onething.core.i18n import Text, texts_of
from onething.core.ids import new_id
from onething.core.private import keyed_hash
from onething.intake.errors import (
    CONTENT_CHANGED,
    INVITATION_NOT_FOUND,
    INVITATION_OVER,
    NOTHING_TO_SIGN,
)
from onething.intake.events import SignatureDeclined, SignatureGiven, SignatureInvited
from onething.intake.filing.signed_content import Signatory, content_of, digest_of, mark_of, signatories, signed_slots
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.sealing import sealed
from onething.intake.signing.face_check import face_provider
from onething.intake.states import SIGNATURE, FilingStatus, SignatureState
from onething.intake.store import Filing, change, fill, load, subject_of, touch
from onething.intake.tables import FilingRow, SignatureRow
from onething.subjects.service import Person, ensure_person, find_person, person
from onething.trust.service import GMT_0009_DEFAULT_ID, Algorithm, KeyStore, canonical, key_store

say = texts_of(__name__)

INVITED_FOR = timedelta(days=7)
MOST_TRIES = 5
KEY = "filing-signatures"


@dataclass(frozen=True, slots=True)
class Signing:
    """How far the signatures of a filing are, for the applicant's page."""

    slot: str
    agree: Text
    digest: str
    people: tuple[Signatory, ...]
    mine: Signatory | None
    """The applicant's own place, when she is one of them."""
    complete: bool
    trusted_for: Text
    """What the face check may be relied on for."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invited person sees: exactly what they would sign."""

    id: str
    event: LifeEvent
    inviter: str
    state: str
    agree: Text
    digest: str
    content: dict[str, Any] = field(default_factory=dict[str, Any])
    signed_at: datetime | None = None
    trusted_for: Text = field(default_factory=lambda: face_provider().trusted_for)
    changed: bool = False
    """Signed, and changed since."""


def signing_of(situation: Situation) -> Signing | None:
    """None when the life event asks for no signatures."""
    for slot, source in signed_slots(situation.event):
        people = signatories(situation.event, source, situation.facts, situation.filing.signatures, slot)
        own = mark_of(situation.filing.person.id_number)
        mine = next((each for each in people if each.id_number and mark_of(each.id_number) == own), None)
        digest = digest_of(situation.event, source, situation.facts)
        complete = bool(people) and all(each.state == SignatureState.SIGNED for each in people)
        return Signing(slot, source.agree, digest, tuple(people), mine, complete, face_provider().trusted_for)
    return None


def signing(session: Session, principal: Principal, filing_id: str) -> Signing | None:
    return signing_of(situation_of(load(session, principal, filing_id)))


def invite(session: Session, principal: Principal, filing_id: str) -> int:
    """Invite everybody who has not signed what stands there now, but the applicant; returns how many messages go out.

    Inviting again sends a new code. A person whom the platform knows keeps the phone that they gave themselves.
    """
    change(session, principal, filing_id)
    situation = situation_of(load(session, principal, filing_id))
    found = signing_of(situation)
    if found is None or not found.people:
        raise Problem(NOTHING_TO_SIGN)
    sent = 0
    for each in found.people:
        if each.state == SignatureState.SIGNED or not each.id_number or each is found.mine:
            continue
        known = find_person(session, each.id_number)
        # Somebody known by her number alone (an agency was asked about her) has no phone that she gave.
        reader = known if known is not None and known.name else ensure_person(
            session, oidc_sub=None, name=each.name, id_number=each.id_number, phone=each.phone
        )  # fmt: skip
        _invite(session, situation, found, reader)
        sent += 1
    return sent


def _invite(session: Session, situation: Situation, found: Signing, reader: Person) -> None:
    at, code = clock.now(), f"{secrets.randbelow(1_000_000):06d}"
    row = _row(session, situation.filing, found.slot, reader)
    row.state = SIGNATURE.move(row.state, SignatureState.INVITED)
    row.tries, row.invited_at, row.expires_at, row.decided_at = 0, at, at + INVITED_FOR, None
    row.code_hash, row.content = keyed_hash("signing_code", f"{row.id}:{code}"), ""
    row.evidence = _kept(session, situation, {"mark": mark_of(reader.id_number)})
    session.flush()
    said = SignatureInvited(
        subject_id=reader.id, life_event=situation.event.id, reference="", path=f"sign/{row.id}", code=code
    )
    actor = f"citizen:{situation.filing.row.subject_id}"
    events.append(session, events.Event.of(situation.filing.id, said, actor, at))


def _row(session: Session, filing: Filing, slot: str, reader: Person) -> SignatureRow:
    where = (SignatureRow.filing_id == filing.id, SignatureRow.slot == slot, SignatureRow.subject_id == reader.id)
    row = session.scalars(select(SignatureRow).where(*where)).one_or_none()
    if row is None:
        row = SignatureRow(
            id=new_id("sgn"),
            filing_id=filing.id,
            slot=slot,
            subject_id=reader.id,
            code_hash="",
            tries=0,
            content="",
            state=SignatureState.INVITED.value,
        )
        session.add(row)
    return row


def sign_own(session: Session, principal: Principal, filing_id: str, digest: str) -> None:
    """The applicant signs herself. `digest` is of what her page showed. Raises `CONTENT_CHANGED`, `NOTHING_TO_SIGN`."""
    change(session, principal, filing_id)
    situation = situation_of(load(session, principal, filing_id))
    found = signing_of(situation)
    if found is None or found.mine is None:
        raise Problem(NOTHING_TO_SIGN)
    if found.digest != digest:
        raise Problem(CONTENT_CHANGED)
    at = clock.now()
    row = _row(session, situation.filing, found.slot, situation.filing.person)
    row.invited_at, row.expires_at = at, at + INVITED_FOR
    _sign(session, row, situation, found, situation.filing.person, "sign_in")


def invitation(session: Session, principal: Principal, signature_id: str) -> Invitation:
    """What the signed-in person was invited to. Raises `INVITATION_NOT_FOUND`, `INVITATION_OVER`."""
    row, situation = _invited(session, principal, signature_id)
    source, found = _source(situation, row), signing_of(situation)
    if found is None:
        raise Problem(INVITATION_NOT_FOUND)
    inviter = person(session, situation.filing.row.subject_id).name
    changed = row.state == SignatureState.SIGNED and row.content != found.digest
    return Invitation(
        row.id, situation.event, inviter, row.state, source.agree, found.digest, content_of(situation.event, source, situation.facts), row.decided_at,
        changed=changed,
    )  # fmt: skip


def confirm(session: Session, principal: Principal, signature_id: str, code: str, digest: str) -> bool:
    """The invited person signs what stands there now; False when the code is wrong (the try is counted: commit it).

    Raises `INVITATION_OVER` (given up, submitted, run out, withdrawn, no longer of the group, too many tries),
    `CONTENT_CHANGED` when `digest` is not of what stands there now.
    """
    row, situation = _invited(session, principal, signature_id)
    found = signing_of(situation)
    if row.state == SignatureState.DECLINED:
        raise Problem(INVITATION_OVER, why=say("invitation.said_no"))
    if row.tries >= MOST_TRIES or clock.now() > row.expires_at:
        raise Problem(INVITATION_OVER, why=say("invitation.late"))
    if found is None or found.digest != digest:
        raise Problem(CONTENT_CHANGED)
    _take(session, situation.filing)
    if not hmac.compare_digest(row.code_hash, keyed_hash("signing_code", f"{row.id}:{code.strip()}")):
        row.tries += 1
        return False
    _sign(session, row, situation, found, person(session, row.subject_id), "message_code")
    _tell_inviter(session, situation, SignatureGiven, principal.actor)
    return True


def decline(session: Session, principal: Principal, signature_id: str) -> None:
    """Say no, or take a signature back; both as long as the filing is not submitted. Only a new invitation undoes it."""
    row, situation = _invited(session, principal, signature_id)
    _take(session, situation.filing)
    row.state = SIGNATURE.move(row.state, SignatureState.DECLINED)
    row.decided_at, row.content, row.code_hash = clock.now(), "", ""
    row.evidence = _kept(session, situation, {"mark": (row.evidence or {}).get("mark")})
    _tell_inviter(session, situation, SignatureDeclined, principal.actor)


def _tell_inviter(
    session: Session, situation: Situation, kind: type[SignatureGiven | SignatureDeclined], actor: str
) -> None:
    said = kind(
        subject_id=situation.filing.row.subject_id,
        life_event=situation.event.id,
        reference="",
        path=f"filing/{situation.filing.id}/sign",
    )
    events.append(session, events.Event.of(situation.filing.id, said, actor))


def _invited(session: Session, principal: Principal, signature_id: str) -> tuple[SignatureRow, Situation]:
    """The invitation of this very person, and the filing as it stands. The person is part of the query."""
    where = (SignatureRow.id == signature_id, SignatureRow.subject_id == subject_of(principal))
    row = session.scalars(select(SignatureRow).where(*where).execution_options(populate_existing=True)).one_or_none()
    filing = session.get(FilingRow, row.filing_id, populate_existing=True) if row else None
    if row is None or filing is None:
        raise Problem(INVITATION_NOT_FOUND)
    if filing.status != FilingStatus.DRAFT:
        raise Problem(INVITATION_OVER, why=say("invitation.gone"))
    situation = situation_of(fill(session, filing))
    found = signing_of(situation)
    if found is None or not any(each.row is not None and each.row.id == row.id for each in found.people):
        raise Problem(INVITATION_OVER, why=say("invitation.left"))
    return row, situation


def _source(situation: Situation, row: SignatureRow) -> FromSignatures:
    return dict(signed_slots(situation.event))[row.slot]


def _take(session: Session, filing: Filing) -> None:
    """Still a draft, and nobody else writes meanwhile: the same compare-and-set as every change of a filing."""
    statement = (
        update(FilingRow).where(FilingRow.id == filing.id, FilingRow.status == FilingStatus.DRAFT).values(updated_at=clock.now())
        .returning(FilingRow.id).execution_options(synchronize_session=False)
    )  # fmt: skip
    if session.scalar(statement) is None:
        raise Problem(INVITATION_OVER, why=say("invitation.gone"))
    touch(session, filing.id)


def _sign(
    session: Session, row: SignatureRow, situation: Situation, found: Signing, signer: Person, known_by: str
) -> None:
    at, face = clock.now(), face_provider().verify(signer)
    record: dict[str, Any] = {
        "kind": "onething.filing-signature.v1", "signature_id": row.id, "filing_id": situation.filing.id, "subject_id": signer.id,
        "content_sha256": found.digest, "agreed": found.agree.model_dump(), "known_by": known_by, "signed_at": at.isoformat(),
        "face": {name: str(value) for name, value in face.as_dict().items()},
    }  # fmt: skip
    keys = _keys()
    made = keys.signer(KEY)
    row.state = SIGNATURE.move(row.state, SignatureState.SIGNED)
    row.decided_at, row.content, row.code_hash = at, found.digest, ""
    evidence = {
        "mark": mark_of(signer.id_number), "record": record, "key_id": made.key_id, "algorithm": made.algorithm.value,
        "signature": made.sign(canonical(record)).hex(), "face": face.as_dict(),
    }  # fmt: skip
    row.evidence = _kept(session, situation, evidence)


def _kept(session: Session, situation: Situation, evidence: dict[str, Any]) -> Any:
    """Sealed under the applicant's key: it is a part of her filing."""
    return sealed(session, situation.filing.row.subject_id, SignatureRow, "evidence", evidence)


def _keys() -> KeyStore:
    """The platform's key for signatures on filings, made when first needed."""
    keys = key_store("platform")
    if not keys.records(KEY):
        keys.create(KEY, Algorithm.SM2, signer_id=GMT_0009_DEFAULT_ID)
    return keys
