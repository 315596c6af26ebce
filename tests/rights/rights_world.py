"""One of everything that a right may be about, of known agencies: a city's cases, rules and robots, and the policies of another city.

The installation serves Shanghai, and the policies of Hangzhou beside it; so every act has another city in which somebody works.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select

from casework.casework_world import opened, submission
from onething.casework.certificates import issuance, lifecycle
from onething.casework.certificates.numbering import Made
from onething.casework.tables import CaseRow, TaskRow, WorkItemRow
from onething.catalog.rulebook import service as rulebook
from onething.catalog.service import get_city
from onething.core.access import SYSTEM_PRINCIPAL, Principal, Role
from onething.core.clock import now
from onething.core.db import Base, Database
from onething.core.faults import Report, report
from onething.core.ids import new_id
from onething.exchange.contrib.robot.tables import RobotRunRow
from onething.policy.feedback import service as feedback
from onething.policy.fulfilment.tables import AwardRow
from onething.policy.knowledge import store
from onething.policy.models import Benefit, Budget, Clause, Place
from onething.rules.models import Words
from onething.sandbox.companies.generate import uscc_of
from onething.subjects.profiles import service as profiles
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.service import ensure_organisation
from onething.webhooks import service as webhooks

HOME, OTHER, FAR = "shanghai", "hangzhou", "shenzhen"
OWNER = {HOME: "medins", OTHER: "hrss"}
"""The agency whose things stand in the world, by city."""
STRANGER = {HOME: "credit", OTHER: "market"}
LAW = "# 杭州市试行补贴办法\n\n2026年1月5日杭州市人民政府公布\n\n第一条 员工不少于十人的企业，由市人力资源和社会保障局给予补贴五千元。\n"
RULES = """rules_version: 1
facts: {company.employees: {type: number, name: {zh: 员工人数, en: employees}}}
rulesets:
- id: clause
  kind: decision
  rules:
  - id: enough
    require: company.employees >= 10
    text: {zh: 员工不少于十人, en: at least ten employees}
    ground: {title: 杭州市试行补贴办法, article: 第一条}
"""


@dataclass
class World:
    """Ids of what there is one of. Everything at home is `medins`'s, everything of policy is `hrss`'s of Hangzhou."""

    db: Database
    case: str
    item: str
    certificate: str
    rule_draft: str
    rule_lock: int
    rule_submitted: str
    slug: str
    clause_draft: str
    clause_submitted: str
    regulation: str
    suggestion: str
    dispute: str
    award: str
    webhook: str
    robot_run: str
    fault: str
    suspense: str
    spec: ProfileSpec

    @property
    def entry(self) -> rulebook.RuleEntry:
        return rulebook.entry_by_slug(get_city(), self.slug)


def somebody(role: Role, city: str, agency: str = "", **more: Any) -> Principal:
    """An official of a city; officers of an agency. Nobody of the world's own drafters."""
    return Principal(
        role, f"u_{role}_{city}_{agency or 'none'}", "李明", None, agency or None, cities=frozenset({city}),
        away="" if city == HOME else city, **more,
    )  # fmt: skip


DRAFTERS = {
    HOME: Principal(Role.OFFICER, "u_author", "", None, OWNER[HOME], cities=frozenset({HOME})),
    OTHER: Principal(Role.OFFICER, "u_author", "", None, OWNER[OTHER], cities=frozenset({OTHER}), away=OTHER),
}


def clause(id_: str, **changes: Any) -> Clause:
    ruleset = {"id": "clause", "rules": [{"id": "enough", "require": "company.employees >= 10"}]}
    values: dict[str, Any] = {
        "id": id_, "name": Words(zh="试行补贴", en="trial subsidy"), "place": Place(document="eli/x", title="杭州市试行补贴办法", article="第一条"),
        "text": "员工不少于十人的企业给予补贴五千元。", "agency": OWNER[OTHER], "ruleset": ruleset,
        "benefit": Benefit(kind="subsidy", name=Words(zh="补贴", en="subsidy"), amount="5000"),
        "budget": Budget(key=f"purse-{id_}", amount=100000),
    }  # fmt: skip
    return Clause.model_validate(values | changes)


