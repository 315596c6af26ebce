"""The papers in a persona's drawer, drawn and photographed by the studio: what she would hold before the camera."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from onething.core import clock
from onething.core.persons.numbers import bare
from onething.sandbox.population.people import Birth, Household, Marriage, Member, Person, Population
from onething.sandbox.population.personas import add_personas, table
from onething.sandbox.population.places import BY_CODE

WHO = {"female": "妈妈", "male": "爸爸"}


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of one persona: `type` and `fields` as the documents room names them."""

    persona: str
    name: str
    type: str
    fields: dict[str, str]


def _certificate(birth: Birth) -> dict[str, str]:
    father = birth.father
    return {
        "certificate_number": birth.certificate_number, "child_name": birth.child_name, "child_sex": birth.child_sex,
        "born_at": birth.born_at.isoformat(timespec="minutes"), "gestation_weeks": str(birth.weeks), "weight_g": str(birth.weight_g),
        "length_cm": str(birth.length_cm), "hospital": birth.hospital, "birth_address": birth.place,
        "mother_name": birth.mother.name, "mother_id_number": bare(birth.mother.id_number),
        "father_name": father.name if father else "", "father_id_number": bare(father.id_number) if father else "",
        "issued_on": birth.issued_on.isoformat(), "issuer": birth.hospital,
    } | birth.paper  # fmt: skip


def _card(person: Person, address: str) -> dict[str, str]:
    return {
        "name": person.name, "sex": person.sex, "ethnicity": person.ethnicity, "birth_date": person.born.isoformat(),
        "address": address, "id_number": person.id_number,
    }  # fmt: skip


def _card_back(issuer: str, today: date) -> dict[str, str]:
    since = (today - timedelta(days=1200)).replace(day=1)
    return {
        "issuer": issuer, "valid_from": since.isoformat(), "valid_until": since.replace(year=since.year + 20).isoformat(),
    }  # fmt: skip


def _police_of(division: str) -> str:
    return f"上海市公安局{BY_CODE[division].name.removesuffix('新区').removesuffix('区')}分局"


def _page(home: Household, member: Member) -> dict[str, str]:
    person = member.person
    return {
        "name": person.name, "relation": member.relation, "sex": person.sex, "ethnicity": person.ethnicity,
        "birth_date": person.born.isoformat(), "id_number": person.id_number, "household_number": home.number,
        "address": home.address,
    }  # fmt: skip


def _wedding(marriage: Marriage, holder: str) -> dict[str, str]:
    return {
        "certificate_number": marriage.number, "registered_on": marriage.registered_on.isoformat(), "holder_name": holder,
        "husband_name": marriage.husband_name, "husband_id_number": bare(marriage.husband_id), "wife_name": marriage.wife_name,
        "wife_id_number": bare(marriage.wife_id), "authority": marriage.authority,
    }  # fmt: skip


def papers(persona: str, as_of: date | None = None) -> Iterator[Paper]:
    """Every paper of a persona; nothing for an unknown one."""
    city = Population(0, as_of or clock.today())
    add_personas(city)
    births = [birth for birth in city.births if birth.persona == persona]
    for number, birth in enumerate(births, 1):
        yield Paper(
            persona, f"出生医学证明{number if len(births) > 1 else ''}", "birth_certificate", _certificate(birth)
        )
    entry = next((entry for entry in table() if entry["id"] == persona), {})
    homes = {member.person.id_number: (home, member) for home in city.households for member in home.members}
    for person in city.people:
        if person.persona != persona or person.from_abroad:  # a passport is no paper that the reader knows
            continue
        who = WHO[person.sex]
        if person.id_number in homes:
            home, member = homes[person.id_number]
            address, issuer = home.address, _police_of(home.division)
            yield Paper(persona, f"{who}户口页", "household_page", _page(home, member))
        else:
            address, issuer = entry["father"]["registered"]["address"], entry["father"]["registered"]["issuer"]
        yield Paper(persona, f"{who}身份证正面", "id_card_front", _card(person, address))
        yield Paper(persona, f"{who}身份证反面", "id_card_back", _card_back(issuer, city.as_of))
    for marriage in city.marriages:
        holder = next((p.name for p in city.people if p.id_number == marriage.wife_id and p.persona == persona), None)
        if holder:
            yield Paper(persona, "结婚证", "marriage_certificate", _wedding(marriage, marriage.wife_name))


def photograph(paper: Paper, grade: Any = "clean") -> bytes:
    """The paper as a JPEG photograph; the same every time."""
    from onething.sandbox import studio

    seed = sum(map(ord, paper.persona + paper.name)) % 10_000
    return studio.photograph(studio.render(paper.type, paper.fields, seed), grade, seed)


class Drawer:
    """A persona's papers, taken out and photographed when somebody asks for one."""

    def __init__(self, persona: str, grade: Any = "mild", child: int = 0) -> None:
        """`child`: which of several newborns' certificates lies on top."""
        every = list(papers(persona))
        certificates = [paper for paper in every if paper.type == "birth_certificate"]
        self.papers = [*certificates[child : child + 1], *(paper for paper in every if paper not in certificates)]
        self.grade = grade

    def photo(self, document_type: str, slot: str) -> tuple[str, bytes] | None:
        """(file name, JPEG) of the paper of that type; `slot` tells mother's from father's. None when there is none."""
        who = "爸爸" if slot.startswith("father") else "妈妈"
        for paper in self.papers:
            if paper.type == document_type and not (paper.name[:2] in WHO.values() and not paper.name.startswith(who)):
                return f"{paper.name}.jpg", photograph(paper, self.grade)
        return None


def write(persona: str, folder: Path, grade: Any = "mild") -> list[Path]:
    """All papers of a persona as files, named in Chinese as she would call them."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for paper in papers(persona):
        path = folder / f"{paper.name}.jpg"
        path.write_bytes(photograph(paper, grade))
        written.append(path)
    return written
