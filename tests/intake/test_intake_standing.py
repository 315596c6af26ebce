"""When a fact changes, nothing that was made from it goes on: answers, posts, drafts, signatures, what agencies said, checks."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onething.casework.service import Earlier
from onething.catalog.models import FieldSpec, FromRegistry
from onething.catalog.service import find_event, load_city
from onething.core.clock import now, today
from onething.core.identifiers import citizen_id_check_digit
from onething.intake.filing import situation as situations
from onething.intake.filing.facts import certain, gather
from onething.intake.filing.filing_checks import run_on
from onething.intake.filing.kept_values import kept
from onething.intake.filing.proposals import proposal
from onething.intake.filing.reopened import done_otherwise
from onething.intake.filing.signed_content import digest_of, mark_of, signed_slots
from onething.intake.filing.situation import Situation, situation_of
from onething.intake.filing.standing import Ground, bases, standing
from onething.intake.store import Filing
from onething.intake.tables import AnswerRow, ConsentRow, FilingRow, RegistryAnswerRow, SignatureRow
from onething.intake.view.filing_view import view_of
from onething.planning.service import order_marks, question_mark, resolve_params, with_derived
from onething.review.service import CheckResult, check_value, event_map, normal_form
from onething.subjects.models import Person

CITIES = Path(__file__).parents[2] / "cities"
CITY = load_city(CITIES / "shenzhen")
EVENT = find_event(CITY, "startup")
BY = (today() + timedelta(days=700)).isoformat()


def card(serial: int, born: str = "19900101") -> str:
    body = f"440304{born}{serial:03d}"
    return body + citizen_id_check_digit(body)


PEOPLE = {name: card(n) for n, name in enumerate(("张一帆", "李二勇", "王三妹", "赵四海"), 1)}
CHILD = card(77, f"{today().year - 10}0101")


def row(name: str, number: str = "", amount: str = "500000") -> dict[str, str]:
    return {
        "name": name, "id_number": number or PEOPLE[name], "phone": "13800138000", "amount": amount, "pay_by": BY, "pay_form": "cash",
    }  # fmt: skip


@dataclass
class Draft:
    """A filing in memory, written as the room writes it: answers with what they were made from."""

    answers: dict[str, AnswerRow] = field(default_factory=dict)
    registry: list[RegistryAnswerRow] = field(default_factory=list)
    signatures: list[SignatureRow] = field(default_factory=list)
    declined: set[str] = field(default_factory=set)

    @property
    def filing(self) -> Filing:
        at = now()
        person = Person("sub_1", "person", "张一帆", PEOPLE["张一帆"], "13800138000", "zh", True, at)
        head = FilingRow(
            id="fil_1", subject_id="sub_1", city=CITY.id, life_event=EVENT.id, status="draft", version=1, lang="zh", leave_out=[],
            channel="web", created_at=at, updated_at=at,
        )  # fmt: skip
        consents = [
            ConsentRow(
                id=f"cns_{n}", filing_id="fil_1", operation=each, person="", given_at=None if each in self.declined else at,
                withdrawn_at=at if each in self.declined else None,
            )
            for n, each in enumerate(dict.fromkeys(s.registry for slot in EVENT.slots for s in slot.sources if isinstance(s, FromRegistry)))
        ]  # fmt: skip
        return Filing(
            head, person, (), list(self.answers.values()), consents, list(self.registry), list(self.signatures)
        )

    def set(self, **values: Any) -> None:
        """`slot__field`. None takes an answer back."""
        specs = event_map(CITY, EVENT).specs
        for name, value in values.items():
            slot, _, one = name.partition("__")
            self.answers[f"{slot}.{one}"] = AnswerRow(
                filing_id="fil_1", slot=slot, field=one, value=kept(specs[slot, one], value), source="typed", version=1, basis=None, at=now(),
            )  # fmt: skip
        names = [name.replace("__", ".") for name in values]
        for name, source, mark in bases(CITY, EVENT, self.filing, names, "typed"):
            self.answers[name].source, self.answers[name].basis = source, mark

    def accept(self, *names: str) -> None:
        """She sends what is proposed as it is."""
        for name in names:
            stands = standing(CITY, EVENT, self.filing)
            facts = Ground(CITY, EVENT, stands.filing, stands.gathered).facts
            question = next(each for each in EVENT.questions if each.field == name)
            self.set(**{name.replace(".", "__"): proposal(CITY, EVENT, question, facts)})

    def asked(self, slot_id: str, outcome: str, data: dict[str, Any] | None = None) -> None:
        """An agency answers the question as it would be asked now."""
        slot = EVENT.slot(slot_id)
        assert slot is not None
        (source,) = (each for each in slot.sources if isinstance(each, FromRegistry))
        filing = self.filing
        known = certain(CITY, EVENT, gather(CITY, EVENT, filing).facts)
        mark = question_mark(source.registry, resolve_params(source.with_, known, today()))
        self.registry = [each for each in self.registry if each.slot != slot_id] + [
            RegistryAnswerRow(
                filing_id="fil_1", slot=slot_id, source_index=0, operation=source.registry, asked=mark, outcome=outcome, data=data, message_id="m", at=now(),
            )
        ]  # fmt: skip

    def all_sign(self) -> None:
        now_ = self.situation
        ((slot, source),) = signed_slots(EVENT)
        digest = digest_of(EVENT, source, now_.facts)
        self.signatures = [
            SignatureRow(
                id=f"sgn_{n}", filing_id="fil_1", slot=slot, subject_id=f"s{n}", state="signed", content=digest, decided_at=now(),
                evidence={"mark": mark_of(each["id_number"]), "face": {"face": 0.9, "live": 0.9}},
            )
            for n, each in enumerate(now_.facts["founders"]["people"])
        ]  # fmt: skip

    @property
    def situation(self) -> Situation:
        return situation_of(self.filing)

    def checks(self) -> dict[str, CheckResult]:
        return {each.id: each for each in run_on(self.situation)}

    def words(self, check: str) -> str:
        found = self.checks()[check].what
        return found.zh if found else ""

    def said(self, name: str) -> str:
        """What the form says beside a question."""
        return next(
            (each.message.zh for each in view_of(self.situation).questions if each.name == name and each.message), ""
        )

    def standing_values(self) -> dict[str, Any]:
        return {f"{each.slot}.{each.field}": each.value for each in standing(CITY, EVENT, self.filing).filing.answers if each.value is not None}  # fmt: skip


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(situations, "get_city", lambda: CITY)


POSTS = ("representative", "director", "manager", "supervisor", "finance")


def full() -> Draft:
    """張一帆 and 李二勇 found a company; what is proposed was taken as it is."""
    made = Draft()
    made.set(founders__people=[row("张一帆"), row("李二勇")], company__mark="云帆", company__trade="software")
    made.set(
        company__trade_word="科技",
        premises__address="深圳市南山区科苑路15号3栋801室",
        premises__title="lease",
        premises__title_number="L1",
    )
    made.accept("company.capital", "company.foreign_capital", "company.staff", "company.fund_rate", "scope.text")
    made.accept(*(f"posts.{post}" for post in POSTS))
    made.accept("articles.text")
    return made


def test_a_shareholder_who_leaves_leaves_the_posts_too_and_the_form_asks_again() -> None:
    made = full()
    assert made.standing_values()["posts.supervisor"] == PEOPLE["李二勇"]
    made.set(founders__people=[row("张一帆"), row("王三妹")])
    assert "posts.supervisor" not in made.standing_values()
    number = PEOPLE["李二勇"]
    assert (
        made.said("posts.supervisor")
        == f"“监事”原来选的是“{number[:6]}…{number[-4:]}”，现在已经不在可选的范围里，不再算数。请重新选一下。"
    )
    view = view_of(made.situation)
    asked = next(each for each in view.questions if each.name == "posts.supervisor")
    assert (asked.value, asked.prefill) == (None, PEOPLE["王三妹"])
    assert not view.may_submit
    assert next(each for each in view.steps if each.id == "answers").state == "started"
    told = [each.what.zh for each in view.fix_now if each.slot == "posts"]
    assert len(told) == 1
    assert told[0].startswith("“监事”原来选的是")
    found = made.checks()["supervisor_apart"]
    assert (found.outcome, made.words("supervisor_apart")) == ("pending", "还没有填好：监事。"), (
        "it will apply to somebody"
    )
    made.accept("posts.supervisor")
    assert made.checks()["supervisor_apart"].outcome == "pass"
    assert made.standing_values()["posts.supervisor"] == PEOPLE["王三妹"]


def test_articles_taken_as_drafted_are_drafted_again_and_ones_own_are_left_alone() -> None:
    made = full()
    made.set(premises__address="深圳市南山区科苑路15号3栋802室")
    assert "articles.text" not in made.standing_values()
    view = view_of(made.situation)
    asked = next(each for each in view.questions if each.name == "articles.text")
    assert "802室" in asked.prefill
    assert "801室" not in asked.prefill
    assert made.said("articles.text").startswith("“章程全文”是根据您之前填的内容生成的")
    found = made.checks()["articles_complete"]
    assert (found.outcome, found.what.zh if found.what else "") == ("pending", "还没有填好：公司章程。"), (
        "no agency's matter"
    )
    own = full()
    own.set(articles__text="我们自己写的章程，住所是801室。")
    own.set(premises__address="深圳市南山区科苑路15号3栋802室")
    assert own.standing_values()["articles.text"] == "我们自己写的章程，住所是801室。"


def test_a_capital_that_was_summed_up_follows_the_contributions_and_one_that_was_typed_does_not() -> None:
    made = full()
    made.set(founders__people=[row("张一帆"), row("李二勇", amount="700000")])
    assert "company.capital" not in made.standing_values()
    view = view_of(made.situation)
    assert next(each for each in view.questions if each.name == "company.capital").prefill == "1200000"
    checks = made.checks()
    for each in ("capital_schedule", "shares_add_up", "articles_complete"):
        assert checks[each].outcome == "pending", "nothing is said of a capital that is not entered"
    assert made.words("shares_add_up") == "还没有填好：注册资本（元）。"
    assert not [each for each in made.situation.review.findings if "未知" in each.what.zh or "：。" in each.what.zh]
    made.set(company__capital="3000000")
    made.set(founders__people=[row("张一帆"), row("李二勇", amount="900000")])
    assert made.standing_values()["company.capital"] == "3000000"


def test_what_comes_back_stands_again() -> None:
    made = full()
    before = made.standing_values()
    made.set(founders__people=[row("张一帆")])
    assert made.standing_values() != before
    made.set(founders__people=[row("张一帆"), row("李二勇")])
    assert made.standing_values() == before


def test_another_trade_takes_its_word_in_the_name_along() -> None:
    made = full()
    made.set(company__trade="ic_design")
    stands = made.standing_values()
    assert not {"company.trade_word", "scope.text"} & set(stands)
    assert "name" not in made.situation.facts or "full" not in made.situation.facts["name"]


def test_signatures_fall_with_what_was_signed_and_the_company_cannot_be_registered_on_them() -> None:
    made = full()
    made.all_sign()
    people = made.situation.facts["signatures"]["people"]
    assert {each["state"] for each in people} == {"signed"}
    made.set(founders__people=[row("张一帆"), row("王三妹")])
    found = made.checks()["will_confirmed"].what
    assert found is not None
    assert (found.zh, found.en) == ("还没有有效签名：张一帆、王三妹。", "Without a valid signature: 张一帆, 王三妹.")
    people = made.situation.facts["signatures"]["people"]
    assert [(each["name"], each["state"]) for each in people] == [("张一帆", "stale"), ("王三妹", "none")]
    assert not made.situation.review.may_submit


def test_a_changed_address_is_not_asked_yet_and_never_not_found() -> None:
    made = full()
    made.asked(
        "place",
        "ok",
        {"address": "深圳市南山区科苑路15号3栋801室", "code": "P1", "use": "office", "companies": 0, "shared": False},
    )
    made.asked("lease", "not_found")
    assert made.checks()["address_exists"].outcome == "pass"
    assert made.words("title_valid") == "没有查到这份租赁备案。"
    made.set(premises__address="深圳市南山区科苑路15号3栋802室", premises__title_number="L2")
    checks = made.checks()
    for each, slot in (("address_exists", "标准地址"), ("address_use", "标准地址"), ("title_valid", "房屋租赁备案")):
        assert checks[each].outcome == "pending"
        assert made.words(each) == f"还没有向有关部门查询，或者还没有答复：{slot}。"
    said = " ".join(each.what.zh + each.what.en for each in made.situation.review.findings)
    assert not [each for each in ("没有“", "没有查到", "does not know") if each in said]
    made.asked("place", "not_found")
    assert made.checks()["address_exists"].outcome == "refuse", "now it was asked, and is not there"
    assert made.words("address_exists") == "标准地址库里没有“深圳市南山区科苑路15号3栋802室”。"


def test_what_no_agency_will_tell_is_said_to_be_an_officers_before_she_submits() -> None:
    def told(made: Draft) -> list[tuple[str, str]]:
        return [
            (each.what.zh, each.what.en) for each in made.situation.review.group("officer") if each.code == "not_had"
        ]

    words = (
        "没有取得标准地址，有 3 项核验由工作人员来做。",
        "Not to be had: Standard address. An officer makes the 3 checks that need it.",
    )
    made = full()
    assert told(made) == [], "it will be asked"
    made.asked("place", "refused")
    assert told(made) == [words]
    made.set(premises__address="深圳市南山区科苑路15号3栋802室")
    assert told(made) == [], "of another address it has not been asked yet"
    declining = full()
    declining.declined = {"planning.address"}
    assert told(declining) == [words]


def test_a_new_partner_is_not_unknown_before_anybody_was_asked() -> None:
    made = full()
    known = [{"name": name, "id_number": PEOPLE[name], "status": "active"} for name in ("张一帆", "李二勇")]
    made.asked("residents", "ok", {"people": known})
    made.asked("enforcement", "ok", {"people": [{**each, "listed": False} for each in known]})
    assert made.checks()["id_valid"].outcome == "pass"
    made.set(founders__people=[row("张一帆"), row("王三妹")])
    checks = made.checks()
    assert {checks[each].outcome for each in ("id_valid", "not_dishonest")} == {"pending"}
    assert made.words("id_valid") == "还没有向有关部门查询，或者还没有答复：户籍核验。"
    agencies = next(each for each in view_of(made.situation).steps if each.id == "agencies")
    assert agencies.state != "done", "agencies have still to be asked about her"


def test_faces_are_not_compared_before_anybody_has_signed() -> None:
    made = full()
    assert {made.checks()[each].outcome for each in ("face_matches", "liveness")} == {"pending"}
    made.all_sign()
    assert {made.checks()[each].outcome for each in ("face_matches", "liveness")} == {"pass"}


def test_a_child_is_never_preset_for_a_post_and_never_passes_in_one() -> None:
    made = Draft()
    made.set(founders__people=[row("小明", CHILD), row("张一帆"), row("李二勇")])
    made.accept(*(f"posts.{post}" for post in POSTS))
    stands = made.standing_values()
    assert [stands[f"posts.{post}"] for post in POSTS] == [PEOPLE["张一帆"]] * 3 + [PEOPLE["李二勇"], PEOPLE["张一帆"]]
    made.set(posts__director=CHILD)
    made.asked(
        "conduct", "ok", {"people": [{"id_number": each, "barred": False} for each in (CHILD, *PEOPLE.values())]}
    )
    found = made.checks()["not_barred"]
    assert found.outcome == "refuse"
    assert found.what is not None
    assert (found.what.zh, found.what.en) == ("未成年人不能任职：小明。", "Minors cannot hold a post: 小明.")
    alone = Draft()
    alone.set(founders__people=[row("小明", CHILD)])
    assert {each.prefill for each in view_of(alone.situation).questions if each.slot == "posts"} == {None}


def test_a_name_that_is_a_number_is_never_done() -> None:
    made = full()
    made.set(founders__people=[row("张一帆"), row("440304199001010034", PEOPLE["王三妹"])])
    view = view_of(made.situation)
    asked = next(each for each in view.questions if each.name == "founders.people")
    assert not asked.answered
    assert asked.message is not None
    assert asked.message.zh == "第 2 行：姓名里有数字或符号，或者太长。"
    assert next(each for each in view.steps if each.id == "answers").state != "done"
    assert not view.may_submit


def person_names(city: str) -> list[FieldSpec]:
    """Every field of a city that holds somebody's name, also in rows."""
    specs = {
        (event.id, *place): spec
        for event in load_city(CITIES / city).life_events
        for place, spec in event_map(load_city(CITIES / city), event).specs.items()
    }
    flat = [each for spec in specs.values() for each in (spec, *spec.fields)]
    return [each for each in flat if "姓名" in each.name.zh]


