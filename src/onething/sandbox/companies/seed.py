"""Companies into a product's database: `python -m onething.sandbox.companies.seed [COUNT]`, as twelve agencies would deliver them.

Every company but the third (the trader, who is asked for it) has a bank account. The settings say which database.
"""

import sys

from onething.core.db import Database, get_database
from onething.host.assembling import subscribe
from onething.policy.fulfilment import service as benefits
from onething.sandbox.companies.agents import AGENTS
from onething.sandbox.companies.generate import company_name, deliveries, uscc_of
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec
from onething.subjects.profiles.service import ColumnStore
from onething.subjects.service import ensure_organisation

WITHOUT_ACCOUNT = {2}


def seed(db: Database, spec: ProfileSpec, columns: ColumnStore, count: int = 300) -> int:
    """Deliver `count` companies; returns how many values were refused (none). A second time changes nothing."""
    subscribe()
    phones = {agent.company: agent.phone for agent in AGENTS}
    with db.transaction() as session:
        for number in range(count):
            made = ensure_organisation(session, uscc=uscc_of(number), name=company_name(number), phone=phones.get(number))  # fmt: skip
            if number not in WITHOUT_ACCOUNT:
                service.add_account(session, made.id, f"62220000{number:08d}", "杭州银行", basic=True)
    refused = 0
    for source, rows in deliveries(spec, count):
        with db.transaction() as session:
            refused += len(service.take_in(session, spec, source, rows, kind="file", name=f"{source}.csv").refused)
    with db.transaction() as session:
        columns.export(session, spec)
    return refused


def main() -> None:
    """From the command line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    spec = service.load_spec(benefits.policy_folder())
    refused = seed(get_database(), spec, benefits.column_store(), count)
    print(f"{count} companies, {refused} lines refused")  # noqa: T201


if __name__ == "__main__":
    main()
