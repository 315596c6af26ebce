"""What a group has signed: the digest of what each of them saw, and who has signed what stands there now. Pure.

A signature counts only while the covered facts are the very ones that were signed (电子签名法 第十三条: any change to the
content after signing can be seen).
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from onething.catalog.models import FromSignatures, LifeEvent
from onething.core.clock import local, today
from onething.core.identifiers import normalize
from onething.core.private import keyed_hash
from onething.intake.states import SignatureState
from onething.intake.store import Filing
from onething.intake.tables import SignatureRow
from onething.planning.service import evaluate, with_derived
from onething.review.models import Fact, Origin
from onething.trust.service import canonical

Known = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Signatory:
    """One person of the group. `subject` finds their row: a keyed hash of the id number."""

    name: str
    id_number: str
    phone: str
    state: str
    row: SignatureRow | None


def signed_slots(event: LifeEvent) -> list[tuple[str, FromSignatures]]:
    """Slots that are filled by signatures, with their source."""
    return [(slot.id, each) for slot in event.slots for each in slot.sources if isinstance(each, FromSignatures)]


def content_of(event: LifeEvent, source: FromSignatures, known: Known) -> dict[str, Any]:
    """What is shown and signed: the facts of the covered slots, also those worked out, without empty ones."""
    known = with_derived(event, known, today())
    return {
        slot: {name: _plain(value) for name, value in known[slot].items() if value is not None}
        for slot in source.covers
        if known.get(slot)
    }


def _plain(value: Any) -> Any:
    """Canonical JSON knows no floats: numbers are signed as they are written."""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list):
        return [_plain(each) for each in cast("list[Any]", value)]
    return {str(k): _plain(v) for k, v in cast("dict[Any, Any]", value).items()} if isinstance(value, dict) else value


def digest_of(event: LifeEvent, source: FromSignatures, known: Known) -> str:
    """SHA-256 over the life event, the words of the agreement and every covered fact."""
    said = {"life_event": event.id, "agree": source.agree.model_dump(), "facts": content_of(event, source, known)}
    return hashlib.sha256(canonical(said)).hexdigest()


def mark_of(id_number: str) -> str:
    return keyed_hash("signatory", normalize(id_number).upper())


def signatories(
    event: LifeEvent, source: FromSignatures, known: Known, rows: Sequence[SignatureRow], slot: str
) -> list[Signatory]:
    """Everybody who has to sign, in the order of the group."""
    people = evaluate(source.signed_by, known, today())
    digest = digest_of(event, source, known)
    by_mark = {(row.evidence or {}).get("mark"): row for row in rows if row.slot == slot}
    out: list[Signatory] = []
    for each in cast("list[Any]", people) if isinstance(people, list) else []:
        person = cast("dict[str, Any]", each) if isinstance(each, dict) else {}
        number = str(person.get("id_number", ""))
        row = by_mark.get(mark_of(number)) if number else None
        state = "none" if row is None else row.state
        if row is not None and state == SignatureState.SIGNED and row.content != digest:
            state = "stale"
        out.append(Signatory(str(person.get("name", "")), number, str(person.get("phone", "")), state, row))
    return out


def signature_facts(event: LifeEvent, filing: Filing, known: Known) -> Iterator[Fact]:
    """Who has signed, as facts of the slot that asks for it; nothing while there is nobody to sign."""
    for slot, source in signed_slots(event):
        people = [_row(each) for each in signatories(event, source, known, filing.signatures, slot)]
        if people:
            yield Fact(slot=slot, field="people", value=people, origin=Origin(kind="signed", ref=slot))


def _row(each: Signatory) -> dict[str, Any]:
    told: dict[str, Any] = {"name": each.name, "id_number": each.id_number, "state": each.state}
    if each.row is not None and each.row.decided_at is not None:
        told["signed_at"] = local(each.row.decided_at).strftime("%Y-%m-%dT%H:%M")
        face = (each.row.evidence or {}).get("face") or {}
        told |= {name: face[name] for name in ("face", "live", "provider") if face.get(name) is not None}
    return told