@pytest.mark.parametrize("city", ["shanghai", "shenzhen"])
@pytest.mark.parametrize("number", ["440304199001010034", "４４０３０４１９９００１０１００３４", "13800138000"])
def test_no_field_for_somebodys_name_takes_a_number(city: str, number: str) -> None:
    names = person_names(city)
    assert len(names) > 3
    for spec in names:
        wrong = check_value(spec, normal_form(spec, number), today())
        assert wrong is not None, f"{spec.id} takes {number} for a name"
        assert wrong.what.zh == "姓名里有数字或符号，或者太长。"


def test_filed_again_a_licence_does_not_come_along_to_another_address() -> None:
    made = full()
    service = EVENT.service("registration")
    assert service is not None
    ordered = order_marks(service, with_derived(EVENT, made.situation.facts, today()), today())
    earlier = Earlier("case_1", "CS1", frozenset(), ("service:registration",), orders={"registration": ordered})
    assert list(done_otherwise(CITY, EVENT, earlier, made.situation.facts)) == []
    made.set(company__staff="9")
    assert list(done_otherwise(CITY, EVENT, earlier, made.situation.facts)) == [], (
        "the licence does not say how many work there"
    )
    made.set(premises__address="深圳市南山区科苑路15号3栋802室", company__mark="星帆")
    (found,) = done_otherwise(CITY, EVENT, earlier, made.situation.facts)
    assert found.group == "fix_now"
    assert found.what.zh == (
        "上次申报时“设立登记和营业执照”已经办好；现在填的和当时用的不一样：公司：字号、住所：住所地址。"
    )


