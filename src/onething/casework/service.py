"""The door of casework for who files and who reads: open a case, look at it, answer, withdraw.

Two sub-rooms have doors of their own: `officers.service` (the inbox, a closer look, risk) and `certificates.service`.

Functions work inside the caller's transaction. Rights are checked in them: a case that somebody may not see is not
there (casework.case_not_found); an act that is not hers is refused (a reason of `core.rights`).

Opening and reading cases:
`open_case`: a complete, consented submission → its case, planned and queued; the same key gives the same case again.
    Another filing of the same thing is refused (casework.duplicate_case, with the reference), as is an unknown life
    event.
`case_view`: all that the page of a case shows; an official's look is noted, so call it in a transaction.
`cases_of`: one page of the signed-in citizen's own cases, newest first.
`newest`: one page of all cases that the person may see, newest first.
`correlations_of`: under which ids a case's stretches of work are found in logs and traces; rights are the caller's.
`search`: one page of cases by reference, the applicant's id number, or the beginning of her name (two characters or
    more).
`story`: a case's timeline → sentences; nobody is named unless actors are given.
`reminders_of`: what comes due after the actor's own case, the earliest first; [] for somebody else's.
`explanations`: why services were decided as they were: conditions with outcome, law and working.

What the applicant does:
`earlier_cases`: her own cases of an event that ended with something not done and something that stands.
`going_on_from`: the one of them that a filing with these facts goes on from; None when it is of something else.
`answer_supplement`: takes answers to everything a supplement asked for, and nothing else; gives the case's status.
    Refused as casework.answer_incomplete (naming what is missing), casework.answer_wrong (a value that cannot be right), casework.item_decided, casework.case_over.
`type_asked_for`: the evidence type of a paper that an officer asked for beyond the life event; None for any other slot.
`withdrawal_preview`: what a withdrawal would take back and what would stay, without doing it. Refused for a case that
    is over.
`withdraw`: withdraws the case; workers take back what was carried out, in reverse order. Refused for a case that is
    over.

Who looked, in words:
`looks_at`: looks as kept → looks in words; the same one several times within a minute is told once.
`actor_words`: who acted, without the names of officials.
`event_words`: what a type of event means.
`ground_words`: why it was allowed: a law as it stands, our own codes in words.
`inquiry_of`: a message of the exchange's log → who asked whom what, for which service, with what result.
`seen_words`: what was seen: an evidence type, an operation or a page by its code.

Checks of a filing and a case:
`keep_run`: one run of a filing's checks → written sealed with every trace; its id. trust.erased for an erased person.
`outcome_of`: results → refuse when one refuses, else refer when one refers, else pending when one
    waits for an agency, else pass.
`last_run`: the newest run of a case, or of a filing that is not one yet; None if none. Rights are the caller's.
`reserved_before`: fact → values of other cases that checks compare with; of two cases the first is never held up.

Facts of many cases:
`facts_of_cases`: (reference, facts) of the newest cases of a life event that the principal may see.
`cases_as_population`: the same as subjects to try rules on; rules.no_subjects when there are none.
`filings_since`: (reference, facts, day of submission) of cases since a moment, newest first, never all in memory.

Nouns: `Earlier`, `Explanation`, `Inquiry`, `Look`.
"""

from onething.casework.applicants.answers import answer_supplement
from onething.casework.applicants.opening import open_case
from onething.casework.applicants.refiling import Earlier, earlier_cases, going_on_from
from onething.casework.applicants.withdrawal import withdraw, withdrawal_preview
from onething.casework.cases.case_facts import cases_as_population, facts_of_cases, filings_since
from onething.casework.deadlines.reminders import reminders_of
from onething.casework.decisions.checks import keep_run, last_run, outcome_of
from onething.casework.decisions.reservations import reserved_before
from onething.casework.items.beyond import type_of as type_asked_for
from onething.casework.views.access_words import Look, actor_words, event_words, ground_words, looks_at, seen_words
from onething.casework.views.correlation import correlations_of
from onething.casework.views.explanations import Explanation, explanations
from onething.casework.views.inquiries import Inquiry, inquiry_of
from onething.casework.views.reading import case_view, cases_of, newest, search
from onething.casework.views.story import story

__all__ = [
    "Earlier",
    "Explanation",
    "Inquiry",
    "Look",
    "actor_words",
    "answer_supplement",
    "case_view",
    "cases_as_population",
    "cases_of",
    "correlations_of",
    "earlier_cases",
    "event_words",
    "explanations",
    "facts_of_cases",
    "filings_since",
    "going_on_from",
    "ground_words",
    "inquiry_of",
    "keep_run",
    "last_run",
    "looks_at",
    "newest",
    "open_case",
    "outcome_of",
    "reminders_of",
    "reserved_before",
    "search",
    "seen_words",
    "story",
    "type_asked_for",
    "withdraw",
    "withdrawal_preview",
]
