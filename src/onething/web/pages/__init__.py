"""The pages, one module an area; each has a `router`."""

from fastapi import APIRouter

from onething.web.pages import (
    advice,
    asked,
    benefits_city,
    benefits_say,
    benefits_whatif,
    case,
    checks,
    company,
    company_profile,
    company_try,
    console,
    console_licences,
    console_papers,
    console_risk,
    events,
    filing,
    filing_agencies,
    filing_answers,
    filing_documents,
    filing_form,
    filing_sign,
    home,
    licences,
    me,
    policy_desk,
    robots,
    rules,
    rules_edit,
    rules_try,
    shown,
    styleguide,
    supplement,
    verify,
)


def routers() -> list[APIRouter]:
    """All page routers, in the order they are tried."""
    modules = (
        home, events, filing_documents, filing_agencies, filing_answers, filing_form, filing_sign, checks, filing, advice, asked, licences, shown, company_try, company_profile, company, benefits_city, benefits_whatif, benefits_say, me, supplement, case, policy_desk, robots, rules, rules_edit, rules_try, console, console_licences, console_papers, console_risk, verify, styleguide,
    )  # fmt: skip
    return [verify.open_router, filing_sign.invited, *(module.router for module in modules)]
