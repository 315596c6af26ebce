"""From a case's result to a certificate that anybody can check: one path, its rights, and what erasing leaves."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from casework_world import FakeAgencies, citizen_of, officer_of, opened, status_of, submission, tasks_of, until, working
from sqlalchemy import MetaData, delete, func, select, text
from sqlalchemy.exc import OperationalError

from onething.casework import service as casework
from onething.casework.certificates import catalogue, lifecycle, trust_keys
from onething.casework.certificates import service as casework_certificates
from onething.casework.models import CertificateView, Submission
from onething.casework.tables import CaseRow, CertificateRow, EvidenceRow
from onething.catalog.service import get_city
from onething.core.db import Database
from onething.core.errors import Problem
from onething.exchange.models import Answer, Call, Outcome
from onething.trust.chain.tables import ChainLeaseRow
from onething.trust.credentials import service as credentials
from onething.trust.credentials.models import Verdict
from onething.trust.credentials.tables import CredentialRow, RequestRow
from stores import keep, lay_out

pytestmark = pytest.mark.slow


async def issued(db: Database) -> tuple[Submission, dict[str, CertificateView]]:
    """A newborn case carried out in memory; its certificates by type."""
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, FakeAgencies()):
        await until(lambda: status_of(db, ref.id).over, 90)
    with db.reading() as session:
        return filing, {
            view.evidence_type: view for view in casework_certificates.certificates_of(session, citizen_of(filing))
        }


ROUNDS: dict[str, credentials.Pipeline] = {}
"""One a database: a second sender would wait until the first one's lease is over."""


def settle(db: Database) -> None:
    rounds = ROUNDS.setdefault(db.url, trust_keys.pipeline(db, get_city()))
    for _ in range(200):
        if not rounds.round():
            return
    raise AssertionError("the rounds do not come to an end")


def verdict(db: Database, pdf: bytes, **changes: Any) -> Verdict:
    return credentials.check_file(pdf, trust_keys.against(db, **changes)).verdict


KEPT: dict[str, tuple[Any, Submission, dict[str, CertificateView]]] = {}


async def anchored(db: Database) -> tuple[Submission, dict[str, CertificateView]]:
    """The same after all rounds, every certificate in the log and on the chain. Made once; each test has a copy of its own."""
    folder = Path(db.url.removeprefix("sqlite:///")).parent
    if "newborn" in KEPT:
        kept, filing, made = KEPT["newborn"]
        lay_out(kept, folder, db)
    else:
        filing, made = await issued(db)
        settle(db)
        with db.transaction() as session:
            session.execute(delete(ChainLeaseRow))  # its holder does not send in the copies
        KEPT["newborn"] = (keep(folder), filing, made)
    return filing, dict(made)


async def test_every_certificate_of_the_newborn_event_becomes_provable(db: Database) -> None:
    filing, made = await anchored(db)
    assert set(made) == {"e_birth_certificate", "child_household_entry", "immunisation_record", "child_insurance", "social_security_card", "subsidy"}  # fmt: skip
    with db.reading() as session:
        assert {row.stage for row in session.scalars(select(CredentialRow))} == {"anchored"}
        birth = made["e_birth_certificate"].id
        asked = {row.asker: row.step for row in session.scalars(select(RequestRow).where(RequestRow.certificate_id == birth))}  # fmt: skip
    assert asked["police"] == asked["medins"] == "verified", "they fetched it by contract instead of asking for a copy"
    for view in made.values():
        pdf = casework_certificates.certificate_pdf(db, citizen_of(filing), view.id)
        report = credentials.check_file(pdf, trust_keys.against(db))
        assert report.verdict is Verdict.GENUINE
        assert {step.id: step.ok for step in report.steps}["log"] is True, "its place in the cosigned log is proven too"
        assert pdf == casework_certificates.certificate_pdf(db, citizen_of(filing), view.id), (
            "everybody gets the same bytes"
        )
        alone = credentials.check_file(pdf, credentials.Against(root=trust_keys.keyring().root.key_id))
        assert alone.verdict is Verdict.STATUS_UNKNOWN
        assert {step.id: step.ok for step in alone.steps}["log"] is True, "also from the file alone"


async def test_nobody_is_said_to_have_looked_whose_own_part_is_not_done(db: Database) -> None:
    """An agency whose system is away, and those that wait for it, have fetched and checked nothing."""
    agencies, filing = FakeAgencies(), submission(db)

    def away(call: Call) -> Answer | None:
        return Answer(Outcome.UNAVAILABLE, code="no_connection") if call.operation == "police.register_birth" else None

    agencies.script = away
    ref = opened(db, filing)
    async with working(db, agencies):
        await until(lambda: tasks_of(db, ref.id)["service:household_registration"][1] == "agency_down", 90)
        await until(lambda: tasks_of(db, ref.id)["service:immunisation_record"][0] == "done", 90)
        with db.reading() as session:
            asked = {(row.asker, row.purpose) for row in session.scalars(select(RequestRow))}
    done = {name.removeprefix("service:") for name, (state, _) in tasks_of(db, ref.id).items() if state == "done"}
    assert asked
    assert {purpose for _, purpose in asked} <= done
    assert not any(asker == "police" for asker, _ in asked)


