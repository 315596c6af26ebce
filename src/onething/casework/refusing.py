"""A refusal goes out in writing, with its reasons and what can be done against it (行政许可法 第三十八条), like any certificate.

So it is signed by the agency that refused, logged, anchored, in the applicant's library, checked by anybody, and packed for a court.
What it looks like and whether there is one is the city's: `refusal` in `city.yaml` names its evidence type.
"""

from typing import Any

from sqlalchemy import select

from onething.casework import certificates, proving, said, store
from onething.casework.certificates import Made
from onething.casework.course import Course
from onething.casework.models import TaskStatus
from onething.casework.tables import CertificateRow, TaskRow
from onething.catalog.models import CertificateForm, EvidenceType, Service
from onething.core.clock import local
from onething.core.ids import new_id

SLOT = "refusal"
"""Where a decision would stand among the case's evidence; no service asks for it."""


def write_decisions(course: Course) -> None:
    """Decisions for services that were refused and have none yet, in the transaction that settles their case."""
    kind = course.city.evidence_type(course.city.refusal or "")
    refused = [(row, service) for row in course.with_status(TaskStatus.REFUSED) if (service := course.service(row))]
    form = kind.certificate if kind else None
    if kind is None or form is None or not refused:
        return
    query = select(CertificateRow.task_id).where(CertificateRow.case_id == course.case.id, CertificateRow.slot == SLOT)
    written = set(course.session.scalars(query))
    wanting = [(row, service) for row, service in refused if row.task_id not in written]
    stored = [row.result for row, _ in wanting]
    told = said.opened_all(course.session, course.case.subject_id, course.case.id, stored) if stored else []
    made_ones = [
        _made(course, kind, form, row, service, result) for (row, service), result in zip(wanting, told, strict=True)
    ]
    certificates.write(course.session, made_ones)
    for (row, service), one in zip(wanting, made_ones, strict=True):
        store.tell(
            course.session, "refusal.issued", course.case, task=row.task_id, agency=row.agency, service=service.id,
            certificate=one.row["id"], evidence_type=kind.id,
        )  # fmt: skip


def _made(
    course: Course, kind: EvidenceType, form: CertificateForm, row: TaskRow, service: Service, result: dict[str, Any]
) -> Made:
    at, work = row.finished_at or course.at, course.work()
    data = _content(service, row.code, result) | {"decided_on": local(at).date().isoformat()}
    certificate = {
        "id": new_id("cert"), "number": certificates.number_of(course.city, kind, data),
        "code": certificates.verification_code(), "case_id": course.case.id, "task_id": row.task_id, "slot": SLOT,
        "evidence_type": kind.id, "agency": row.agency, "subject_id": course.case.subject_id, "issued_at": course.at,
        "valid_until": None, "status": "valid", "pdf": None,
    }  # fmt: skip
    shown = certificates.shown_data(work, form, SLOT, data)
    return Made(certificate, proving.issue_of(work, course.event, kind, certificate, shown))


def _content(service: Service, code: str, result: dict[str, Any]) -> dict[str, Any]:
    """What was refused, why and on which ground, in both languages: an official's or an agency's words stand in both as written."""
    findings = [found for found in result.get("findings", ()) if found.get("outcome") == "no"]
    reason = str(result.get("reason") or "")
    zh, en = (
        "\n".join(str(found["words"][lang]) for found in findings) if findings and not reason else reason
        for lang in ("zh", "en")
    )
    grounds = [str(found["ground"]) for found in findings if found.get("ground")]
    grounds = list(dict.fromkeys(grounds)) or [f"《{each.title}》{each.article}" for each in service.grounds]
    return {
        "matter": service.name.zh, "matter_en": service.name.en, "reason": zh or "未获通过", "reason_en": en or "refused",
        "ground": "、".join(grounds), "decided_by": code if code in ("officer", "agency") else "rules",
    }  # fmt: skip
