"""People are made once and found again, on both databases, however many sign in at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.identifiers import citizen_id_check_digit, uscc_check_character
from onething.core.private import keyed_hash
from onething.subjects import sealing
from onething.subjects import service as subjects
from onething.subjects.profiles import accounts
from onething.subjects.profiles.tables import AccountRow
from onething.subjects.tables import SubjectRow
from onething.trust.service import SubjectSealer, key_store


def citizen(serial: int, day: str = "19900307") -> str:
    first17 = f"310101{day}{serial:03d}"
    return first17 + citizen_id_check_digit(first17)


MOTHER = citizen(2)
COMPANY = "91330106MA2AX07Y1" + uscc_check_character("91330106MA2AX07Y1")


def test_second_sign_in_finds_the_same_person_and_follows_her_new_phone(db: Database) -> None:
    with db.transaction() as session:
        first = subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone="13812345678")
    with db.transaction() as session:
        again = subjects.ensure_person(
            session, oidc_sub="u1", name="王小丽", id_number=f" {MOTHER.lower()} ", phone="+86 139-1234-5678"
        )
    assert again.id == first.id
    assert again.phone == "13912345678"
    assert again.created_at == first.created_at


def test_an_account_that_comes_with_another_id_never_sees_the_former_person(db: Database) -> None:
    with db.transaction() as session:
        first = subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone=None)
        other = subjects.ensure_person(session, oidc_sub="u1", name="李强", id_number=citizen(33), phone=None)
        back = subjects.ensure_person(session, oidc_sub="u2", name="王小丽", id_number=MOTHER, phone=None)
    assert other.id != first.id
    assert back.id == first.id


def test_a_sign_in_without_phone_keeps_the_known_one(db: Database) -> None:
    with db.transaction() as session:
        subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone="13812345678")
        again = subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone="not a phone")
    assert again.phone == "13812345678"


def test_phones_and_accounts_of_companies_lie_sealed_and_are_found_again(db: Database) -> None:
    phone, number = "13812345678", "6222000000001234"
    with db.transaction() as session:
        company = subjects.ensure_organisation(session, uscc=COMPANY, name="杭州西湖科技有限公司", phone=phone)
        first = accounts.add_account(session, company.id, number, "杭州银行", basic=True)
        assert accounts.add_account(session, company.id, f" {number[:8]} {number[8:]}", "杭州银行").id == first.id
    with db.reading() as session:
        rows = [tuple(row) for table in (SubjectRow, AccountRow) for row in session.execute(select(table.__table__))]
        assert COMPANY in str(rows), "what everybody may know of a company lies open"
        assert phone not in str(rows)
        assert number not in str(rows)
        assert subjects.person(session, company.id) == company
        assert accounts.accounts_of(session, company.id) == [first]
        assert (company.phone, first.tail) == (phone, "1234")


def test_what_lay_open_before_is_sealed_up_and_of_the_erased_nothing_is_kept(db: Database) -> None:
    phone, number = "13812345678", "6222000000001234"
    with db.transaction() as session:
        company = subjects.ensure_organisation(session, uscc=COMPANY, name="杭州西湖科技有限公司", phone=phone)
        mother = subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone=phone)
        erased = subjects.ensure_person(session, oidc_sub="u2", name="李强", id_number=citizen(33), phone=phone)
        kept = accounts.add_account(session, company.id, number, "杭州银行")
        accounts.add_account(session, erased.id, number, "杭州银行")
        for each in (mother, erased):
            values = {"name": each.name, "id_number": each.id_number, "phone": each.phone}
            session.execute(update(SubjectRow).where(SubjectRow.id == each.id).values(**values))
        session.execute(update(SubjectRow).where(SubjectRow.id == company.id).values(phone=phone))
        session.execute(update(AccountRow).values(number=number))
        SubjectSealer(key_store()).erase(session, erased.id)
    with db.transaction() as session:
        for room in (sealing, accounts):
            room.seal_open_ones(session, room.OPEN.next(session))
            assert room.OPEN.next(session) == []
    with db.reading() as session:
        rows = str([tuple(row) for table in (SubjectRow, AccountRow) for row in session.execute(select(table.__table__))])  # fmt: skip
        assert not [each for each in (phone, number, "王小丽", MOTHER, "李强", citizen(33)) if each in rows]
        assert subjects.people(session, [company.id, mother.id]) == {company.id: company, mother.id: mother}
        assert accounts.accounts_of(session, company.id) == [kept]
        assert (subjects.person(session, erased.id).name, accounts.accounts_of(session, erased.id)) == ("", [])


@pytest.mark.parametrize(
    "wrong",
    ["", "310101199003070029"[:-1] + "Z", MOTHER[:-1] + ("1" if MOTHER[-1] != "1" else "2"), citizen(2, "20990101")],
)
def test_a_wrong_id_number_is_refused_in_words(db: Database, wrong: str) -> None:
    with db.transaction() as session, pytest.raises(Problem) as problem:
        subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=wrong, phone=None)
    assert problem.value.kind is subjects.BAD_IDENTITY
    assert "实名" in problem.value.next.zh


def _at_once(database: Database) -> set[str]:
    def sign_in(n: int) -> str:
        with database.transaction() as session:
            return subjects.ensure_person(session, oidc_sub=f"u{n % 2}", name="王小丽", id_number=MOTHER, phone=None).id

    with ThreadPoolExecutor(8) as pool:
        return set(pool.map(sign_in, range(24)))


def test_many_sign_ins_at_once_make_one_person_on_sqlite(db: Database) -> None:
    assert len(_at_once(db)) == 1


@pytest.mark.postgres
def test_many_sign_ins_at_once_make_one_person_on_postgres(postgres_url: str) -> None:
    database = Database(postgres_url)
    database.create_all()
    assert len(_at_once(database)) == 1
    database.dispose()


def test_found_by_id_number_in_any_spelling_and_not_by_another(db: Database) -> None:
    with db.transaction() as session:
        known = subjects.ensure_person(session, oidc_sub=None, name="王小丽", id_number=MOTHER, phone=None)
        found = subjects.find_person(session, f"{MOTHER[:6]} {MOTHER[6:14]} {MOTHER[14:]}")
        assert found is not None
        assert found.id == known.id
        assert subjects.find_person(session, citizen(44)) is None
        assert subjects.find_person(session, "nonsense") is None


def test_what_is_shown_does_not_give_the_person_away(db: Database) -> None:
    with db.transaction() as session:
        her = subjects.ensure_person(session, oidc_sub=None, name="欧阳小丽", id_number=MOTHER, phone="13812345678")
        him = subjects.ensure_person(session, oidc_sub=None, name="王强", id_number=citizen(13), phone=None)
        minority = subjects.ensure_person(session, oidc_sub=None, name="买买提·艾力", id_number=citizen(15), phone=None)
    assert (her.address_form, him.address_form, minority.address_form) == ("欧阳女士", "王先生", "您")
    assert her.masked_id.startswith("310***")
    assert MOTHER[6:14] not in her.masked_id


def test_language_sms_and_phone_are_the_persons_choice(db: Database) -> None:
    with db.transaction() as session:
        her = subjects.ensure_person(session, oidc_sub="u1", name="王小丽", id_number=MOTHER, phone="13812345678")
        subjects.set_language(session, her.id, "en")
        subjects.set_sms(session, her.id, opt_in=False)
        subjects.set_phone(session, her.id, "13700001111")
    with db.transaction() as session:
        subjects.ensure_person(session, oidc_sub="u9", name="王小丽", id_number=MOTHER, phone=None)
        kept = subjects.person(session, her.id)
    assert (kept.lang, kept.sms_opt_in, kept.phone) == ("en", False, "13700001111")
    with db.transaction() as session, pytest.raises(Problem):
        subjects.set_phone(session, her.id, "12345")
    with db.transaction() as session, pytest.raises(Problem):
        subjects.set_sms(session, "subj_nobody", opt_in=True)


def test_organisations_are_found_by_their_code(db: Database) -> None:
    with db.transaction() as session:
        first = subjects.ensure_organisation(session, uscc="91350100M000100Y43", name="示例有限公司")
        again = subjects.ensure_organisation(session, uscc="91350100m000100y43", name="示例有限公司")
        assert first.id == again.id
        with pytest.raises(Problem):
            subjects.ensure_organisation(session, uscc="91350100M000100Y44", name="示例有限公司")


def test_the_hash_is_stable_in_an_installation_and_differs_by_purpose() -> None:
    assert keyed_hash("subject", MOTHER) == keyed_hash("subject", MOTHER)
    assert keyed_hash("subject", MOTHER) != keyed_hash("other", MOTHER)
    assert MOTHER not in keyed_hash("subject", MOTHER)
