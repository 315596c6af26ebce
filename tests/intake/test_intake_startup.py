"""Company start-up from the first founder to the licence: signatures, the instant decision, races, forgeries, what officers see."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import func, select
from startup_world import Startup
from typer.testing import CliRunner

from onething.casework import service as casework
from onething.casework.certificates.service import certificate_pdf
from onething.casework.cli import app as cases_cli
from onething.casework.decisions import checks
from onething.casework.decisions import checks as check_runs
from onething.casework.models import CaseStatus
from onething.casework.officers import service as officers
from onething.casework.service import inquiry_of
from onething.casework.tables import CaseRow, CheckRunRow, ReservationRow, WorkItemRow
from onething.catalog.service import get_city
from onething.core import events
from onething.core.access import Principal, Role
from onething.core.db import Database, get_database
from onething.core.errors import Problem
from onething.core.identifiers import mask_name
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.service import messages_about
from onething.host.assembling import subscribe
from onething.intake import service as intake
from onething.intake.sealing import open_rows, owner
from onething.intake.tables import SealedText, SignatureRow
from onething.notices.service import messages_for
from onething.sandbox.startup.service import NAMES, TownHandles, running, write_register
from onething.subjects.service import find_person
from onething.trust.sealing.sealed_values import seal_values
from onething.trust.service import canonical, key_store, make_verifier
from stores import with_tables

pytestmark = pytest.mark.slow

OFFICER = Principal(Role.OFFICER, "amr.he", agency_id="amr")


@pytest.fixture(scope="module")
def town() -> Iterator[TownHandles]:
    with running(people=60, robots=False) as handles:
        yield handles


@pytest.fixture(params=["sqlite"])
def world(
    town: TownHandles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Startup:
    for name, value in town.environment.items():
        monkeypatch.setenv(name, value)
    if request.param == "postgres":
        monkeypatch.setenv("ONETHING_DATABASE_URL", request.getfixturevalue("postgres_url"))
    get_settings.cache_clear()
    write_register(get_settings().data_dir, NAMES)
    db: Database = get_database()
    with_tables(db)
    subscribe()
    return Startup(db, town)


both = pytest.mark.parametrize("world", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)


def test_a_sound_filing_is_registered_by_itself_and_everything_follows(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    assert set(world.refusals(who, filing)) == {"will_confirmed"}, "all is well but for the signatures"
    world.sign_all(who, filing, founders)
    assert world.refusals(who, filing) == {}
    case = world.submit(who, filing)
    assert world.carry_on(case) == "done"
    _, tasks = world.case(case)
    assert {state for state, _ in tasks.values()} == {"done"}
    assert {name for name in tasks if name.startswith("service:")} == {
        "service:registration", "service:seal", "service:tax", "service:social_insurance", "service:housing_fund", "service:bank_account",
    }  # fmt: skip
    with world.db.reading() as session:
        view = casework.case_view(session, who, case)
        assert [each.evidence_type for each in view.certificates] == ["business_licence"]
        assert session.scalar(select(func.count()).select_from(WorkItemRow)) == 0, "no officer was needed"


def printed(world: Startup, who: Principal, case: str) -> str:
    """All text of the licence's PDF, as a reader extracts it, without the breaks of its lines."""
    with world.db.reading() as session:
        (licence,) = casework.case_view(session, who, case).certificates
    pages = pypdfium2.PdfDocument(certificate_pdf(world.db, who, licence.id))
    return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in pages))


def test_the_licence_prints_exactly_the_phrases_that_were_chosen_and_what_they_ask_for_is_filed_with_it(
    world: Startup,
) -> None:
    founders = world.founders()
    chosen = ["软件开发", "食品销售（仅销售预包装食品）", "服装服饰零售", "房地产经纪"]
    who, filing = world.filled(founders, "澄湖雁", scope__text="；".join(chosen) + "；卖衣服")
    assert "scope_standard" in world.refusals(who, filing), "her own words are on no licence"
    world.set(who, filing, {"scope.text": "；".join(chosen)})
    world.write_articles(who, filing)
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    assert world.carry_on(case) == "done"
    text = printed(world, who, case)
    scope = re.search("经营范围(.+?)登记号", text)
    assert scope is not None, text
    assert scope[1].split("；") == chosen
    assert "卖衣服" not in text
    _, tasks = world.case(case)
    filed = {"service:prepacked_food", "service:estate_agency"}
    assert {name: tasks[name][0] for name in filed} == dict.fromkeys(filed, "done")
    with world.db.reading() as session:
        keys = {each.key for each in casework.reminders_of(session, who, case)}
    assert {"permit:food_prepacked", "permit:estate_agent"}.isdisjoint(keys), "what is filed is not to be filed again"


