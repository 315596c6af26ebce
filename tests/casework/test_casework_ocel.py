"""A case that ran is a valid OCEL 2.0 log: its tasks, agencies and certificates are objects, and nobody is named in it."""

import json
from collections import Counter

from casework_world import FakeAgencies, opened, status_of, submission, until, working
from tests.ocel_judge import must_be_ocel

from onething.core import events
from onething.core.db import Database
from onething.core.events.ocel import to_ocel


async def test_a_newborn_case_that_ran_is_a_valid_log_in_which_nobody_is_named(db: Database) -> None:
    filing = submission(db)
    ref = opened(db, filing)
    async with working(db, FakeAgencies()):
        await until(lambda: status_of(db, ref.id).over)
    with db.reading() as session:
        happened = list(events.since(session))
        log = to_ocel(happened)
    must_be_ocel(log)
    assert len(log["events"]) == len(happened) > 20
    objects = Counter(each["type"] for each in log["objects"])
    assert objects["case"] == 1
    assert objects["person"] == 2, "the mother, and the father, who is told that the case concerns him"
    assert objects["task"] > 10
    assert objects["agency"] >= 5
    assert objects["certificate"] >= 4
    tasks = [each for each in log["objects"] if each["type"] == "task"]
    assert all(each["relationships"] == [{"objectId": f"case:{ref.id}", "qualifier": "part of"}] for each in tasks)
    issued = next(each for each in log["events"] if each["type"] == "certificate.issued")
    assert {link["qualifier"] for link in issued["relationships"]} >= {
        "happened to",
        "applicant",
        "is about",
        "in charge",
        "issued",
    }
    written = json.dumps(log, ensure_ascii=False)
    secrets = [*filing.facts["applicant"].values(), *filing.facts["birth_certificate"].values(), ref.reference]
    assert [each for each in secrets if isinstance(each, str) and len(each) > 1 and each in written] == []
