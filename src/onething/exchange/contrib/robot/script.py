"""A robot's script: page objects, signs to heed, procedures. YAML of the city package, checked when it is loaded.

A *page object* names the elements of one page, each with several ways to find it, so that a changed label alone stops
nobody. A *procedure* says how to look for a case (`find`), enter it (`enter`), open what is there (`open`), which values
must read back the same (`check`), how to submit (`submit`) and what to bring home (`result`).
"""

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from onething.core.i18n import Text
from onething.core.plain_yaml import load_yaml


class ScriptError(ValueError):
    """The script cannot be played; says where it is wrong."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Element(_Model):
    """How a thing on the page is found, best first: by its label or words, its technical name, a CSS selector."""

    label: str = ""
    """What is printed beside a field."""
    words: str = ""
    """What is printed on a button or link."""
    name: str = ""
    css: str = ""
    kind: Literal["text", "choice", "date", "date_parts", "button", "shown"] = "text"
    format: str = ""
    """How a date is written, as strptime has it: `%Y年%m月%d日`."""
    parts: tuple[str, ...] = ()
    """Technical names of year, month and day where a date has three fields."""

    @model_validator(mode="after")
    def _findable(self) -> "Element":
        if not (self.label or self.words or self.name or self.css or self.parts):
            raise ValueError("an element needs a label, words, a name, a css selector or parts")
        if self.kind == "date_parts" and len(self.parts) != 3:
            raise ValueError("date_parts needs the names of year, month and day")
        return self


class PageObject(_Model):
    """One page or frame of their system."""

    path: str = ""
    frame: str = ""
    """Name of the frame it is shown in; empty for a page of its own."""
    elements: dict[str, Element] = Field(default_factory=dict[str, Element])


class Sign(_Model):
    """Words that may stand on any page, and what they mean."""

    text: str
    means: Literal["away", "signed_out", "refused"]
    wait: float = 60.0
    """Seconds until it is worth trying again, for `away`."""


Place = Annotated[str, Field(pattern=r"^[a-z_]\w*\.[a-z_]\w*$")]
"""`page.element`."""


def _one_verb(value: Any) -> Any:
    if isinstance(value, dict) and len(value) != 1:  # pyright: ignore[reportUnknownArgumentType]
        raise ValueError("a step is one verb: open, click, press, fill, expect or read")
    return value  # pyright: ignore[reportUnknownVariableType]


class Step(_Model):
    """One thing a clerk would do. Exactly one of the verbs is set."""

    open: str | None = None
    """A page object whose `path` is opened."""
    click: Place | None = None
    press: Place | None = None
    """Like click, but only if it is there: a modal that comes up now and then."""
    fill: dict[Place, str] | None = None
    """Element → field of the request, `=constant`, `$reference`, `$user` or `$password`."""
    expect: Place | None = None


class Procedure(_Model):
    """One operation. Without `enter` it only looks something up."""

    find: tuple[Annotated[Step, BeforeValidator(_one_verb)], ...]
    found: Place
    """What is there when the case (or record) is."""
    filed: Place | None = None
    """What is there only when it was submitted; a draft lacks it."""
    enter: tuple[Annotated[Step, BeforeValidator(_one_verb)], ...] = ()
    open: tuple[Annotated[Step, BeforeValidator(_one_verb)], ...] = ()
    """From the result of `find` to the record."""
    check: dict[Place, str] = Field(default_factory=dict[Place, str])
    """Element → field of the request that must stand there."""
    submit: tuple[Annotated[Step, BeforeValidator(_one_verb)], ...] = ()
    result: dict[str, Place] = Field(default_factory=dict[str, Place])
    """Name in the answer → element of the found record."""

    @model_validator(mode="after")
    def _whole(self) -> "Procedure":
        if self.enter and not (self.check and self.submit and self.filed):
            raise ValueError("a procedure that enters something needs check, submit and filed")
        return self


class Script(_Model):
    """Everything a robot knows about one old system."""

    robot: Literal[1]
    name: Text
    pages: dict[str, PageObject]
    signs: tuple[Sign, ...] = ()
    sign_in: tuple[Annotated[Step, BeforeValidator(_one_verb)], ...]
    procedures: dict[str, Procedure]

    @model_validator(mode="after")
    def _known(self) -> "Script":
        for place in self._places():
            self.element(place)
        return self

    def _places(self) -> list[str]:
        steps = [*self.sign_in]
        found: list[str] = []
        for each in self.procedures.values():
            steps += [*each.find, *each.enter, *each.open, *each.submit]
            found += [each.found, *each.check, *each.result.values(), *([each.filed] if each.filed else [])]
        for step in steps:
            found += [*(step.fill or {}), *(place for place in (step.click, step.press, step.expect) if place)]
            if step.open and step.open not in self.pages:
                raise ValueError(f"there is no page {step.open!r}")
        return found

    def element(self, place: str) -> tuple[PageObject, Element]:
        """The page and element of `page.element`; raises ValueError naming what is not there."""
        page, _, name = place.partition(".")
        if page not in self.pages:
            raise ValueError(f"there is no page {page!r}")
        if name not in self.pages[page].elements:
            raise ValueError(f"page {page!r} has no element {name!r}")
        return self.pages[page], self.pages[page].elements[name]


def load_script(path: Path) -> Script:
    """Read a script; raises `ScriptError` that names the file and the place."""
    try:
        return Script.model_validate(load_yaml(path.read_text("utf-8")))
    except FileNotFoundError:
        raise ScriptError(f"{path.name}: there is no such robot script") from None
    except yaml.YAMLError as error:
        raise ScriptError(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise ScriptError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
