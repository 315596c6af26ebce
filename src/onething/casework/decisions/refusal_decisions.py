"""A refusal goes out in writing, with its reasons and what can be done against it (行政许可法 第三十八条), like any certificate.

So it is signed by the agency that refused, logged, anchored, in the applicant's library, checked by anybody, and packed for a court.
What it looks like and whether there is one is the city's: `refusal` in `city.yaml` names its evidence type.
"""

from datetime import date
from typing import Any

from sqlalchemy import select

from onething.casework.cases import store
from onething.casework.cases.locked_case import Course
from onething.casework.certificates import issuance
from onething.casework.certificates.numbering import Made
from onething.casework.decisions import law, sealed_text
from onething.casework.decisions.agency_words import for_people
from onething.casework.events import RefusalIssued
from onething.casework.models import TaskStatus
from onething.casework.tables import CertificateRow
from onething.catalog.models import Service
from onething.core.clock import local
from onething.documents.service import tidy, unprintable


def write_decisions(course: Course) -> None:
    """Decisions for services that were refused and have none yet, in the transaction that settles their case."""
    kind = course.city.evidence_type(course.city.refusal or "")
    refused = [(row, service) for row in course.with_status(TaskStatus.REFUSED) if (service := course.service(row))]
    form = kind.certificate if kind else None
    if kind is None or form is None or not refused:
        return
    query = select(CertificateRow.task_id).where(
        CertificateRow.case_id == course.case.id, CertificateRow.slot == issuance.REFUSAL
    )
    written = set(course.session.scalars(query))
    wanting = [(row, service) for row, service in refused if row.task_id not in written]
    if not wanting:
        return
    case, work = course.case, course.work()
    told = sealed_text.opened_all(course.session, case.subject_id, case.id, [row.result for row, _ in wanting])
    made: list[Made] = []
    for (row, service), result in zip(wanting, told, strict=True):
        data = _content(service, row.code, result, local(row.finished_at or course.at).date())
        one = issuance.made_of(work, course.event, kind, form, row.task_id, row.agency, issuance.REFUSAL, data)
        made.append(one)
        said = RefusalIssued(
            **store.frame(case),
            task=row.task_id,
            agency=row.agency,
            service=service.id,
            certificate=one.row["id"],
            evidence_type=kind.id,
        )
        store.tell(course.session, case, said)
    issuance.write(course.session, made)


def _content(service: Service, code: str, result: dict[str, Any], day: date) -> dict[str, Any]:
    """What was refused, why and on which ground. An official's or an agency's own words stand as written, in their language."""
    findings = [found for found in result.get("findings", ()) if found.get("outcome") == "no"]
    own = _printed(str(result.get("reason") or "")) if "words" not in result else ""
    if "agency_code" in result:
        own = for_people(own)
    said = [result["words"]] if "words" in result else [found["words"] for found in findings]
    zh, en = ("\n".join(_printed(str(words[lang])) for words in said) for lang in ("zh", "en"))
    grounds = [str(found["ground"]) for found in findings if found.get("ground")]
    grounds = grounds or [f"《{each.title}》{each.article}" for each in service.grounds]
    return {
        "matter": service.name.zh, "matter_en": service.name.en, "reason": own or zh or "未获通过",
        **({"reason_en": en} if en and not own else {}), "ground": law.titles_once(grounds), "decided_on": day.isoformat(),
        "decided_by": code if code in ("officer", "agency") else "rules",
    }  # fmt: skip


def _printed(words: str) -> str:
    """Free words without what cannot stand in print: a decision waits for no face of an emoji."""
    text = str(tidy(words))
    wrong = unprintable(text)
    return "".join(each for each in text if each not in wrong)
