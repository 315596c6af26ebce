"""Articles of association: is everything there that the law wants, and does it agree with the form? (公司法 第四十六条)"""

import re
import unicodedata
from typing import Any, cast

from onething.review.checking.registry import Given, component

_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?)"
_CAPITAL = re.compile(rf"注册资本[^0-9。;]{{0,20}}?{_NUMBER}\s*(万)?\s*元")
_SHARE = re.compile(rf"{_NUMBER}\s*(万)?\s*元")


def amount(number: str, unit: str | None) -> float:
    return float(number.replace(",", "")) * (10_000 if unit else 1)


@component(
    "articles",
    takes="text name address capital scope founders representative",
    finds="missing differing capital characters",
    options="headings labels",
)
def articles(given: Given) -> dict[str, Any]:
    """`text` with the `headings` the law wants (option: name → words, of which one must stand there), and the form's
    `name`, `address`, `capital`, `scope`, `founders` (rows) and `representative`. Of the scope every phrase has to stand there."""
    text = unicodedata.normalize("NFKC", given.text("text"))
    squeezed = re.sub(r"\s+", "", text)
    headings: dict[str, list[str]] = given.options.get("headings", {})
    missing = [name for name, words in headings.items() if not any(word in squeezed for word in words)]
    differing: list[str] = []
    for label in ("name", "address", "representative"):
        value = re.sub(r"\s+", "", unicodedata.normalize("NFKC", given.text(label)))
        if value and value not in squeezed:
            differing.append(str(given.options.get("labels", {}).get(label, label)))
    if any(phrase not in squeezed for phrase in _phrases(given.text("scope"))):
        differing.append(str(given.options.get("labels", {}).get("scope", "scope")))
    capital = _CAPITAL.search(squeezed)
    stated = amount(capital[1], capital[2]) if capital else None
    if (
        stated is not None
        and given.params.get("capital") is not None
        and abs(stated - float(given.text("capital"))) > 0.005
    ):
        differing.append("注册资本")
    differing += _founders(squeezed, given.params.get("founders"))
    return {
        "missing": missing,
        "differing": list(dict.fromkeys(differing)),
        "capital": stated,
        "characters": len(squeezed),
    }


def _phrases(scope: str) -> list[str]:
    """Split where phrases end only: a comma or 、 may stand inside one (广告设计、代理)."""
    squeezed = re.sub(r"\s+", "", unicodedata.normalize("NFKC", scope))
    return [phrase for phrase in re.split(r"[;。]", squeezed) if phrase]


def _founders(text: str, founders: Any) -> list[str]:
    """Shareholders whose name is not in the articles or stands beside another amount."""
    wrong: list[str] = []
    for row in cast("list[dict[str, Any]]", founders) if isinstance(founders, list) else []:
        name = str(row.get("name", ""))
        written = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))  # a name of several words, as the text has it
        places = [found.end() for found in re.finditer(re.escape(written), text)] if written else []
        if not places:
            wrong.append(name or "股东")
            continue
        want = float(row.get("amount") or 0)
        stated = [amount(hit[1], hit[2]) for place in places if (hit := _SHARE.search(text[place : place + 60]))]
        if stated and all(abs(each - want) > 0.005 for each in stated):
            wrong.append(f"{name}的出资额")
    return wrong
