"""The door: filings assessed and kept, findings learnt from, four eyes before a model is live, history from files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.identifiers import citizen_id_check_digit
from onething.risk import service as risk
from onething.risk.history import load_history
from onething.risk.models import Role

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
QUIET = Console(quiet=True)


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    risk.forget()
    yield
    risk.forget()


def citizen(number: int, province: int = 44) -> str:
    first = f"{province}0305{1950 + number % 50}0{1 + number % 9}1{number % 10}{number % 1000:03d}"
    return first + citizen_id_check_digit(first)


def filing(
    number: int, *, days: float, address: str = "", people: list[risk.Person] | None = None, **more: Any
) -> risk.Description:
    found = people or [
        risk.Person(citizen(number), Role.REPRESENTATIVE),
        risk.Person(citizen(number), Role.HOLDER, 1.0),
    ]
    moment = risk.minutes(BEGIN + timedelta(days=days))
    return risk.Description(
        f"company-{number}",
        moment,
        found,
        "44",
        address or f"a{number}",
        (f"1380000{number:04d}",),
        trade="6510",
        capital=1e6,
        **more,
    )


def write_history(folder: Path, count: int = 600) -> None:
    """One in ten is a shell: at one of three addresses, by one agent, soon revoked and found out."""
    companies: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    for n in range(count):
        shell, at = n % 10 == 0, BEGIN + timedelta(days=n)
        code, person = f"company-{n}", citizen(n, 43 if shell else 44)
        companies.append({
            "company": code, "registered_at": at, "province": "44", "address": f"mill{n % 3}" if shell else f"a{n}", "phone": f"1380000{n:04d}",
            "agent": "agent-x" if shell else "", "trade": "5190" if shell else "6510", "capital": 1e6,
            "ended_at": at + timedelta(days=90) if shell else None, "revoked": shell,
        })  # fmt: skip
        relations += [
            {"company": code, "number": person, "role": role, "share": 1.0, "corporate": False}
            for role in ("representative", "holder")
        ]
        if shell:
            findings.append({"company": code, "shell": True, "found_at": at + timedelta(days=90), "by": "tax"})
    for name, rows in (("companies", companies), ("relations", relations), ("findings", findings)):
        pl.DataFrame(rows).write_parquet(folder / f"{name}.parquet")


def test_partners_with_revoked_companies_bring_a_filing_to_an_officer(db: Database) -> None:
    policy = risk.city_policy("shenzhen")
    owner = [risk.Person(citizen(7), Role.REPRESENTATIVE), risk.Person(citizen(7), Role.HOLDER, 1.0)]
    with db.transaction() as session:
        for n in range(3):
            risk.registered(session, past := filing(n, days=n, people=owner))
            risk.end_company(session, past.key, past.moment + 50_000, revoked=True)
    with db.transaction() as session:
        found = risk.assess(session, policy, filing(50, days=200, people=owner), "case_1")
        sound = risk.assess(session, policy, filing(51, days=200), "case_2")
    assert found.refer
    assert "3" in found.reasons[0].text.zh
    assert not sound.refer
    with db.reading() as session:
        again, same = risk.replay_case(session, "case_1", policy) or (None, False)
    assert same
    assert again is not None
    assert again.reasons == found.reasons


def test_the_first_assessment_of_a_company_stands(db: Database) -> None:
    policy = risk.city_policy("shenzhen")
    with db.transaction() as session:
        first = risk.assess(session, policy, filing(1, days=1), "case_1")
        again = risk.assess(session, policy, filing(1, days=300), "case_1")
    assert first.trace == again.trace


@pytest.mark.slow
def test_history_becomes_a_model_that_somebody_else_approves(db: Database, tmp_path: Path) -> None:
    write_history(tmp_path)
    policy = risk.city_policy("shenzhen")
    counts = load_history(db, tmp_path, policy, QUIET)
    assert counts["companies"] == 600
    assert counts["findings"] == 60
    load_history(db, tmp_path, policy, QUIET)  # the same files again
    with db.transaction() as session:
        model = risk.grow(session, "officer:1", policy.share_referred, BEGIN + timedelta(days=1_000))
        with pytest.raises(Problem, match="four_eyes"):
            risk.approve(session, model.version, "officer:1")
        risk.approve(session, model.version, "officer:2")
        with pytest.raises(Problem, match="no_such_model"):
            risk.approve(session, model.version, "officer:3")
    shell = [risk.Person(citizen(3, 43), Role.REPRESENTATIVE), risk.Person(citizen(3, 43), Role.HOLDER, 1.0)]
    with db.transaction() as session:
        bad = risk.assess(
            session, policy, filing(900, days=605, address="mill0", people=shell, agent="agent-x"), "case_bad"
        )
        good = risk.assess(session, policy, filing(901, days=605), "case_good")
    assert bad.model == model.version
    assert bad.probability > 0.5 > good.probability
    assert bad.refer
    assert bad.reasons


def test_a_later_finding_outweighs_an_earlier_one(db: Database, tmp_path: Path) -> None:
    from onething.risk.learning import examples

    write_history(tmp_path, 200)
    load_history(db, tmp_path, risk.city_policy("shenzhen"), QUIET)
    later = BEGIN + timedelta(days=900)
    with db.transaction() as session:
        before = int(examples(session, later).shell.sum())
        key = str(risk.entity_key(risk.Kind.COMPANY, "company-10"))
        risk.record(session, [risk.Finding(key, False, BEGIN + timedelta(days=500), "officer:3")])
        assert int(examples(session, later).shell.sum()) == before - 1


def test_too_few_findings_are_said_and_no_model_is_kept(db: Database) -> None:
    with db.transaction() as session, pytest.raises(Problem, match="too_few_findings"):
        risk.grow(session, "officer:1", 0.002)


def test_a_file_without_its_columns_is_named(db: Database, tmp_path: Path) -> None:
    write_history(tmp_path, 20)
    pl.DataFrame({"company": ["x"]}).write_parquet(tmp_path / "relations.parquet")
    with pytest.raises(Problem) as problem:
        load_history(db, tmp_path, risk.city_policy("shenzhen"), QUIET)
    assert "relations.parquet" in problem.value.what.zh
    assert "role" in problem.value.what.zh


def test_no_number_of_a_person_is_in_the_tables(db: Database) -> None:
    with db.transaction() as session:
        risk.registered(session, filing(4, days=1))
        risk.assess(session, risk.city_policy("shenzhen"), filing(5, days=2), "case_9")
    raw = Path(db.url.removeprefix("sqlite:///")).read_bytes()
    assert citizen(4).encode() not in raw
    assert citizen(5).encode() not in raw
    assert b"13800000004" not in raw


def test_a_rule_about_something_that_is_not_measured_is_refused(tmp_path: Path) -> None:
    from onething.risk.declared import load_policy

    path = tmp_path / "policy.yaml"
    path.write_text(
        "indicators: {}\nrules:\n  - {id: x, refer_when: moon > 1, text: {zh: 甲, en: a}, ground: {zh: 甲, en: a}}\n"
    )
    with pytest.raises(Problem) as problem:
        load_policy(path)
    assert "moon" in problem.value.what.en
