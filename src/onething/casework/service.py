"""The door of casework: open a case, look at it, decide and answer, withdraw, fetch certificates, run a worker.

Functions work inside the caller's transaction. Rights are checked in them: a case that somebody may not see is not
there (casework.case_not_found); an act that is not hers is refused (core.forbidden).

Opening and reading cases:
`open_case`: a complete, consented submission → its case, planned and queued; the same key gives the same case again.
    Another filing of the same thing is refused (casework.duplicate_case, with the reference), as is an unknown life
    event.
`case_view`: all that the page of a case shows; an official's look is noted, so call it in a transaction.
`cases_of`: one page of the signed-in citizen's own cases, newest first.
`newest`: one page of all cases that the person may see, newest first.
`search`: one page of cases by reference, the applicant's id number, or the beginning of her name (two characters or
    more).
`story`: a case's timeline → sentences; nobody is named unless actors are given.
`reminders_of`: what comes due after the actor's own case, the earliest first; [] for somebody else's.

What the applicant does:
`answer_supplement`: takes answers to everything a supplement asked for, and nothing else; gives the case's status.
    Refused as casework.answer_incomplete (naming what is missing), casework.item_decided, casework.case_over.
`withdrawal_preview`: what a withdrawal would take back and what would stay, without doing it. Refused for a case that
    is over.
`withdraw`: withdraws the case; workers take back what was carried out, in reverse order. Refused for a case that is
    over.

What officers do:
`inbox`: one page of open items, the most urgent first (or decided ones, the latest first); officials only.
`work_item`: findings, evidence with origins, law and history of one item; noted as a look. Else
    casework.item_not_found.
`claim_item`: takes an item into one's own hands, or gives it back; casework.item_decided when a colleague has it.
`decide`: decides an item and gives the case's status. Of two officers at once one succeeds, the other gets
    casework.item_decided; anything but approving needs a reason (casework.reason_missing), asking for nothing
    casework.asks_missing.
`waiting_at`: cases that wait for some agencies, as far as the official may see them.

A closer look at one paper:
`operation_for`: a type of paper → the agency, its name's key and the operation that gives the issuer's print; None if
    none.
`call_for`: the question to the issuing register; None when nobody can be asked or what identifies the record is
    missing.
`ask_register`: asks it → how that went (ok, none, no_record, silent) and the print; never raises for a silent
    register.
`look_closer`: the print laid over the photograph, and traces of work; some seconds. Raises a Problem for a broken
    upload.

Who looked, in words:
`looks_at`: looks as kept → looks in words; the same one several times within a minute is told once.
`actor_words`: who acted, without the names of officials.
`ground_words`: why it was allowed: a law as it stands, our own codes in words.
`seen_words`: what was seen: an evidence type, an operation or a page by its code.

Certificates:
`certificates_of`: all certificates of the signed-in citizen, newest first.
`certificate_of`: one that the principal may see, with its content; else casework.certificate_not_found.
`certificate_by_code`: for anybody who holds the printed code; None when there is none.
`certificate_pdf`: the sealed PDF with its proof inside; drawn outside any transaction; else
    casework.certificate_not_found.
`find_certificates`: by number, check code or the holder's id number, newest first; an empty question gives the
    newest.
`content_of`: the fields, opened; trust.erased when the holder's data was erased.
`field_name`: what a field of a certificate is called; its own name where nobody says.
`look_at_certificate`: writes down that somebody other than the holder opened it.
`with_proofs`: certificates → the same with their state and proofs, in a few statements for any number.
`wanted_change`: the name of a change → the change; ValueError for any other name.
`change_certificate`: suspends, reinstates or revokes; refused as casework.may_not_change, casework.reason_missing.
`replace_with`: issues a corrected one and supersedes the old one; refused like `change_certificate`.
`reason_of`: why it is not in force, as its agency said it; empty while it is.
`keyring`: the keys of this installation's agencies, made when first needed.
`against`: what this installation checks certificates against: its own list of keys, contract and register.

Runs of checks:
`run_row`: results of all checks → the row of one run with every trace, plain; nothing is written.
`keep_runs`: writes such rows sealed, in the caller's transaction; trust.erased for an erased person.
`outcome_of`: results → refuse when one refuses, else refer when one refers, else pass.
`last_run`: the newest run of a case, or of a filing that is not one yet; None if none. Rights are the caller's.
`runs_of`: the runs of a case in the order they were made. Rights are the caller's.
`replay_run`: judges a run again by its traces; checks of another version of the package say so.
`reserved_before`: fact → values of other cases that checks compare with; of two cases the first is never held up.

Facts of many cases:
`facts_of_cases`: (reference, facts) of the newest cases of a life event that the principal may see.
`cases_as_population`: the same as subjects to try rules on; rules.no_subjects when there are none.
`filings_since`: (reference, facts, day of submission) of cases since a moment, newest first, never all in memory.

Risk:
`judges_risk`: whether there is risk to judge in this city, and this principal may see it.
`risk_desk`: a page of judged cases, with the drift of late and the models; core.forbidden, risk.no_policy.
`risk_view`: one judged case; noted as a look; refused like `risk_desk`.
`record_risk_finding`: keeps what was found out about the company; the newest counts; auditors only look.
`train_risk_model`: grows a model of all findings for a colleague to approve → its version; risk.too_few_findings.
`approve_risk_model`: makes it the live one; risk.four_eyes for whoever grew it, risk.no_such_model.

The worker:
`Worker`: carries cases out. Its run ends after it was told to stop and what was under way is finished.
`Pace`: how patient casework is with agencies in trouble.

Nouns: `Closer`, `Look`.
"""

