"""All acts of an installation, from the manifests of its rooms; and the page that lists them."""

from onething.core.access import Role
from onething.core.manifests.house import House, get_house
from onething.core.manifests.rooms import Room, load
from onething.core.rights.models import Act, Reach

_SHOWN = (Role.OFFICER, Role.ADMIN, Role.AUDITOR)
_MARKS = {Reach.AGENCY: "own agency", Reach.CITY: "own city", Reach.INSTALLATION: "serving city"}


def declared(house: House | None = None) -> dict[str, Act]:
    """Every act by name. Raises ValueError for one that two rooms declare, or that must be apart from an unknown one."""
    found: dict[str, Act] = {}
    for room, acts in by_room(house):
        for each in acts:
            if each.name in found:
                raise ValueError(f"{room.name} declares {each.name} again")
            found[each.name] = each
    for each in found.values():
        if unknown := set(each.apart_from) - found.keys():
            raise ValueError(f"{each.name} must be apart from unknown acts: {', '.join(sorted(unknown))}")
    return found


def by_room(house: House | None = None) -> list[tuple[Room, tuple[Act, ...]]]:
    """The rooms that declare acts, with them."""
    rooms = (house or get_house()).rooms
    return [(room, tuple(each for ref in room.acts for each in load(ref))) for room in rooms if room.acts]


def rights_page(house: House | None = None) -> str:
    """Acts × roles as Markdown, from the manifests."""
    declared(house)
    lines = [
        "# Rights", "",
        "Every act that only officials may do, by room (`<room>/acts.py`), and the scope in which each role may. Applicants may do none of",
        "them: what is theirs is theirs by being the owner. The system (workers, and the operator of the machine at its command line) may do",
        "all of them and is logged. *Own agency*: of one of her own agencies, in her own cities. *Own city*: of any agency of her cities.",
        "*Serving city*: the installation as a whole, for officials of the city that it serves. See [0061](../decisions/0061-rights-by-city-agency-and-act.md).",
    ]  # fmt: skip
    for room, acts in by_room(house):
        lines += ["", f"## {room.name}", "", "| act | what | officer | administrator | auditor | not who did |", "|---|---|---|---|---|---|"]  # fmt: skip
        lines += [_line(each) for each in acts]
    return "\n".join(lines) + "\n"


def _line(each: Act) -> str:
    cells = [_where(each, role) for role in _SHOWN]
    apart = ", ".join(f"`{name}`" for name in each.apart_from) or "–"
    return f"| `{each.name}` | {each.says.zh}<br>{each.says.en} | {' | '.join(cells)} | {apart} |"


def _where(each: Act, role: Role) -> str:
    if role not in each.roles:
        return "–"
    reach = Reach.CITY if each.reach is Reach.AGENCY and role is not Role.OFFICER else each.reach
    return _MARKS[reach]
