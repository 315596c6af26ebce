"""One fault each. `wants` says who has to be told: whoever files (`fix_now`), or an officer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random

from onething.sandbox.families.sound import Said, family, number

Fault = Callable[[Said, Random, date], None]
FIX, OFFICER = ("fix_now",), ("officer", "fix_now")


def _paper(said: Said) -> dict[str, object]:
    return said.paper["birth_certificate"]


def no_certificate(said: Said, _r: Random, _t: date) -> None:
    said.paper.clear()
    said.registries.clear()
    said.wants = FIX


def missing_answer(said: Said, r: Random, _t: date) -> None:
    del said.answers["choices"][r.choice(("household_of", "home_address"))]
    said.wants = FIX


def missing_number(said: Said, _r: Random, _t: date) -> None:
    del _paper(said)["certificate_number"]
    del said.registries["birth_record"]
    said.wants = FIX


def somebody_else(said: Said, r: Random, today: date) -> None:
    other = family(r, today)
    said.sign_in = {**other.sign_in}
    said.wants = FIX


def wrong_check_digit(said: Said, r: Random, _t: date) -> None:
    paper = _paper(said)
    who = r.choice(("mother", "father"))
    text = str(paper[f"{who}_id_number"])
    wrong = text[:-1] + ("1" if text[-1] != "1" else "2")
    paper[f"{who}_id_number"] = wrong
    del said.registries["birth_record"]
    said.registries.pop(f"{who}_id")
    if who == "mother":
        said.sign_in["id_number"] = text
    said.wants = (*FIX, "note")  # mended by what the sign-in or another register has, and said so


def other_child(said: Said, _r: Random, _t: date) -> None:
    said.registries["birth_record"]["child_name"] = "别小宝"
    said.wants = OFFICER


def other_mother(said: Said, r: Random, today: date) -> None:
    said.registries["birth_record"]["mother_id_number"] = number(r, today - timedelta(days=10_000), False)
    said.wants = OFFICER


def future_birth(said: Said, r: Random, today: date) -> None:
    moment = datetime.combine(today, datetime.min.time()) + timedelta(days=r.randrange(2, 300))
    for source in (_paper(said), said.registries["birth_record"]):
        source["born_at"] = moment.isoformat(timespec="minutes")
    said.wants = OFFICER


def issued_before_birth(said: Said, r: Random, _t: date) -> None:
    born = datetime.fromisoformat(str(_paper(said)["born_at"])).date()
    for source in (_paper(said), said.registries["birth_record"]):
        source["issued_on"] = (born - timedelta(days=r.randrange(2, 90))).isoformat()
    said.wants = OFFICER


def parents_swapped(said: Said, _r: Random, _t: date) -> None:
    paper = _paper(said)
    paper["mother_id_number"], paper["father_id_number"] = paper["father_id_number"], paper["mother_id_number"]
    said.wants = OFFICER


def void_certificate(said: Said, r: Random, _t: date) -> None:
    said.registries["birth_record"]["status"] = r.choice(("void", "replaced"))
    said.wants = OFFICER


def other_surname(said: Said, _r: Random, _t: date) -> None:
    for source in (_paper(said), said.registries["birth_record"]):
        source["child_name"] = "欧阳明月"
    said.wants = OFFICER


def rare_character(said: Said, _r: Random, _t: date) -> None:
    for source in (_paper(said), said.registries["birth_record"]):
        source["child_name"] = str(source["child_name"])[0] + "\U00020bb7"
    said.wants = OFFICER


def collective(said: Said, _r: Random, _t: date) -> None:
    said.registries["mother_household"]["household_type"] = "collective"
    said.wants = OFFICER


def not_married(said: Said, _r: Random, _t: date) -> None:
    said.registries["marriage"]["status"] = "dissolved"
    said.wants = OFFICER


def spouse_differs(said: Said, r: Random, today: date) -> None:
    said.registries["marriage"] |= {
        "husband_name": "郝前程",
        "husband_id_number": number(r, today - timedelta(days=12_000), True),
    }
    said.wants = OFFICER


def child_mother(said: Said, r: Random, today: date) -> None:
    """A mother of eleven: a digit of the year was misread on a certificate no register answers for."""
    young = number(r, today - timedelta(days=11 * 365), False)
    paper = _paper(said)
    paper["mother_id_number"] = said.sign_in["id_number"] = young
    del said.registries["birth_record"]
    said.registries.pop("mother_id")
    said.wants = OFFICER


def unsure_reading(said: Said, r: Random, _t: date) -> None:
    name = r.choice(("child_name", "certificate_number"))
    said.uncertain.add(("birth_certificate", name))
    del said.registries["birth_record"]
    said.wants = FIX


def no_such_code(said: Said, _r: Random, _t: date) -> None:
    said.answers["choices"]["household_of"] = "grandmother"
    said.wants = FIX


FAULTS: tuple[Fault, ...] = (
    no_certificate, missing_answer, missing_number, somebody_else, wrong_check_digit, other_child, other_mother, future_birth,
    issued_before_birth, parents_swapped, void_certificate, other_surname, rare_character, collective, not_married, spouse_differs,
    child_mother, unsure_reading, no_such_code,
)  # fmt: skip