def make_world(db: Database, spec: ProfileSpec) -> World:
    """Everything once, in a fresh database."""
    ref = opened(db, submission(db))
    with db.transaction() as session:
        item, certificate = _item(session, ref.id), _certificate(session, ref.id)
        rules_made = _rules(session)
        clauses = _clauses(session)
        company = ensure_organisation(session, uscc=uscc_of(0), name="杭州一号公司").id
        said = feedback.suggest(session, company, "company", "clause", "graduates", OWNER[OTHER], "建议放宽")
        dispute = profiles.open_dispute(session, spec, company, "employees", "92", "新进六人")
        hook = webhooks.add(session, SYSTEM_PRINCIPAL, "https://systems.example.org/in", ["*"], agency=OWNER[HOME])
        run = RobotRunRow(
            id=new_id("run"), at=now(), agency=OWNER[HOME], operation="file", case_id=None, reference="OT", outcome="ok", code="", ms=1.0,
            steps=[], drift={}, pictures=False,
        )  # fmt: skip
        award = _award(company)
        session.add_all([run, award])
        for state in ("noticed", "ordered", "paid", "overpaid"):
            session.flush()
            award.state = state
        report(session, Report("exchange", "unmapped", "health.birth_record", "x"))
        return World(
            db, ref.id, item, certificate, *rules_made, *clauses, said.id, dispute.id, award.id, hook.subscription.id, run.id,
            _fault_key(session), "entry:none", spec,
        )  # fmt: skip


def _item(session: Any, case_id: str) -> str:
    task = session.scalars(select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.agency == OWNER[HOME], TaskRow.task_id.startswith("service:"))).first()  # fmt: skip
    assert task is not None
    task.status, task.code = "waiting", "checks"
    row = WorkItemRow(
        id=new_id("item"), case_id=case_id, task_id=task.task_id, kind="decide", agency=task.agency, life_event="newborn",
        service=task.task_id.removeprefix("service:"), opened_at=now(), due_at=now() + timedelta(days=1), content={},
    )  # fmt: skip
    session.add(row)
    return row.id


def _certificate(session: Any, case_id: str) -> str:
    """A certificate of the agency, as its task would have written it; of the kind that it issues."""
    city, case = get_city(), session.get_one(CaseRow, case_id)
    event = city.life_event("newborn")
    assert event is not None
    service = next(
        s for s in event.services if s.agency == OWNER[HOME] and any(_form(city, event, o) for o in s.outputs)
    )
    slot = next(o for o in service.outputs if _form(city, event, o))
    kind = city.type_of(event.slot(slot))
    assert kind is not None
    fresh = issuance.new_row(kind, case_id=case_id, task_id=f"service:{service.id}", slot=slot, agency=service.agency, subject_id=case.subject_id)  # fmt: skip
    data = {field.id: "1" for field in kind.fields}
    issuance.write(session, [Made(fresh, lifecycle._issue(kind, fresh, data, ""))])
    return str(fresh["id"])


def _form(city: Any, event: Any, slot: str) -> bool:
    kind = city.type_of(event.slot(slot))
    return kind is not None and kind.certificate is not None


def _rules(session: Any) -> tuple[str, int, str, str]:
    city, slug = get_city(), "newborn.decisions.maternity_claim"
    entry, author = rulebook.entry_by_slug(city, slug), DRAFTERS[HOME]
    submitted = rulebook.start(session, author, city, entry)
    rulebook.submit(session, author, city, entry, submitted.id)
    draft = rulebook.start(session, author, city, entry)
    return draft.id, draft.lock, submitted.id, slug


def _clauses(session: Any) -> tuple[str, str, str]:
    author = DRAFTERS[OTHER]
    kept, _ = store.add_document(session, author, LAW, "办法.md")
    draft = store.start_clause(session, author, clause("matrix-a"), RULES)
    submitted = store.start_clause(session, author, clause("matrix-b"), RULES)
    store.submit_clause(session, author, submitted.rule.id)
    return draft.rule.id, submitted.rule.id, kept.id


def _award(company: str) -> AwardRow:
    return AwardRow(
        id=new_id("awd"), clause_id="graduates", clause_version=1, subject_id=company, period="2026", part=1, agency=OWNER[OTHER], purse="p",
        fen=100, state="waiting", code="owed:50", reasons=[], facts={}, found_at=now(), account="", order_id=None, words="", decided_by="",
    )  # fmt: skip


def _fault_key(session: Any) -> str:
    from onething.core.faults import open_faults

    session.flush()
    return open_faults(session)[0].key


def snapshot(db: Database, *, without: tuple[str, ...] = ()) -> str:
    """A digest of every row of every table but those named: the same as long as nothing was changed."""
    found = hashlib.sha256()
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in without:
                _add(found, connection, table)
    return found.hexdigest()


def _add(found: Any, connection: Connection, table: Any) -> None:
    lines = sorted(repr(tuple(row)) for row in connection.exec_driver_sql(f'SELECT * FROM "{table.name}"'))
    found.update(f"{table.name}{lines}".encode())


Door = Callable[[Any, Principal, World], object]
TODAY = date(2026, 11, 20)
