"""How each act is done, through the room's door and over HTTP. `TABLE` says once more, by hand, who may: declared and written must agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from rights_world import HOME, LAW, OTHER, OWNER, RULES, World, clause

from onething.casework import service as casework
from onething.casework.certificates import service as certificates
from onething.casework.faults.service import close_fault, open_faults
from onething.casework.officers import service as officers
from onething.catalog.rulebook import service as rulebook
from onething.catalog.service import get_city
from onething.core.access import Principal
from onething.core.clock import now
from onething.core.rights.service import require
from onething.exchange import acts as exchange_acts
from onething.exchange.robots import service as robots
from onething.oversight import acts as oversight_acts
from onething.oversight import service as oversight
from onething.payments import service as payments
from onething.payments.models import How
from onething.policy import acts as policy_acts
from onething.policy.feedback import service as feedback
from onething.policy.fulfilment import service as benefits
from onething.policy.knowledge import service as knowledge
from onething.policy.whatif import service as whatif
from onething.subjects.profiles import service as profiles
from onething.webhooks import service as webhooks

Door = Callable[[Any, Principal, World], object]
AGENCY, CITY, HOUSE = "agency", "city", "installation"

TABLE: Mapping[str, tuple[str, str]] = {
    "casework.item.list": (AGENCY, "officer admin auditor"),
    "casework.item.open": (AGENCY, "officer auditor"),
    "casework.item.claim": (AGENCY, "officer"),
    "casework.item.decide": (AGENCY, "officer"),
    "casework.case.open": (AGENCY, "officer auditor"),
    "casework.certificate.open": (AGENCY, "officer auditor"),
    "casework.certificate.change": (AGENCY, "officer"),
    "casework.risk.open": (AGENCY, "officer auditor"),
    "casework.risk.record": (AGENCY, "officer"),
    "casework.risk.train": (AGENCY, "officer"),
    "casework.risk.approve": (AGENCY, "officer"),
    "casework.fault.read": (HOUSE, "admin auditor"),
    "casework.fault.mend": (HOUSE, "admin"),
    "casework.figures.read": (CITY, "admin auditor"),
    "exchange.health.read": (CITY, "officer admin auditor"),
    "exchange.message.read": (CITY, "admin auditor"),
    "exchange.robot.read": (AGENCY, "officer admin auditor"),
    "exchange.robot.pictures": (AGENCY, "officer auditor"),
    "oversight.act.read": (HOUSE, "admin auditor"),
    "oversight.look.read": (HOUSE, "admin auditor"),
    "payments.suspense.resolve": (HOUSE, ""),
    "payments.purse.appropriate": (HOUSE, ""),
    "policy.regulation.read": (CITY, "officer admin auditor"),
    "policy.regulation.add": (CITY, "officer admin"),
    "policy.clause.read": (AGENCY, "officer admin auditor"),
    "policy.clause.draft": (AGENCY, "officer"),
    "policy.budget.set": (AGENCY, "officer"),
    "policy.clause.approve": (AGENCY, "officer admin"),
    "policy.figures.read": (CITY, "officer admin auditor"),
    "policy.scenario.keep": (CITY, "officer admin auditor"),
    "policy.suggestion.read": (AGENCY, "officer admin auditor"),
    "policy.suggestion.answer": (AGENCY, "officer"),
    "policy.award.read": (AGENCY, "officer admin auditor"),
    "policy.award.decide": (AGENCY, "officer"),
    "rules.version.read": (AGENCY, "officer admin auditor"),
    "rules.version.draft": (AGENCY, "officer"),
    "rules.version.approve": (AGENCY, "officer admin"),
    "rules.library.read": (CITY, "officer admin auditor"),
    "subjects.profile.deliver": (AGENCY, "officer"),
    "subjects.dispute.read": (AGENCY, "officer admin auditor"),
    "subjects.dispute.answer": (AGENCY, "officer"),
    "webhooks.subscription.read": (AGENCY, "officer admin auditor"),
    "webhooks.subscription.manage": (AGENCY, "officer admin"),
    "webhooks.subscription.details": (HOUSE, "admin"),
}


@dataclass(frozen=True)
class Http:
    """A request that does it. `form` for pages, `json` for the API; `{name}` in the path is a field of the world."""

    method: str
    path: str
    form: Mapping[str, str] | None = None
    json: Any = None


@dataclass(frozen=True)
class Case:
    """`doors`: each does it and gives False where what she asked for was not among what she was shown. `then`: the refusal that comes after
    the right was found, where the world has not all that it takes."""

    doors: tuple[Door, ...]
    http: tuple[Http, ...] = ()
    then: tuple[str, ...] = ()
    hidden: tuple[str, ...] = field(default=())
    """Codes by which it is kept from her that there is such a thing."""

    def city_of(self, act: str) -> str:
        return OTHER if act.startswith(("policy.", "subjects.")) else HOME


def _some(found: Any, wanted: str) -> bool:
    return any(each.id == wanted for each in getattr(found, "items", found))


def _change(wanted: str) -> Door:
    return lambda s, who, w: certificates.change_certificate(s, who, w.certificate, wanted, "正在核对")


def _draft_of(s: Any, who: Principal, w: World) -> object:
    kept = knowledge.clause_version(s, who, w.clause_draft)
    return knowledge.save_clause(
        s, who, w.clause_draft, kept.clause.model_copy(update={"text": "改"}), RULES, kept.rule.lock
    )


def _budget(s: Any, who: Principal, w: World) -> object:
    kept = knowledge.clause_version(s, who, w.clause_draft)
    budget = kept.clause.budget
    assert budget is not None
    richer = kept.clause.model_copy(update={"budget": budget.model_copy(update={"amount": 900000})})
    return knowledge.save_clause(s, who, w.clause_draft, richer, RULES, kept.rule.lock)


def _keep_scenario(s: Any, who: Principal, w: World) -> object:
    effect = whatif.Effect(whatif.Line("", 0, 0, 0, 0), 0, 0, {})
    return whatif.keep(s, who, "试", "graduates", {}, effect)


def _page(act: Any, scope: Callable[[], Any] | None = None) -> Door:
    """Of what only a page does: it asks for the act itself."""
    return lambda s, who, w: require(who, act, scope() if scope else None)


def _rules(name: str) -> Door:
    def door(s: Any, who: Principal, w: World) -> object:
        made = rulebook.version_of(s, who, w.entry, w.rule_draft) if name != "start" else None
        match name:
            case "start":
                return rulebook.start(s, who, get_city(), w.entry)
            case "save":
                return rulebook.save(s, who, w.entry, w.rule_draft, made.content if made else "", w.rule_lock)
            case "submit":
                return rulebook.submit(s, who, get_city(), w.entry, w.rule_draft)
            case _:
                return rulebook.roll_back(s, who, get_city(), w.entry, 0, "停止试行")

    return door


ITEM = ("casework.item_not_found", "casework.item_decided")
C, R, P, B = "/console", "/api/v1/rules/{slug}", "/console/policy", "/console/benefits"
CASES: Mapping[str, Case] = {
    "casework.item.list": Case(
        (lambda s, who, w: _some(officers.inbox(s, who), w.item), lambda s, who, w: officers.workload(s, who) != []),
        (Http("GET", "/console?view=open"), Http("GET", "/api/v1/inbox")),
    ),
    "casework.item.open": Case(
        (lambda s, who, w: officers.work_item(s, who, w.item),), (Http("GET", C + "/items/{item}"), Http("GET", "/api/v1/work-items/{item}")), hidden=ITEM
    ),
    "casework.item.claim": Case(
        (lambda s, who, w: officers.claim_item(s, who, w.item),),
        (Http("POST", C + "/items/{item}/claim", {"release": "yes"}), Http("POST", "/api/v1/work-items/{item}/claim?release=true")), hidden=ITEM,
    ),
    "casework.item.decide": Case(
        (lambda s, who, w: officers.decide(s, who, w.item, "refuse", "材料不符"),),
        (
            Http("POST", C + "/items/{item}/decide", {"decision": "refuse", "reason": "x", "confirmed": "yes", "version": "99"}),
            Http("POST", "/api/v1/work-items/{item}/decision", json={"decision": "refuse", "reason": "x", "version": 99}),
        ), hidden=ITEM,
    ),
    "casework.case.open": Case(
        (lambda s, who, w: casework.case_view(s, who, w.case), lambda s, who, w: _some(casework.newest(s, who), w.case)),
        (Http("GET", C + "/cases/{case}"), Http("GET", "/api/v1/cases/{case}")), hidden=("casework.case_not_found",),
    ),
    "casework.certificate.open": Case(
        (lambda s, who, w: certificates.certificate_of(s, who, w.certificate), lambda s, who, w: _some(certificates.find_certificates(s, who, ""), w.certificate)),
        (Http("GET", C + "/certificates/{certificate}"),), hidden=("casework.certificate_not_found",),
    ),
    "casework.certificate.change": Case(
        (_change("suspend"), _change("revoke"), lambda s, who, w: certificates.replace_with(s, who, w.certificate, {}, " ")),
        (Http("POST", C + "/certificates/{certificate}/suspend", {"reason": ""}),), then=("casework.reason_missing",), hidden=("casework.certificate_not_found",),
    ),
    "casework.risk.open": Case((lambda s, who, w: officers.risk_desk(s, who, referred=True),), (Http("GET", C + "/risk"),), then=("risk.no_policy",)),
    "casework.risk.record": Case(
        (lambda s, who, w: officers.record_risk_finding(s, who, w.case, True),), (Http("POST", C + "/risk/{case}/finding", {"what": "shell"}),),
        then=("risk.no_policy",),
    ),
    "casework.risk.train": Case((lambda s, who, w: officers.train_risk_model(s, who),), (Http("POST", C + "/risk/train", {}),), then=("risk.no_policy",)),
    "casework.risk.approve": Case(
        (lambda s, who, w: officers.approve_risk_model(s, who, "none"),), (Http("POST", C + "/risk/approve", {"version": "none"}),), then=("risk.no_policy",)
    ),
    "casework.fault.read": Case((lambda s, who, w: open_faults(s, who),), (Http("GET", C + "/faults"),)),
    "casework.fault.mend": Case(
        (lambda s, who, w: close_fault(s, who, w.fault),), (Http("POST", C + "/faults/again", {}), Http("POST", C + "/faults/none/close", {}))
    ),
    "casework.figures.read": Case((lambda s, who, w: officers.cases_by_state(s, who) != {},), (Http("GET", C + "/overview"),)),
    "exchange.health.read": Case((_page(exchange_acts.READ_HEALTH),), (Http("GET", C + "/agencies"), Http("GET", "/api/v1/agencies/health"))),
    "exchange.message.read": Case((_page(exchange_acts.READ_MESSAGES),)),
    "exchange.robot.read": Case(
        (lambda s, who, w: robots.run_of(s, who, w.robot_run), lambda s, who, w: _some(robots.runs(s, who), w.robot_run)),
        (Http("GET", C + "/robots/{robot_run}"),), hidden=("core.not_found",),
    ),
    "exchange.robot.pictures": Case(
        (lambda s, who, w: robots.picture_of(s, who, w.robot_run, 0),), (Http("GET", C + "/robots/{robot_run}/pictures/0"),), hidden=("core.not_found",), then=("core.not_found",)
    ),
    "oversight.act.read": Case((lambda s, who, w: oversight.search(s, who),), (Http("GET", C + "/acts"),)),
    "oversight.look.read": Case((_page(oversight_acts.READ_LOOKS),), (Http("GET", C + "/people"), Http("GET", C + "/log"))),
    "payments.suspense.resolve": Case((lambda s, who, w: payments.resolve(s, who, w.suspense, How.PURSE, "利息", purse="p"),)),
    "payments.purse.appropriate": Case((lambda s, who, w: payments.appropriate(s, "p", 100, "doc-1", who),)),
    "policy.regulation.read": Case(
        (lambda s, who, w: knowledge.documents(s, who), lambda s, who, w: knowledge.document(s, who, w.regulation)),
        (Http("GET", P), Http("GET", P + "/{regulation}"), Http("GET", P + "/conflicts")),
    ),
    "policy.regulation.add": Case((lambda s, who, w: knowledge.add_document(s, who, LAW.replace("试行", "暂行"), "x.md"),), (Http("POST", P, {}),)),
    "policy.clause.read": Case((lambda s, who, w: knowledge.clause_version(s, who, w.clause_draft),), (Http("GET", P + "/clauses/{clause_draft}"),)),
    "policy.clause.draft": Case(
        (
            lambda s, who, w: knowledge.start_clause(s, who, clause("matrix-new", budget=None), RULES), lambda s, who, w: knowledge.start_clause(s, who, clause("matrix-b"), RULES),
            _draft_of, lambda s, who, w: knowledge.submit_clause(s, who, w.clause_draft),
        ),
        (Http("POST", P + "/clauses/{clause_draft}", {"action": "submit", "lock": "99", "rules": "x", "agency": OWNER[OTHER]}), Http("POST", B + "/clauses/graduates/draft", {})),
    ),
    "policy.budget.set": Case((_budget, lambda s, who, w: knowledge.start_clause(s, who, clause("matrix-rich"), RULES)),),
    "policy.clause.approve": Case(
        (lambda s, who, w: knowledge.approve_clause(s, who, w.clause_submitted), lambda s, who, w: knowledge.reject_clause(s, who, w.clause_submitted, "再改")),
        (Http("POST", P + "/clauses/{clause_submitted}", {"action": "approve", "live_from": "x"}),),
    ),
    "policy.figures.read": Case((_page(policy_acts.FIGURES, benefits.city_scope),), (Http("GET", B),)),
    "policy.scenario.keep": Case((_keep_scenario,), (Http("POST", B + "/clauses/none", {"name": "x"}),)),
    "policy.suggestion.read": Case((lambda s, who, w: _some(feedback.listing(s, who), w.suggestion),), (Http("GET", B + "/suggestions"),)),
    "policy.suggestion.answer": Case(
        (lambda s, who, w: feedback.answer(s, who, [w.suggestion], "answered", "已记录"), lambda s, who, w: feedback.pass_on(s, who, [w.suggestion], "tax", ["tax"])),
        (Http("POST", B + "/suggestions", {"id": "{suggestion}", "action": "answer", "state": "answered", "words": ""}),),
    ),
    "policy.award.read": Case((lambda s, who, w: _some(benefits.in_state(s, who, benefits.AwardState.OVERPAID), w.award),)),
    "policy.award.decide": Case(
        (lambda s, who, w: benefits.keep(s, who, w.award, "已另案处理"), lambda s, who, w: benefits.claim_back(s, who, w.award, "更正")),
        (Http("POST", B + "/overpaid/{award}", {"decision": "keep", "words": ""}),),
    ),
    "rules.version.read": Case(
        (lambda s, who, w: rulebook.version_of(s, who, w.entry, w.rule_draft), lambda s, who, w: _some(rulebook.history(s, who, w.entry), w.rule_draft)),
        (Http("GET", C + "/rules/{slug}/v/{rule_draft}"), Http("GET", R + "/versions/{rule_draft}")),
    ),
    "rules.version.draft": Case(
        (_rules("start"), _rules("save"), _rules("submit"), _rules("roll_back")),
        (
            Http("POST", C + "/rules/{slug}/draft", {"reason": "x"}), Http("POST", C + "/rules/{slug}/v/{rule_draft}", {"do": "save", "lock": "99"}),
            Http("POST", C + "/rules/{slug}/roll-back", {"number": "0", "reason": ""}), Http("POST", R + "/versions", json={}),
            Http("PUT", R + "/versions/{rule_draft}", json={"content": "x", "lock": 99}), Http("POST", R + "/roll-back", json={"number": 0, "reason": ""}),
        ),
    ),
    "rules.version.approve": Case(
        (
            lambda s, who, w: rulebook.approve(s, who, w.entry, w.rule_submitted, "", (now() + timedelta(days=1)).date()),
            lambda s, who, w: rulebook.reject(s, who, w.entry, w.rule_submitted, "再改"),
        ),
        (
            Http("POST", C + "/rules/{slug}/v/{rule_submitted}/decide", {"decision": "reject", "reason": ""}),
            Http("POST", R + "/versions/{rule_submitted}/reject", json={"reason": ""}),
        ),
    ),
    "rules.library.read": Case(
        (lambda s, who, w: rulebook.read_rights(who, get_city()), lambda s, who, w: rulebook.history(s, who, w.entry)),
        (Http("GET", C + "/rules"), Http("GET", C + "/rules/{slug}"), Http("GET", "/api/v1/rules"), Http("GET", R), Http("POST", R + "/check", json={"content": "x"})),
    ),
    "subjects.profile.deliver": Case(
        (lambda s, who, w: profiles.deliver(s, who, w.spec, OWNER[OTHER], [], city=benefits.policy_city()),),
        (Http("POST", f"/api/v1/profiles/{OWNER[OTHER]}/deliveries", json={"rows": []}),),
    ),
    "subjects.dispute.read": Case((lambda s, who, w: _some(profiles.disputes_at(s, who, benefits.policy_city()), w.dispute),), (Http("GET", B + "/disputes"),)),
    "subjects.dispute.answer": Case(
        (lambda s, who, w: profiles.answer_dispute(s, who, w.dispute, corrected=False, answer="核对无误", city=benefits.policy_city()),),
        (Http("POST", B + "/disputes/{dispute}", {"decision": "upheld", "words": "核对无误"}),),
    ),
    "webhooks.subscription.read": Case(
        (lambda s, who, w: webhooks.find(s, who, w.webhook), lambda s, who, w: _some(webhooks.listing(s, who), w.webhook)),
        (Http("GET", "/api/v1/webhooks/{webhook}"), Http("GET", "/api/v1/webhooks/{webhook}/deliveries")), hidden=("webhooks.not_found",),
    ),
    "webhooks.subscription.manage": Case(
        (
            lambda s, who, w: webhooks.add(s, who, "https://a.example.org/x", ["*"], agency=OWNER[HOME]), lambda s, who, w: webhooks.pause(s, who, w.webhook),
            lambda s, who, w: webhooks.rotate(s, who, w.webhook), lambda s, who, w: webhooks.remove(s, who, w.webhook), lambda s, who, w: webhooks.send_test(s, who, w.webhook),
        ),
        (
            Http("POST", "/api/v1/webhooks/{webhook}/pause"), Http("POST", "/api/v1/webhooks/{webhook}/resume"), Http("POST", "/api/v1/webhooks/{webhook}/test"),
            Http("POST", "/api/v1/webhooks/{webhook}/secret"),
        ), hidden=("webhooks.not_found",),
    ),
    "webhooks.subscription.details": Case(
        (lambda s, who, w: webhooks.add(s, who, "https://a.example.org/x", ["*"], agency=OWNER[HOME], with_data=True),),
        (Http("POST", "/api/v1/webhooks", json={"url": "https://a.example.org/y", "types": ["*"], "agency": OWNER[HOME], "with_data": True}),),
    ),
}  # fmt: skip
