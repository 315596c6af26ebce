"""The pages, one module an area; each has a `router`."""

from fastapi import APIRouter

from onething.web.pages.case import asked_about_me, case, checks, licence_library, me, supplement
from onething.web.pages.company import home as company
from onething.web.pages.company import profile, sandbox
from onething.web.pages.console import certificates, inbox, papers, risk, robots
from onething.web.pages.filing import agencies, guided_form, overview, photographs, questions, signing
from onething.web.pages.policy import city_view, regulations, suggestions, what_if
from onething.web.pages.public import advice, home, life_events, shown, styleguide, verify
from onething.web.pages.rules import editor, rulesets, trials


def routers() -> list[APIRouter]:
    """All page routers, in the order they are tried."""
    modules = (
        home, life_events, photographs, agencies, questions, guided_form, signing, checks, overview, advice, asked_about_me, licence_library, shown, sandbox, profile, company, city_view, what_if, suggestions, me, supplement, case, regulations, robots, rulesets, editor, trials, inbox, certificates, papers, risk, verify, styleguide,
    )  # fmt: skip
    return [verify.open_router, signing.invited, *(module.router for module in modules)]
