"""The template environment: everything escaped, an unknown name is an error, words come from the message files."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from onething.catalog.models import Contact
from onething.catalog.service import get_city
from onething.core.errors import Problem
from onething.core.i18n import Lang, Text
from onething.core.tracing import traceparent
from onething.web.http import formats, icons, messages
from onething.web.http.assets import Assets
from onething.web.http.console_menu import console_menu
from onething.web.http.paper_input import issuers, paper_parts

FOLDER = Path(__file__).parents[1] / "templates"


@lru_cache(maxsize=1)
def get_assets() -> Assets:
    return Assets()


def _lang(context: Context) -> Lang:
    return context["page"].lang


@pass_context
def _t(context: Context, key: str, /, **values: Any) -> str:
    words = {name: _say(context, value) if isinstance(value, Text) else value for name, value in values.items()}
    return messages.say(_lang(context), key, **words)


@pass_context
def _say(context: Context, text: Text | str | None) -> str:
    if text is None:
        return ""
    if isinstance(text, str):
        return text
    return formats.typeset(text.zh) if _lang(context) == "zh" else text.en


def _contact() -> Contact | None:
    """Where people turn in this city; None where it says nothing, or its package is broken: a page of errors shows all the
    same."""
    try:
        return get_city().contact
    except Problem:
        return None


def _in_language(function: Any) -> Any:
    @pass_context
    def shown(context: Context, value: Any) -> str:
        return function(value, _lang(context))

    return shown


@lru_cache(maxsize=1)
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    env.globals |= {
        "traceparent": traceparent,
        "t": _t,
        "icon": icons.icon,
        "mark": Markup(icons.MARK),  # noqa: S704 - a constant of ours
        "asset": get_assets().url,
        "console_menu": console_menu,
        "city_contact": _contact,
        "paper_parts": paper_parts,
        "paper_issuers": issuers,
    }
    env.filters |= {
        "say": _say,
        "day": _in_language(formats.day),
        "moment": _in_language(formats.moment),
        "short_day": _in_language(formats.short_day),
        "duration": _in_language(formats.length),
        "money": _in_language(formats.money),
        "yuan": _in_language(formats.yuan),
        "masked_id": formats.masked_id,
    }
    return env


def render(template: str, **values: Any) -> str:
    """The template as text. `page` must be among the values."""
    return environment().get_template(template).render(**values)


def component(page: Any, macro: str, /, *args: Any) -> Markup:
    """One component of `components/ui.html` made in Python, for example the origin in a row."""
    module: Any = environment().get_template("components/ui.html").make_module({"page": page})
    return getattr(module, macro)(*args)
