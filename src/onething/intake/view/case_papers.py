"""The documents of a case as they were read: for the officer who has the case before her."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onething.catalog.service import find_event, get_city
from onething.intake.filing.situation import situation_of
from onething.intake.models import DocumentView
from onething.intake.store import fill
from onething.intake.tables import FilingRow
from onething.intake.view.document_view import document_views, view_of_entry


def papers_of_case(
    session: Session, case_id: str, life_event: str, entries: Sequence[dict[str, Any]], at: datetime
) -> tuple[DocumentView, ...]:
    """One view for each of the case's documents (`entries`, as casework lists them), in that order.

    The right to see them is the right to the work item from which `entries` came: casework checks and records it. `at`
    stands for the time of documents that came later than the filing.
    """
    city = get_city()
    event = find_event(city, life_event)
    row = session.scalar(select(FilingRow).where(FilingRow.case_id == case_id))
    left = list(document_views(situation_of(fill(session, row)))) if row is not None else []
    views: list[DocumentView] = []
    for entry in entries:
        own = next((view for view in left if _is(view, entry)), None)
        if own is not None:
            left.remove(own)
        views.append(own or view_of_entry(city, event, entry, at))
    return tuple(views)


def _is(view: DocumentView, entry: dict[str, Any]) -> bool:
    if entry.get("id"):
        return view.id == entry["id"]
    return "fields" not in entry and (view.digest, view.type) == (entry.get("digest"), entry.get("type"))
