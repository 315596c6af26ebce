"""What is proposed to a question: from other facts, from the city's trades, or a text drafted from a template.

A proposal counts only once the applicant sends it as her answer.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from onething.catalog.models import City, LifeEvent, Question
from onething.catalog.service import file_of
from onething.catalog.trades.service import PhraseOffer, brought_about, joined, phrase_offer
from onething.core.clock import today
from onething.core.i18n import Text
from onething.planning.service import evaluate, holds_so_far

Known = Mapping[str, Mapping[str, Any]]
_PLACE = re.compile(r"\{([^{}]+)\}")


def proposal(city: City, event: LifeEvent, question: Question, facts: Known) -> Any:
    """The proposed answer, None while it cannot be told."""
    if question.default:
        return evaluate(question.default, facts, today())
    if question.default_of == "phrases":
        trade = city.trades.trade(_chosen_trade(facts))
        return joined(trade.phrases) if trade and trade.phrases else None
    return drafted(city, event, question.draft, facts) if question.draft else None


def phrases(city: City, question: Question, facts: Known, value: Any) -> PhraseOffer | None:
    """The standard phrases from which the answer is chosen; None for a question that is answered otherwise."""
    if question.default_of != "phrases":
        return None
    return phrase_offer(
        city.trades,
        value if isinstance(value, str) else "",
        city.trades.trade(_chosen_trade(facts)),
        brought_about(city),
    )


def choices(city: City, question: Question, facts: Known) -> Iterator[tuple[str, Text]]:
    """Choices from the city's trades."""
    if question.options_of == "trades":
        for trade in city.trades.trades:
            if trade.name_words:  # a company's name says its trade; what has no word for that cannot be the main one
                yield trade.id, trade.name
    elif question.options_of == "trade_words":
        trade = city.trades.trade(_chosen_trade(facts))
        words = trade.name_words if trade else ()
        yield from ((word, Text.same(word)) for word in words)


def on_offer(city: City, event: LifeEvent, question: Question, facts: Known, value: Any) -> bool:
    """Whether a choice that was made is still among the choices, where these depend on other facts.

    What was never on offer is a wrong value like others, and not spoken of here.
    """
    if question.options_from:
        listed = evaluate(question.options_from, facts, today())
        rows = cast("list[Any]", listed) if isinstance(listed, list) else []
        return any(
            isinstance(row, dict) and str(cast("dict[str, Any]", row).get("value")) == str(value) for row in rows
        )
    if question.options_of == "trade_words":
        return any(word == str(value) for word, _ in choices(city, question, facts))
    same = (each for each in question.options if each.value == str(value))
    return all(holds_so_far(city, event, each.when, facts, today()) is not False for each in same)


def _chosen_trade(facts: Known) -> str:
    """The trade that was chosen, wherever the life event asks for it."""
    return next((str(fields["trade"]) for fields in facts.values() if fields.get("trade")), "")


@lru_cache(maxsize=64)
def _template(path: Path, changed: int) -> str:  # noqa: ARG001 - read again when the file has changed
    return path.read_text("utf-8")


def drafted(city: City, event: LifeEvent, name: str, facts: Known) -> str | None:
    """The text of a template with every place filled; None while one of them is not known."""
    path = file_of(city, f"{event.id}/{name}")
    parts, end = list[str](), 0
    text = _template(path, path.stat().st_mtime_ns)
    for place in _PLACE.finditer(text):
        value = evaluate(place[1].replace("\n", " "), facts, today())
        if value is None:
            return None
        parts += [text[end : place.start()], str(value)]
        end = place.end()
    return "".join([*parts, text[end:]]).strip()