def test_every_check_is_kept_with_its_trace_and_replays_to_the_same(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    world.carry_on(case)
    city = get_city()
    event = city.life_event("startup")
    assert event is not None
    said = CliRunner().invoke(cases_cli, ["replay-checks", case])
    checks = len(event.checks)
    assert (said.exit_code, said.output.count("  = ")) == (0, checks), said.output
    with world.db.transaction() as session:
        (run,) = check_runs.runs_of(session, case)
        assert len(run.results) == checks
        assert all(each.same for each in check_runs.replay_run(city, event, run))
        row = session.scalars(select(CheckRunRow)).one()
        forged = [each | {"outcome": "refuse"} if each["number"] == checks else each for each in run.results]
        (row.results,) = seal_values(session, [(row.subject_id, forged)], "check_run.results")
    assert CliRunner().invoke(cases_cli, ["replay-checks", case]).exit_code == 1
    with world.db.reading() as session:
        (kept,) = check_runs.runs_of(session, case)
    assert [each.check for each in check_runs.replay_run(city, event, kept) if not each.same] == [
        kept.results[-1]["id"]
    ]


def test_the_articles_are_written_from_the_answers(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    with world.db.reading() as session:
        text = {each.name: each.value for each in intake.filing_view(session, who, filing).questions}["articles.text"]
    for word in (
        "深圳晨曦帆科技有限公司",
        *(each.name for each in founders),
        "1000000元",
        world.town.town.places[10].address,
    ):
        assert word in text


# -- signatures


def test_any_change_after_signing_takes_the_signatures_force_until_all_sign_again(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    world.sign_all(who, filing, founders)
    assert world.states(who, filing) == ["signed", "signed"]
    world.set(who, filing, {"company.capital": "2000000"})
    assert world.states(who, filing) == ["stale", "stale"]
    with pytest.raises(Problem) as refused:
        world.submit(who, filing)
    assert refused.value.kind.code == "intake.not_ready"
    world.set(who, filing, {"company.capital": "1000000"})
    assert world.states(who, filing) == ["signed", "signed"], "what was signed stands there again"


def test_a_founder_who_withdrew_cannot_confirm_until_invited_anew(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    other = world.citizen(founders[1])
    first = world.invite(who, filing)[other.subject_id or ""]
    assert world.confirm(other, *first)
    with world.db.transaction() as session:
        intake.decline(session, other, first[0])
    assert world.states(who, filing)[1] == "declined"
    with pytest.raises(Problem) as refused:
        world.confirm(other, *first)
    assert refused.value.kind.code == "intake.invitation_over"
    again = world.invite(who, filing)[other.subject_id or ""]
    assert world.confirm(other, *again)


def test_a_founder_cannot_confirm_what_was_given_up_submitted_or_is_no_longer_theirs(world: Startup) -> None:
    founders = world.founders()
    other = world.citizen(founders[1])
    who, filing = world.filled(founders, "晨曦帆")
    link = world.invite(who, filing)[other.subject_id or ""]
    alone = world.answers(founders[:1], "晨曦帆")["founders.people"]
    world.set(who, filing, {"founders.people": alone})
    with pytest.raises(Problem) as left:
        world.confirm(other, *link)
    assert left.value.kind.code == "intake.invitation_over"
    with world.db.transaction() as session:
        intake.abandon(session, who, filing)
    with pytest.raises(Problem) as gone:
        world.confirm(other, *link)
    assert gone.value.kind.code == "intake.invitation_over"


def test_only_the_invited_person_sees_the_invitation_and_only_the_code_signs(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    other, stranger = world.citizen(founders[1]), world.citizen(world.town.town.people[20])
    link, code = world.invite(who, filing)[other.subject_id or ""]
    for nobody in (stranger, who):
        with pytest.raises(Problem) as unknown:
            world.confirm(nobody, link, code)
        assert unknown.value.kind.code == "intake.invitation_not_found"
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert not world.confirm(other, link, wrong)
    with pytest.raises(Problem) as over:
        world.confirm(other, link, code)
    assert over.value.kind.code == "intake.invitation_over", "a code cannot be tried out"


def test_a_signature_is_vouched_for_and_shows_any_change(world: Startup) -> None:
    founders = world.founders()
    who, filing = world.filled(founders, "晨曦帆")
    world.sign_all(who, filing, founders)
    with world.db.reading() as session:
        rows = session.scalars(select(SignatureRow).where(SignatureRow.filing_id == filing)).all()
        assert all(isinstance(row.evidence, SealedText) for row in rows), "it lies sealed under the applicant's key"
        open_rows(session, owner(session, filing), rows)
    keys = {record.key_id: record.public_key for record in key_store("platform").records("filing-signatures")}
    for row in rows:
        told: dict[str, Any] = row.evidence or {}
        verifier = make_verifier(keys[told["key_id"]])
        assert told["record"]["content_sha256"] == row.content
        assert verifier.verify(bytes.fromhex(told["signature"]), canonical(told["record"]))
        assert not verifier.verify(
            bytes.fromhex(told["signature"]), canonical(told["record"] | {"content_sha256": "0" * 64})
        )
    assert {row.evidence["record"]["known_by"] for row in rows if row.evidence} == {"sign_in", "message_code"}


# -- refused, mended, referred


def test_a_refusal_names_the_way_to_mend_it_is_kept_and_mending_it_is_enough(world: Startup) -> None:
    made = world.town.town
    founders = (made.people[10], made.persona("debtor"))
    who, filing = world.filled(
        founders, "晨曦帆", posts__representative=founders[1].id_number, posts__director=founders[1].id_number
    )
    world.sign_all(who, filing, founders)
    refused = world.refusals(who, filing)
    assert "not_dishonest" in refused
    assert refused["not_dishonest"], "the way to mend it is said"
    with pytest.raises(Problem) as problem:
        world.submit(who, filing)
    assert any(each["rule"] == "not_dishonest" and each["grounds"] for each in problem.value.extra["findings"])
    with world.db.transaction() as session:
        run = intake.keep_refusal(session, who, filing)
    with world.db.reading() as session:
        kept = casework.last_run(session, filing_id=filing)
    assert kept is not None
    assert (kept.id, kept.outcome) == (run, "refuse")
    first = founders[0].id_number
    world.set(who, filing, {"posts.representative": first, "posts.director": first, "posts.supervisor": ""})
    world.write_articles(who, filing)
    world.sign_all(who, filing, founders)
    assert world.refusals(who, filing) == {}
    assert world.submit(who, filing).startswith("case_"), "a debtor may hold shares, only no post"


def test_a_forged_lease_is_not_registered(world: Startup) -> None:
    """The number is on record, but its landlord has nothing to do with the owner."""
    founder = world.town.town.persona("founder")
    founders = (founder, world.town.town.people[11])
    who, filing = world.filled(
        founders, "晨曦帆", premises__address=world.town.town.places[0].address, premises__title_number="深房租66666666"
    )
    world.sign_all(who, filing, founders)
    with world.db.reading() as session:
        said = {each.id: each.outcome for each in intake.check_filing(session, who, filing)}
    assert said["title_valid"] == "refuse"


def test_somebody_elses_lease_is_refused(world: Startup) -> None:
    founders = world.founders()
    stolen = world.town.town.leases[30]
    who, filing = world.filled(
        founders, "晨曦帆", premises__address=world.town.town.places[30].address, premises__title_number=stolen.number
    )
    assert "title_valid" in world.refusals(who, filing)


def test_an_agency_that_answers_two_things_decides_nothing(world: Startup) -> None:
    """The register says of one person that she lives and that she is dead: nobody is registered on that."""
    founders = world.founders()

    def twice(call: Call) -> Answer:
        people = [
            {"name": each["name"], "id_number": each["id_number"], "status": "active"} for each in call.params["asked"]
        ]
        return Answer(Outcome.OK, {"people": [*people, people[0] | {"status": "deceased"}]})

    world.instead["police.residents"] = twice
    who, filing = world.filled(founders, "晨曦帆")
    with world.db.reading() as session:
        said = {each.id: each.outcome for each in intake.check_filing(session, who, filing)}
    assert said["id_valid"] == "refuse"


def test_what_is_doubtful_goes_to_an_officer_who_sees_only_that_and_decides(world: Startup) -> None:
    """A crowded office: the case waits for one officer with one question; her approval lets everything follow."""
    case = crowded_case(world, "暮云禾")
    with world.db.transaction() as session:
        (line,) = officers.inbox(session, OFFICER).items
        item = officers.work_item(session, OFFICER, line.id)
        doubts = [each for each in item.findings if (each.trace or {}).get("outcome") == "undecided"]
        assert 1 <= len(doubts) <= 3
        assert doubts[0].code == "address_crowding"
        assert doubts[0].ground
        officers.decide(session, OFFICER, line.id, "approve", "")
    assert world.carry_on(case) == "done"


def test_what_an_agency_will_not_tell_is_an_officers_to_check_and_nobody_says_it_is_not_there(world: Startup) -> None:
    """The address register refuses to answer: no check says the address does not exist, and an officer judges it."""
    world.instead["planning.address"] = lambda _: Answer(Outcome.REFUSED, code="not_ours")
    founders = world.founders()
    who, filing = world.filled(founders, "星野鹿")
    world.sign_all(who, filing, founders)
    assert world.refusals(who, filing) == {}
    with world.db.reading() as session:
        found = {each.id: each for each in intake.check_filing(session, who, filing)}
    assert found["address_exists"].outcome == "pending"
    case = world.submit(who, filing)
    assert world.carry_on(case, CaseStatus.WAITING) == "waiting"
    with world.db.transaction() as session:
        (line,) = officers.inbox(session, OFFICER).items
        item = officers.work_item(session, OFFICER, line.id)
        doubts = {each.code: each.words for each in item.findings}
        assert set(doubts) == {"address_exists", "address_use", "address_crowding"}
        assert {each.zh for each in doubts.values()} == {"没有取得标准地址，这一项没能自动核验，请核对。"}
        assert {each.en for each in doubts.values()} == {
            "Not to be had: Standard address. This could not be checked by itself; please check it."
        }
        run = casework.last_run(session, case_id=case)
        assert run is not None
        assert run.outcome == "pending"
    told = CliRunner().invoke(cases_cli, ["replay-checks", case])
    assert told.exit_code == 0, told.output
    with world.db.transaction() as session:
        officers.decide(session, OFFICER, line.id, "approve", "")
    assert world.carry_on(case) == "done"


def crowded_case(world: Startup, name: str) -> str:
    """A filing signed by both founders that an officer has to look at: sixty companies have its address."""
    made = world.town.town
    founders = (made.persona("founder"), made.people[11])
    crowded = next(each for each in made.places if each.companies == 60)
    lease = next(each for each in made.leases if each.address == crowded.address)
    who, filing = world.filled(founders, name, premises__address=crowded.address, premises__title_number=lease.number)
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    assert world.carry_on(case, CaseStatus.WAITING) == "waiting"
    return case


def test_what_everybody_has_signed_cannot_be_asked_of_one_of_them(world: Startup) -> None:
    """A supplement would change it behind the others' backs; refused with a reason, it is mended and signed by all again."""
    case = crowded_case(world, "暮云禾")
    with world.db.transaction() as session:
        (line,) = officers.inbox(session, OFFICER).items
    asks = [{"kind": "answer", "slot": "premises", "field": "address"}]
    with pytest.raises(Problem) as refused, world.db.transaction() as session:
        officers.decide(session, OFFICER, line.id, "ask_supplement", "请换一个地址", asks=asks)
    assert refused.value.kind.code == "casework.signed_content"
    assert refused.value.what.zh == "这项内容各位签名人已经签名确认，不能单独补正。"
    with world.db.transaction() as session:
        (still,) = officers.inbox(session, OFFICER).items
        assert (still.id, still.version) == (line.id, line.version), "it is open as before"
        askable = {slot for slot, *_ in officers.item_evidence(officers.work_item(session, OFFICER, line.id)).askable}
        assert askable <= {"asked_paper", "asked_words"}, (
            "what stands beside the filing may be asked for, nothing signed"
        )
        officers.decide(session, OFFICER, line.id, "refuse", "地址登记的企业太多，请换一个地址")
    assert world.carry_on(case) == "refused"


def test_an_officers_refusal_ends_the_case_and_frees_the_name(world: Startup) -> None:
    case = crowded_case(world, "晨曦帆")
    with world.db.transaction() as session:
        (line,) = officers.inbox(session, OFFICER).items
        officers.decide(session, OFFICER, line.id, "refuse", "现场核实，该地址无法联系")
    assert world.carry_on(case) == "refused"
    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReservationRow)) == 0


# -- two for one name


@both
def test_of_two_companies_that_race_for_one_name_exactly_one_wins(world: Startup) -> None:
    ready: list[tuple[Principal, str]] = []
    for first in (10, 14):
        founders = world.founders(first)
        who, filing = world.filled(founders, "天穹帆", first)
        world.sign_all(who, filing, founders)
        ready.append((who, filing))
    start, outcomes = threading.Barrier(2), list[str]()

    def submit(who: Principal, filing: str) -> None:
        start.wait(30)
        try:
            outcomes.append(world.submit(who, filing))
        except Problem as problem:
            outcomes.append(problem.kind.code)

    threads = [threading.Thread(target=submit, args=pair) for pair in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(each.startswith("case_") for each in outcomes) == [False, True], outcomes
    assert {"casework.value_taken", "intake.not_ready"} & {*outcomes}, (
        "told by the reservation, or by the check of likeness"
    )
    with world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(CaseRow)) == 1
        assert session.scalar(select(func.count()).select_from(ReservationRow)) == 1
    loser = next(pair for pair in ready if world.states(*pair) and not _submitted(world, *pair))
    world.set(*loser, {"company.mark": "海岳帆"})
    assert _draft(world, *loser), "the loser keeps everything and may take another name"


def _submitted(world: Startup, who: Principal, filing: str) -> bool:
    with world.db.reading() as session:
        return intake.filing_view(session, who, filing).summary.status == "submitted"


def _draft(world: Startup, who: Principal, filing: str) -> bool:
    with world.db.reading() as session:
        view = intake.filing_view(session, who, filing)
    return view.summary.status == "draft" and any(fact.value == "海岳帆" for fact in view.facts)


def ready_to_submit(world: Startup, mark: str, first: int) -> tuple[Principal, str]:
    founders = world.founders(first)
    who, filing = world.filled(founders, mark, first)
    world.sign_all(who, filing, founders)
    return who, filing


def test_of_two_names_that_sound_the_same_on_one_day_the_later_is_refused(world: Startup) -> None:
    """The register's copy is of last night: it shows neither, so each is compared with what others have reserved."""
    first, second = ready_to_submit(world, "松岚远", 10), ready_to_submit(world, "嵩蓝媛", 14)
    assert "name_free" not in world.refusals(*second), "nobody has it yet"
    case = world.submit(*first)
    assert "name_free" in world.refusals(*second)
    with world.db.reading() as session:
        said = next(each for each in intake.check_filing(session, *second) if each.id == "name_free")
    assert said.what is not None
    assert "先申报" in said.what.zh
    assert "松岚" not in said.what.zh, "a company that is not registered yet is not named to others"
    assert said.inputs["pending"]["values"] == 1
    with pytest.raises(Problem) as refused:
        world.submit(*second)
    assert refused.value.kind.code == "intake.not_ready"
    assert world.carry_on(case) == "done", "the first is not held up by the second"
    assert "name_free" in world.refusals(*second), "registered, and still not in the copy of the register"


def test_a_name_somewhat_like_one_filed_before_goes_to_an_officer_and_is_free_once_that_is_withdrawn(
    world: Startup,
) -> None:
    first, second = ready_to_submit(world, "晨曦帆", 10), ready_to_submit(world, "晨曦帆云", 14)
    case = world.submit(*first)
    with world.db.reading() as session:
        said = next(each for each in intake.check_filing(session, *second) if each.id == "name_free")
    assert (said.outcome, said.found["pending"]) == ("refer", True)
    assert said.ask is not None
    assert "深圳晨曦帆科技有限公司" in said.ask.zh, "the officer sees which"
    with world.db.transaction() as session:
        session.delete(session.scalars(select(ReservationRow).where(ReservationRow.case_id == case)).one())
    with world.db.reading() as session:
        again = {each.id: each.outcome for each in intake.check_filing(session, *second)}
    assert again["name_free"] == "pass"


@both
def test_of_two_like_names_submitted_at_once_the_worker_lets_only_the_earlier_pass(world: Startup) -> None:
    """Both submissions slip past the first look: at the decision each case is compared with those reserved before it."""
    marks = ("青川若", "清穿偌") if world.db.is_sqlite else ("星河远", "兴荷苑")  # the registrar of both runs is one
    pairs = [ready_to_submit(world, marks[0], 10), ready_to_submit(world, marks[1], 14)]
    start, outcomes = threading.Barrier(2), list[str]()

    def submit(who: Principal, filing: str) -> None:
        start.wait(30)
        try:
            outcomes.append(world.submit(who, filing))
        except Problem as problem:
            outcomes.append(problem.kind.code)

    threads = [threading.Thread(target=submit, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    cases = [each for each in outcomes if each.startswith("case_")]
    ends = [world.carry_on(case) for case in cases]
    assert ends.count("done") == 1, (outcomes, ends)
    assert len(ends) == 1 or "refused" in ends
    with world.db.reading() as session:
        at = session.scalars(select(ReservationRow.at).order_by(ReservationRow.at)).all()
    assert len(set(at)) == len(at)


def test_full_width_letters_and_spaces_make_no_other_name() -> None:
    from onething.casework.decisions.reservations import mark_of
    from onething.catalog.models import Reserve
    from onething.core.i18n import Text

    some = Text(zh="某", en="some")
    reserve = Reserve(fact="name.full", name=some, taken=some, mend=some)
    get_settings.cache_clear()
    city = get_city()
    assert mark_of(city, reserve, "深圳ABC科技有限公司") == mark_of(city, reserve, "深圳ＡＢＣ 科技有限公司")
    assert mark_of(city, reserve, "深圳ABC科技有限公司") != mark_of(city, reserve, "深圳ABD科技有限公司")


def test_the_outcome_of_a_run_is_its_worst_check() -> None:
    from onething.core.i18n import Text
    from onething.review.service import CheckResult

    def said(*outcomes: Any) -> str:
        some = Text(zh="某", en="some")
        return checks.outcome_of([CheckResult(str(n), n, "g", some, each, "") for n, each in enumerate(outcomes)])

    assert said("pass", "note", "not_needed") == "pass"
    assert said("pass", "refer") == "refer"
    assert said("refer", "refuse", "pass") == "refuse"


def test_a_second_founder_reads_what_was_asked_about_him_and_is_told(world: Startup) -> None:
    founders = world.founders(30)
    first, second = founders
    who, filing = world.filled(founders, "云栖海", 30)
    with world.db.reading() as session:
        him = find_person(session, second.id_number)
        assert him is not None
        lines = [inquiry_of(each) for each in messages_about(session, subject_id=him.id)]
        told = [each.text for each in messages_for(session, him.id).messages if each.event_type == "person.concerned"]
        looks = [(each.actor, each.ground) for each in events.accesses_to(session, him.id)]
    assert len({line.whom.zh for line in lines}) == 3, "police, court and market regulation"
    assert {line.who.zh for line in lines} == {f"系统，替{mask_name(first.name)}准备申报"}
    assert "中华人民共和国市场主体登记管理条例第十六条" in {line.why.zh for line in lines}
    assert not [line for line in lines if "同意" in line.why.zh], "nobody consented for him"
    assert len(told) == 1
    assert first.name not in told[0]
    assert ("citizen:other", "中华人民共和国公司法第一百七十八条") in looks
    with world.db.transaction() as session:
        facts = {(fact.slot, fact.field): fact for fact in intake.filing_view(session, who, filing).facts}
    rows = facts["residents", "people"].value
    own = next(row for row in rows if row.get("id_number") == first.id_number)
    his = next(row for row in rows if row.get("id_number") == second.id_number)
    assert own.get("status"), "her own line is whole"
    assert set(his) <= {"id_number", "name"}, "of his only what she wrote herself"
    assert him.id in world.invite(who, filing), "made by his number alone, he is still reached to sign"
    with world.db.reading() as session:
        known = find_person(session, second.id_number)
    assert known is not None
    assert known.phone == second.phone


def test_what_an_official_opens_is_logged_to_everybody_in_the_case(world: Startup) -> None:
    founders = world.founders(32)
    who, filing = world.filled(founders, "云栖湖", 32)
    world.sign_all(who, filing, founders)
    case = world.submit(who, filing)
    with world.db.transaction() as session:
        casework.case_view(session, Principal(Role.AUDITOR, "u-auditor"), case)
    second = world.citizen(founders[1])
    with world.db.reading() as session:
        looks = list(events.accesses_to(session, second.subject_id or ""))
    assert ("case", "duty") in {(look.what, look.ground) for look in looks if look.case_id == case}