from onething.casework.cases.access_words import Look, actor_words, ground_words, looks_at, seen_words
from onething.casework.cases.applicants import answer_supplement, withdraw, withdrawal_preview
from onething.casework.cases.case_facts import cases_as_population, facts_of_cases, filings_since
from onething.casework.cases.opening import open_case
from onething.casework.cases.reading import case_view, cases_of, newest, search
from onething.casework.cases.story import story
from onething.casework.certificates.issuance import (
    certificate_by_code,
    certificate_of,
    certificate_pdf,
    certificates_of,
    content_of,
)
from onething.casework.certificates.issuance import note_look as look_at_certificate
from onething.casework.certificates.lifecycle import change as change_certificate
from onething.casework.certificates.lifecycle import find as find_certificates
from onething.casework.certificates.lifecycle import reason_of, replace_with, wanted_change
from onething.casework.certificates.proofs import field_name, with_proofs
from onething.casework.certificates.trust_keys import against, keyring
from onething.casework.deadlines.reminders import reminders_of
from onething.casework.decisions.checks import keep_runs, last_run, outcome_of, replay_run, run_row, runs_of
from onething.casework.decisions.reservations import reserved_before
from onething.casework.execution.task_execution import Pace
from onething.casework.execution.worker import Worker
from onething.casework.officers.agency_backlog import waiting_at
from onething.casework.officers.closer_look import Closer, ask_register, call_for, look_closer, operation_for
from onething.casework.officers.inbox import claim_item, decide, inbox, work_item
from onething.casework.officers.risk_desk import (
    approve as approve_risk_model,
)
from onething.casework.officers.risk_desk import (
    desk as risk_desk,
)
from onething.casework.officers.risk_desk import (
    find as record_risk_finding,
)
from onething.casework.officers.risk_desk import (
    judges as judges_risk,
)
from onething.casework.officers.risk_desk import (
    train as train_risk_model,
)
from onething.casework.officers.risk_desk import (
    view as risk_view,
)

__all__ = [
    "Closer",
    "Look",
    "Pace",
    "Worker",
    "actor_words",
    "against",
    "answer_supplement",
    "approve_risk_model",
    "ask_register",
    "call_for",
    "case_view",
    "cases_as_population",
    "cases_of",
    "certificate_by_code",
    "certificate_of",
    "certificate_pdf",
    "certificates_of",
    "change_certificate",
    "claim_item",
    "content_of",
    "decide",
    "facts_of_cases",
    "field_name",
    "filings_since",
    "find_certificates",
    "ground_words",
    "inbox",
    "judges_risk",
    "keep_runs",
    "keyring",
    "last_run",
    "look_at_certificate",
    "look_closer",
    "looks_at",
    "newest",
    "open_case",
    "operation_for",
    "outcome_of",
    "reason_of",
    "record_risk_finding",
    "reminders_of",
    "replace_with",
    "replay_run",
    "reserved_before",
    "risk_desk",
    "risk_view",
    "run_row",
    "runs_of",
    "search",
    "seen_words",
    "story",
    "train_risk_model",
    "waiting_at",
    "wanted_change",
    "with_proofs",
    "withdraw",
    "withdrawal_preview",
    "work_item",
]