EDITS = st.one_of(
    st.lists(st.sampled_from(sorted(PEOPLE)), min_size=1, max_size=3, unique=True).map(lambda names: ("founders", names)),
    st.lists(st.sampled_from(sorted(PEOPLE)), max_size=2, unique=True).map(lambda names: ("others", names)),
    st.tuples(st.sampled_from(POSTS), st.sampled_from(sorted(PEOPLE))),
    st.sampled_from(("801室", "802室")).map(lambda room: ("address", room)),
    st.sampled_from(("software", "ic_design")).map(lambda trade: ("trade", trade)),
    st.sampled_from(("accept_posts", "accept_articles", "accept_capital", "sign", "ask")).map(lambda act: (act, "")),
)  # fmt: skip


def apply(made: Draft, act: str, value: Any) -> None:
    match act:
        case "founders":
            made.set(founders__people=[row(name) for name in value])
        case "others":
            made.set(others__people=[{"name": n, "id_number": PEOPLE[n], "phone": "13800138000"} for n in value])
        case "address":
            made.set(premises__address=f"深圳市南山区科苑路15号3栋{value}")
        case "trade":
            made.set(company__trade=value)
        case "accept_posts":
            made.accept(*(f"posts.{post}" for post in POSTS))
        case "accept_articles":
            made.accept("articles.text")
        case "accept_capital":
            made.accept("company.capital")
        case "sign":
            made.all_sign()
        case "ask":
            people = [{"name": n, "id_number": i, "status": "active"} for n, i in PEOPLE.items()]
            made.asked("residents", "ok", {"people": people})
            made.asked(
                "place", "ok", {"address": made.answers["premises.address"].value, "code": "P1", "use": "office"}
            )
        case _:
            made.set(**{f"posts__{act}": PEOPLE[value]})


