"""Asking for a right within an installation, whose settings say which city it serves."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import ColumnElement

from onething.core.access import Principal
from onething.core.city_folders import city_folder
from onething.core.i18n import Text
from onething.core.logs import get_logger
from onething.core.plain_yaml import load_yaml
from onething.core.rights import deciding
from onething.core.rights.models import Act, Decision, Scope

log = get_logger("rights")


def home() -> str:
    """Id of the city that this installation serves."""
    return city_id()


def city_id(city: str = "") -> str:
    """The id that a city's package gives itself; its folder's name where it says none. Default: the one that is served."""
    return str(_said_of(city_folder(city)).get("id") or city_folder(city).name)


@lru_cache(maxsize=16)
def _said_of(folder: Path) -> dict[str, Any]:
    """What a package says of its city; nothing where it cannot be read."""
    try:
        said: object = load_yaml((folder / "city.yaml").read_text(encoding="utf-8-sig"))
    except OSError:
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _city_name(city: str, ours: str) -> Text | None:
    """How a city is called: its own package's words, in the folder that is served or in the one of its id."""
    said: object = _said_of(city_folder("" if city == ours else city)).get("name")
    named = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    return Text(zh=str(named["zh"]), en=str(named["en"])) if named.keys() == {"zh", "en"} else None


def away_words(agency: str) -> Text | None:
    """Of an official of another city, as the log names her agency (`hangzhou/tax`): the city in words and the agency's id; None for
    an agency of the city that is served."""
    city, _, rest = agency.rpartition("/")
    if not city:
        return None
    named = _city_name(city, home()) or Text.same(city)
    return named if rest == "-" else Text(zh=f"{named.zh} {rest}", en=f"{named.en} {rest}")


def scope_of(
    *agencies: str,
    city: str = "",
    named: Text | Callable[[], Text] | None = None,
    done: Mapping[str, Collection[str]] | None = None,
) -> Scope:
    """What belongs to these agencies of a city, the installation's own unless another is named."""
    ours = home()
    here = city or ours
    return Scope(
        city=here, own=here == ours, city_named=_city_name(here, ours), agencies=tuple(each for each in agencies if each), named=named, done=done or {}
    )  # fmt: skip


def require(principal: Principal, act: Act, scope: Scope | None = None) -> None:
    """Raises the reason why not (`rights.other_role | other_agency | other_city | not_granted | same_person`). Without a scope the
    act must be hers for the city as a whole."""
    _raise(principal, act, deciding.may(principal, act, scope or scope_of()))


def require_somewhere(principal: Principal, act: Act) -> None:
    """Raises the reason when there is nothing at all to which she may do this."""
    _raise(principal, act, somewhere(principal, act))


def somewhere(principal: Principal, act: Act) -> Decision:
    ours = home()
    scope = deciding.widest(principal, act, ours)
    return deciding.may(principal, act, replace(scope, city_named=_city_name(scope.city, ours)))


def rows(principal: Principal, act: Act, *, city: Any = None, agency: Any = None) -> ColumnElement[bool]:
    """Condition on rows to which she may do this act. `agency` is their column; `city` theirs too, or the id of the city that all are of
    (default: that of the installation)."""
    return deciding.condition(principal, act, home(), city=city, agency=agency)


def _raise(principal: Principal, act: Act, decision: Decision) -> None:
    if decision.reason is not None:
        log.warning("a right was refused", act=act.name, who=principal.actor, code=decision.reason.kind.code)
        raise decision.reason
