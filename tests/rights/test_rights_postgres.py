"""The conditions on rows mean the same in PostgreSQL: what is hers is shown, what is not is not there."""

from pathlib import Path

import pytest
from rights_cases import CASES
from rights_world import OTHER, OWNER, STRANGER, make_world, somebody

from onething.core.access import Role
from onething.core.db import Database
from onething.core.errors import Problem
from onething.core.rights.service import CODES
from onething.core.settings import get_settings
from onething.policy.fulfilment import service as benefits
from onething.subjects.profiles import service as profiles

FILTERED = (
    "casework.item.list", "casework.item.open", "casework.case.open", "casework.certificate.open", "casework.figures.read", "exchange.robot.read",
    "policy.suggestion.read", "policy.award.read", "subjects.dispute.read", "webhooks.subscription.read", "rules.version.read",
)  # fmt: skip


@pytest.mark.postgres
def test_the_same_rows_are_hers_in_postgresql(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONETHING_POLICY_CITY", OTHER)
    monkeypatch.setenv("ONETHING_CITIES_DIR", str(Path(__file__).parents[2] / "cities"))
    monkeypatch.setenv("ONETHING_DATABASE_URL", postgres_url)
    get_settings.cache_clear()
    database = Database(postgres_url)
    database.create_all()
    world = make_world(database, profiles.load_spec(benefits.policy_folder()))
    for name in FILTERED:
        city = CASES[name].city_of(name)
        role = Role.ADMIN if name == "casework.figures.read" else Role.OFFICER
        for agency, where, allowed in (
            (OWNER[city], city, True),
            (STRANGER[city], city, role is Role.ADMIN),
            (OWNER[city], "shenzhen", False),
        ):
            who = somebody(role, where, agency if role is Role.OFFICER else "")
            for door in CASES[name].doors:
                code, given = "", object()
                with database.transaction() as session:
                    try:
                        given = door(session, who, world)
                    except Problem as problem:
                        code = problem.kind.code
                shown = code == "" and given is not False
                assert shown is allowed, (name, agency, where, code)
                assert shown or given is False or code in CODES or code in CASES[name].hidden
    database.dispose()