@settings(max_examples=60, deadline=None)
@given(st.lists(EDITS, max_size=8))
def test_whatever_is_edited_nothing_stands_whose_ground_has_changed(edits: list[tuple[str, Any]]) -> None:
    made = full()
    for act, value in edits:
        apply(made, act, value)
    now_, stands = made.situation, made.standing_values()
    here = {
        each["id_number"]: each["name"]
        for slot in ("founders", "others")
        for each in (stands.get(f"{slot}.people") or ())
    }
    for post in POSTS:
        assert stands.get(f"posts.{post}") in {None, *here}, f"{post} is somebody who is not here"
    text = stands.get("articles.text", "")
    if text:  # it was only ever taken as drafted
        founders = [each["name"] for each in stands["founders.people"]]
        assert all(name in text for name in founders)
        gone = set(PEOPLE) - set(founders) - set(here.values())
        assert not any(name in text for name in gone)
        assert stands["premises.address"] in text
        assert f"法定代表人为{here[stands['posts.representative']]}" in text
    if "company.capital" in stands:
        assert stands["company.capital"] == str(500_000 * len(stands["founders.people"]))
    for slot, told, asked in (("residents", "people", "founders.people"), ("place", "address", "premises.address")):
        if told in now_.facts.get(slot, {}) and slot == "place":
            assert now_.facts[slot][told] == stands[asked], "an agency's answer about another address"
    ((_, source),) = signed_slots(EVENT)
    digest = digest_of(EVENT, source, now_.facts)
    signed = {each.content for each in made.signatures}
    if any(each["state"] == "signed" for each in now_.facts.get("signatures", {}).get("people", ())):
        assert digest in signed
    answers = {f"{each.slot}.{each.field}": each.value for each in now_.filing.answers if each.value is not None}
    assert answers == stands, "what is submitted is what stands"
