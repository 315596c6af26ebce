"""The door of officers' work: the inbox and its items, a closer look at a paper, the risk of cases.

Functions work inside the caller's transaction and check rights (a reason of `core.rights`).

The inbox:
`inbox`: one page of open items, the most urgent first (or decided ones, the latest first); officials only.
`work_item`: findings, evidence with origins, law and history of one item; noted as a look. Else
    casework.item_not_found.
`item_evidence`: an item arranged for reading: doubts, what passed, evidence with origins, what may be asked for.
`giver`: the agency that gave or issued evidence, by its origin.
`claim_item`: takes an item into one's own hands, takes it over, or gives it back; casework.item_with_colleague when a colleague has it.
`ask_for`: what she chose of what may be asked for, as `decide` takes it.
`decide`: decides an item and gives the case's status. Of two officers at once one succeeds, the other gets
    casework.item_decided; anything but approving needs a reason (casework.reason_missing), asking for nothing
    casework.asks_missing, asking for what people have signed casework.signed_content.
`refusal_preview`: what a refusal would mean for the applicant, to be shown before the second press.
`waiting_at`: cases that wait for some agencies, as far as the official may see them.
`workload`: open, late and decided items and the time they took, by agency; for an officer her team, by person.
`cases_by_state`: how many cases stand in each state; for administrators and auditors.

A closer look at one paper:
`operation_for`: a type of paper → the agency, its name's key and the operation that gives the issuer's print; None if
    none.
`call_for`: the question to the issuing register; None when nobody can be asked or what identifies the record is
    missing.
`ask_register`: asks it → how that went (ok, none, no_record, silent) and the print; never raises for a silent
    register.
`look_closer`: the print laid over the photograph, and traces of work; some seconds. Raises a Problem for a broken
    upload.

Risk:
`judges_risk`: whether there is risk to judge in this city, and this principal may see it.
`risk_scope`: whose risk is: the agencies that decide what is looked at, as rights are asked.
`risk_desk`: a page of judged cases, with the drift of late and the models; a reason of rights, risk.no_policy.
`risk_view`: one judged case; noted as a look; refused like `risk_desk`.
`record_risk_finding`: keeps what was found out about the company; the newest counts; auditors only look.
`train_risk_model`: grows a model of all findings for a colleague to approve → its version; risk.too_few_findings.
`approve_risk_model`: makes it the live one; risk.four_eyes for whoever grew it, risk.no_such_model.

Nouns: `Closer`, `EvidenceGroup`, `ItemEvidence`, `Workload`.
"""

from onething.casework.items.beyond import ask_for
from onething.casework.officers.agency_backlog import waiting_at
from onething.casework.officers.closer_look import Closer, ask_register, call_for, look_closer, operation_for
from onething.casework.officers.inbox import claim_item, decide, inbox, work_item
from onething.casework.officers.item_evidence import EvidenceGroup, ItemEvidence, giver, item_evidence
from onething.casework.officers.refusal_preview import refusal_preview
from onething.casework.officers.risk_desk import approve as approve_risk_model
from onething.casework.officers.risk_desk import desk as risk_desk
from onething.casework.officers.risk_desk import find as record_risk_finding
from onething.casework.officers.risk_desk import judges as judges_risk
from onething.casework.officers.risk_desk import scope_here as risk_scope
from onething.casework.officers.risk_desk import train as train_risk_model
from onething.casework.officers.risk_desk import view as risk_view
from onething.casework.officers.workload import Workload, cases_by_state, workload

__all__ = [
    "Closer",
    "EvidenceGroup",
    "ItemEvidence",
    "Workload",
    "approve_risk_model",
    "ask_for",
    "ask_register",
    "call_for",
    "cases_by_state",
    "claim_item",
    "decide",
    "giver",
    "inbox",
    "item_evidence",
    "judges_risk",
    "look_closer",
    "operation_for",
    "record_risk_finding",
    "refusal_preview",
    "risk_desk",
    "risk_scope",
    "risk_view",
    "train_risk_model",
    "waiting_at",
    "work_item",
    "workload",
]
