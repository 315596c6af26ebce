"""The pages, one module an area; each has a `router`."""

from fastapi import APIRouter

from onething.web.pages import (
    asked,
    case,
    console,
    events,
    filing,
    filing_agencies,
    filing_answers,
    filing_documents,
    home,
    licences,
    me,
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
        home, events, filing_documents, filing_agencies, filing_answers, filing, asked, licences, shown, me, supplement, case, robots, rules, rules_edit, rules_try, console, verify, styleguide,
    )  # fmt: skip
    return [verify.open_router, *(module.router for module in modules)]
