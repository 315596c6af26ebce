"""The families, read from `data/*/*.yaml` once. Those left out are only given when asked for by that word."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

from onething.core.plain_yaml import load_yaml
from onething.sandbox.studio.families.models import Family, Page
from onething.sandbox.studio.families.press import rendered


class LeftOutError(ValueError):
    """A left-out family was to be rendered without being asked for by that word."""


@lru_cache(maxsize=1)
def _every() -> dict[str, Family]:
    out: dict[str, Family] = {}
    root = files("onething.sandbox.studio.families").joinpath("data")
    found = [file for room in root.iterdir() if room.is_dir() for file in room.iterdir() if file.name.endswith(".yaml")]
    for file in sorted(found, key=lambda path: path.name):
        for kind, families in load_yaml(file.read_text(encoding="utf-8")).items():
            for data in families:
                family = _family(kind, data)
                if family.id in out:
                    raise ValueError(f"two families {family.id}")
                out[family.id] = family
    return out


def _family(kind: str, data: dict[str, Any]) -> Family:
    width, height = data["paper"]
    extra = {name: data[name] for name in ("sheet", "mark") if name in data}
    return Family(
        id=f"{kind}/{data['id']}", kind=kind, about=data["about"], held_out=bool(data.get("held_out", False)),
        paper=(float(width), float(height)), px=float(data["px"]), record={"kind": kind, **data.get("with", {})},
        label=data.get("label", {}), value=data.get("value", {}), draw=data["draw"], after=data.get("after", {}), **extra,
    )  # fmt: skip


def kinds() -> tuple[str, ...]:
    """Every kind of paper that has families."""
    return tuple(dict.fromkeys(family.kind for family in _every().values()))


def families(kind: str = "", held_out: bool = False) -> tuple[Family, ...]:
    """The families of a kind (or of all), without those left out; with `held_out` only those left out."""
    return tuple(f for f in _every().values() if f.held_out == held_out and kind in ("", f.kind))


def family(id: str) -> Family:  # noqa: A002 - the word everybody uses here
    """Raises KeyError."""
    return _every()[id]


def page(id: str, seed: int = 0, *, held_out: bool = False) -> Page:  # noqa: A002
    """One flat page. Raises `LeftOutError` for a left-out family where `held_out` is not said."""
    chosen = family(id)
    if chosen.held_out and not held_out:
        raise LeftOutError(f"{id} is kept out of tuning: say held_out to render it")
    return rendered(chosen, seed)