async def test_no_number_of_a_person_lies_in_clear_and_she_is_found_all_the_same(db: Database) -> None:
    filing, made = await anchored(db)
    mother = filing.facts["applicant"]["id_number"]
    with db.reading() as session:
        for table in ("credential", "certificate"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert mother not in str(rows)
            assert "王小宝" not in str(rows)
        child = casework_certificates.content_of(session, made["child_household_entry"].id)["id_number"]
        assert child not in made["child_household_entry"].number, "the number stands on every presentation"
        found = lifecycle.find(session, officer_of("police"), child.lower())
        assert [view.id for view in found] == [made["child_household_entry"].id]
        assert lifecycle.find(session, officer_of("police"), "110101199003070000") == []


async def test_only_the_agency_that_issued_it_may_change_a_certificate_and_it_says_why(db: Database) -> None:
    filing, made = await anchored(db)
    birth = made["e_birth_certificate"]
    pdf = casework_certificates.certificate_pdf(db, citizen_of(filing), birth.id)
    for who, reason, code in (
        (officer_of("police"), "x", "other_agency"),
        (citizen_of(filing), "x", "other_role"),
        (officer_of("health"), " ", "reason_missing"),
    ):
        with pytest.raises(Problem, match=code), db.transaction() as session:
            lifecycle.change(session, who, birth.id, "revoke", reason)
    assert verdict(db, pdf) is Verdict.GENUINE
    with db.transaction() as session:
        lifecycle.change(session, officer_of("health"), birth.id, "suspend", "正在核对")
    assert verdict(db, pdf) is Verdict.SUSPENDED, "the register knows before the contract does"
    settle(db)
    assert verdict(db, pdf) is Verdict.SUSPENDED
    with db.transaction() as session:
        lifecycle.change(session, officer_of("health"), birth.id, "reinstate", "核对无误")
    settle(db)
    assert verdict(db, pdf) is Verdict.GENUINE
    with db.transaction() as session:
        lifecycle.change(session, officer_of("health"), birth.id, "revoke", "误签")
    assert verdict(db, pdf) is Verdict.WITHDRAWN
    with pytest.raises(Problem, match="not_changed"), db.transaction() as session:
        lifecycle.change(session, officer_of("health"), birth.id, "reinstate", "又想恢复")
    settle(db)
    only_contract = credentials.Against(trust_keys.keyring().trust_list(), status_of=credentials.contract_status(db))
    assert credentials.check_file(pdf, only_contract).verdict is Verdict.WITHDRAWN
    with db.reading() as session:
        view = casework.case_view(session, citizen_of(filing), birth.case_id)
        assert [entry.type for entry in view.timeline][-3:] == ["certificate.suspended", "certificate.reinstated", "certificate.revoked"]  # fmt: skip
        assert casework_certificates.reason_of(session, birth.id) == "误签"


async def test_a_corrected_certificate_takes_the_place_of_the_old_one(db: Database) -> None:
    filing, made = await anchored(db)
    birth = made["e_birth_certificate"]
    old = casework_certificates.certificate_pdf(db, citizen_of(filing), birth.id)
    with db.transaction() as session:
        fresh = lifecycle.replace_with(
            session, officer_of("health"), birth.id, {"weight_g": "3310", "made_up": "1"}, "体重写错"
        )
    assert verdict(db, old) is Verdict.REPLACED
    settle(db)
    assert verdict(db, old) is Verdict.REPLACED
    assert (fresh.data["weight_g"], "made_up" in fresh.data) == (3310, False)
    report = credentials.check_file(
        casework_certificates.certificate_pdf(db, citizen_of(filing), fresh.id), trust_keys.against(db)
    )
    assert report.verdict is Verdict.GENUINE
    assert report.fields["weight_g"] == 3310


async def test_erasing_a_person_erases_content_and_files_and_leaves_the_log_whole(db: Database) -> None:
    filing, made = await anchored(db)
    birth = made["e_birth_certificate"]
    casework_certificates.certificate_pdf(db, citizen_of(filing), birth.id)
    with db.transaction() as session:
        assert lifecycle.erase(session, filing.subject_id)
        assert not lifecycle.erase(session, filing.subject_id), "once is enough"
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(EvidenceRow)) == 0
        assert set(session.scalars(select(CaseRow.applicant_name))) == {""}
    for attempt in (
        lambda: casework_certificates.certificate_pdf(db, citizen_of(filing), birth.id),
        lambda: casework_certificates.content_of(db_session(db), birth.id),
    ):
        with pytest.raises(Problem, match="erased"):
            attempt()
    told = credentials.contract_status(db)(credentials.chain_id_of(birth.id))
    assert told is not None
    assert told.status.value == "issued"


