"""Why it was decided so, as the applicant reads it: words of her papers and registers, and nothing of how a rule is written."""

import re
from dataclasses import replace

import pytest
from casework_world import FakeAgencies, query_answers, submission
from test_casework_outcomes import end_of

from onething.casework.decisions import law
from onething.casework.service import explanations
from onething.catalog.service import find_event, get_city
from onething.core.clock import today
from onething.core.db import Database
from onething.planning.service import with_derived

RULE_WORDS = re.compile(r"[a-z_]{2,}\.[a-z_]+|[<>]=?|!=| = ")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_reasoning_shown_to_a_citizen_holds_no_code_of_rules(db: Database, lang: str) -> None:
    filing = submission(db)
    view = await end_of(db, filing, FakeAgencies())
    city, event = get_city(), find_event(get_city(), "newborn")
    facts = filing.facts | {"birth_record": query_answers("", "", "")["health.birth_record"]}
    known = with_derived(event, facts, today())
    decided = []
    for task in view.tasks:
        service = event.service(task.service or "")
        if service is not None and service.rules:
            decision, version = law.decision_on(city, event, service, known, today())
            decided.append(replace(task, result={"findings": law.findings_of(decision, version)}))
    assert decided
    told = explanations(replace(view, tasks=tuple(decided)))
    conditions = [condition for each in told for condition in each.conditions]
    looked = [condition.looked_at.get(lang) for condition in conditions if condition.looked_at]
    assert looked, "what was looked at is said"
    for words in [*looked, *(condition.text.get(lang) for condition in conditions)]:
        assert not RULE_WORDS.search(words), words
    assert any(("符合" if lang == "zh" else "met") in words for words in looked)
