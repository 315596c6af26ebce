"""Whether a call of `onething`, written down somewhere, is one that can be made: its commands and options exist."""

import re
import shlex
from functools import cache
from typing import Any

import typer

from onething.host.cli import app

CALL = re.compile(r"(?<![\w/.-])(?:/opt/onething/bin/)?onething((?: +[^\s`|&;()#·]+)+)")


@cache
def _root() -> Any:
    return typer.main.get_command(app)


def problem_of(words: list[str]) -> str:
    """What is wrong with the words after `onething`; empty when nothing is."""
    known, place = _root(), 0
    while hasattr(known, "list_commands"):
        if place == len(words) or words[place].startswith("-"):
            break
        context = typer.Context(known, info_name="onething")
        found = known.get_command(context, words[place]) if words[place] in known.list_commands(context) else None
        if found is None:
            if known is _root() or not _takes_words(known):
                return f"there is no {' '.join(words[: place + 1])}"
            break
        known, place = found, place + 1
    options = {option for parameter in known.params for option in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [
        word for word in words[place:] if word.startswith("--") and word.split("=")[0] not in {*options, "--help"}
    ]
    return f"{' '.join(words[:place])} has no {unknown[0]}" if unknown else ""


def _takes_words(command: Any) -> bool:
    return any(parameter.param_type_name == "argument" for parameter in command.params)


def calls_in(text: str) -> list[list[str]]:
    """The calls in code blocks and code spans of a Markdown page."""
    blocks = re.findall(r"^ *```[a-z]*\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(
        r"`([^`\n]+(?:\n[^`\n]+)?)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL)
    )
    found: list[list[str]] = []
    for piece in [*blocks, *spans]:
        for line in piece.replace("\\\n", " ").splitlines():
            found += [_words(match) for match in CALL.findall(line.split(" #")[0])]
    return [words for words in found if words and re.fullmatch(r"[a-z-]+", words[0])]


def _words(text: str) -> list[str]:
    try:
        return [word.strip("'\"….,:") for word in shlex.split(text)]
    except ValueError:
        return [word.strip("'\"….,:") for word in text.split()]