def db_session(db: Database) -> Any:
    from sqlalchemy.orm import Session

    return Session(db.engine)


async def test_a_certificate_and_its_way_to_be_signed_are_there_together_or_not_at_all(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut off between both, the task runs again; nothing is issued twice and nothing is lost."""
    from onething.casework.certificates import issuance as certificates

    real, cut = certificates.credentials.accept, {"left": 1}

    def dying(session: Any, issues: Any) -> None:
        if cut["left"]:
            cut["left"] -= 1
            raise OperationalError("the database went away", None, Exception())
        real(session, issues)

    monkeypatch.setattr(certificates.credentials, "accept", dying)
    filing, made = await issued(db)
    with db.reading() as session:
        certificate_ids = set(session.scalars(select(CertificateRow.id)))
        assert certificate_ids == set(session.scalars(select(CredentialRow.id))) == {view.id for view in made.values()}
    assert cut["left"] == 0
    assert len(made) == 6
    assert filing.subject_id


async def test_what_is_shown_ends_with_its_time_its_holder_and_the_certificate(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing, made = await anchored(db)
    birth, me = made["e_birth_certificate"].id, filing.subject_id

    def share(minutes: int = 5) -> tuple[str, str]:
        with db.transaction() as session:
            return credentials.create_share(session, birth, me, ["child_name"], timedelta(minutes=minutes))

    def look(token: str) -> dict[str, Any]:
        with db.transaction() as session:
            _, shown = credentials.opened(session, token)
        return credentials.check_credential(shown, trust_keys.against(db), []).fields

    share_id, token = share()
    assert look(token) == {"child_name": "王小宝"}
    with db.reading() as session:
        assert len(credentials.shares_of(session, birth, me)[0].looks) == 1
        assert credentials.shares_of(session, birth, "somebody_else") == []
    with pytest.raises(Problem, match="not_found"), db.transaction() as session:
        credentials.end_share(session, share_id, "somebody_else")
    with db.transaction() as session:
        credentials.end_share(session, share_id, me)
    with pytest.raises(Problem, match="share_over"):
        look(token)
    _, second = share()
    for wrong in (second[:-1] + ("A" if second[-1] != "A" else "B"), second[:-1], "", "x" * 64):
        with pytest.raises(Problem, match="share_over"):
            look(wrong)
    _, third = share(minutes=5)
    later = datetime.now(UTC) + timedelta(minutes=6)
    with monkeypatch.context() as patched:
        patched.setattr("onething.trust.credentials.sharing.now", lambda: later)
        with pytest.raises(Problem, match="share_over"):
            look(third)
    with db.transaction() as session:
        lifecycle.change(session, officer_of("health"), birth, "revoke", "误签")
    with pytest.raises(Problem, match="share_void"):
        look(second)
    with pytest.raises(Problem, match="not_changed"):
        share()


async def test_taking_a_task_back_revokes_its_certificates_for_everybody(db: Database) -> None:
    filing, made = await anchored(db)
    birth = made["e_birth_certificate"]
    pdf = casework_certificates.certificate_pdf(db, citizen_of(filing), birth.id)
    from onething.casework.certificates import issuance as certificates

    with db.transaction() as session:
        certificates.revoke(session, birth.case_id, "service:birth_certificate_issue")
    assert verdict(db, pdf) is Verdict.WITHDRAWN
    settle(db)
    assert verdict(db, pdf) is Verdict.WITHDRAWN


async def test_catalogue_and_metadata_use_the_terms_of_the_standard(db: Database) -> None:
    listed = catalogue.catalogue_of()
    assert {each["证照类型代码"] for each in listed} >= {"e_birth_certificate", "child_household_entry"}
    assert all(each["证照颁发机构"] and each["照面信息项"] for each in listed)
    _, made = await anchored(db)
    with db.transaction() as session:
        told = catalogue.metadata_of(session, officer_of("police"), made["child_household_entry"].id)
    assert told["持证主体代码类型"] == "公民身份号码"
    assert told["证照状态"] == "有效"
    assert told["证照标识"].startswith("1.2.156.3005.2.")


async def test_whoever_reads_the_database_reads_no_fact_of_a_finished_case(db: Database) -> None:
    filing, _ = await anchored(db)
    secrets = {
        str(value)
        for data in filing.facts.values()
        for name, value in data.items()
        if name.endswith(("name", "id_number", "address"))
    }
    told: dict[str, set[str]] = {}
    with db.reading() as session:
        meta = MetaData()
        meta.reflect(session.connection())
        for name, table in meta.tables.items():
            whole = "\n".join(str(tuple(row)) for row in session.execute(select(table)))
            found = {secret for secret in secrets if len(secret) > 2 and secret in whole}
            if found:
                told[name] = found
    assert told == {}
