"""A certificate and the way of its case told in Chinese, for the report of a court package."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.casework.cases import timeline
from onething.casework.tables import CaseRow
from onething.catalog.service import get_city, holder_in, in_chinese
from onething.core.events import Event


def fields(kind: str, content: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return in_chinese(get_city(), kind, content)


def holder(kind: str, content: Mapping[str, Any]) -> str:
    """For whom, or for which company, it is."""
    return holder_in(get_city().evidence_type(kind), content)


def history(session: Session, case_id: str, happened: Sequence[Event]) -> list[str]:
    """A sentence for each event, in their order, of the applicant and not to her; its code where this version has no words."""
    city = get_city()
    event = city.life_event(session.scalar(select(CaseRow.life_event).where(CaseRow.id == case_id)) or "")
    told = (
        {entry.seq: entry.words.zh.replace("您", "申请人") for entry in timeline.tell(city, event, happened)}
        if event
        else {}
    )
    return [told.get(one.seq, one.type) for one in happened]
