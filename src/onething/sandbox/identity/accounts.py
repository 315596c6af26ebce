"""Who can sign in: every grown-up of the city and the officials."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onething.core.persons.numbers import PersonDocument, as_person_number
from onething.sandbox.companies.agents import AGENTS, Agent
from onething.sandbox.population.officials import OFFICIALS, Official
from onething.sandbox.population.personas import table

_SELECT = "SELECT sub, id_number, name, sex, born, phone, persona FROM person "
_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Account:
    """One line on the sign-in page and the claims behind it."""

    sub: str
    name: str
    zh: str
    en: str
    claims: dict[str, Any]


class Accounts:
    """Reads the city's directory."""

    def __init__(
        self, directory: Path, titles: dict[str, dict[str, str]] | None = None, officials: Sequence[Official] = OFFICIALS,
        agents: Sequence[Agent] = AGENTS, as_what: tuple[str, str] = ("股东", "founder"),
    ) -> None:  # fmt: skip
        """`titles`: persona → its words in both languages; another city has its own people and officials. `as_what`: what its people
        are called beside their titles, in both languages; empty: nothing."""
        self._db = sqlite3.connect(f"file:{directory}?mode=ro", uri=True, check_same_thread=False)
        self._parents = titles is None
        self._officials, self._agents, self._as_what = officials, agents, as_what
        self._titles = {entry["id"]: entry["title"] for entry in table()} if titles is None else titles
        self._order = list(self._titles)

    def find(self, sub: str) -> Account | None:
        """The account of a `sub`."""
        for official in self._officials:
            if official.sub == sub:
                return _official(official)
        for agent in self._agents:
            if agent.sub == sub:
                return _agent(agent)
        row = self._db.execute(_SELECT + "WHERE sub = ?", (sub,)).fetchone()
        return self._citizen(row) if row else None

    def personas(self) -> list[Account]:
        """The people with a story, in the table's order, mothers before fathers."""
        rows = self._db.execute(_SELECT + "WHERE persona <> ''").fetchall()
        rows.sort(key=lambda row: (self._order.index(row[6]), row[3]))
        return [self._citizen(row) for row in rows]

    def officials(self) -> list[Account]:
        return [_official(official) for official in self._officials]

    def agents(self) -> list[Account]:
        """Those who act for a company."""
        return [_agent(each) for each in self._agents]

    def search(self, query: str) -> list[Account]:
        """At most twenty by beginning of name, phone, or whole number."""
        name = query.strip()
        text = name.upper()
        rows = self._db.execute(
            _SELECT + "WHERE name >= ? AND name < ? OR phone = ? OR id_number = ? OR id_number LIKE ? "
            "ORDER BY persona = '', name LIMIT ?",
            (name, name + "\U0010ffff", text, text, f"%:{text}", _LIMIT),
        ).fetchall()
        found = [_official(o) for o in self._officials if o.name.startswith(name) or o.agency == name.lower()]
        return [*found, *(self._citizen(row) for row in rows)][:_LIMIT]

    def _citizen(self, row: tuple[str, ...]) -> Account:
        sub, id_number, name, sex, born, phone, persona = row
        title = self._titles.get(persona)
        who_zh = {"female": "妈妈", "male": "爸爸"}[sex]
        who_en = {"female": "mother", "male": "father"}[sex]
        if title and not self._parents:
            who_zh, who_en = self._as_what
        zh = (
            f"{who_zh} · {title['zh']}"
            if title and who_zh
            else title["zh"]
            if title
            else f"{born[:4]}年生 · 手机尾号 {phone[-4:]}"
        )
        en = (
            f"{title['en']} ({who_en})"
            if title and who_en
            else title["en"]
            if title
            else f"born {born[:4]} · phone ending {phone[-4:]}"
        )
        claims = {
            "sub": sub, "name": name, **_number_claims(id_number), "gender": sex, "birthdate": born, "phone_number": phone,
            "phone_number_verified": True, "role": "citizen",
        }  # fmt: skip
        return Account(sub, name, zh, en, claims)


def _number_claims(text: str) -> dict[str, str]:
    """A citizen id by itself; the number of another paper with its kind, and of a passport who issued it."""
    found = as_person_number(text)
    if found is None or found.document is PersonDocument.CITIZEN_ID:
        return {"citizen_id": text}
    told = {"id_number": found.number, "id_type": found.document.value}
    return told | ({"id_country": found.country} if found.country else {})


def _official(official: Official) -> Account:
    claims = {
        "sub": official.sub,
        "name": official.name,
        "role": official.role,
        "agency": official.agency or None,
        "served_city": official.city or None,
    }
    return Account(
        official.sub, official.name, official.title_zh, official.title_en, {k: v for k, v in claims.items() if v}
    )


def _agent(agent: Agent) -> Account:
    claims = {
        "sub": agent.sub, "name": agent.name, "phone_number": agent.phone, "phone_number_verified": True, "role": "company",
        "org_code": agent.uscc, "org_name": agent.company_name,
    }  # fmt: skip
    return Account(agent.sub, agent.name, f"{agent.title_zh} · {agent.company_name}", f"{agent.title_en} · {agent.company_name}", claims)  # fmt: skip
