"""Whether an address leads to a door: a city or district alone is where nobody can be found."""

import re

from onething.documents.text.addresses import LONGEST, take_apart
from onething.documents.text.divisions import Divisions
from onething.documents.text.writing import even

_NUMBERED = re.compile(r"[0-9]|[甲乙丙丁一二三四五六七八九十百零〇两]+(?:号|弄|巷|栋|幢|座|组|队|室|楼|单元|层)")


def leads_to_a_door(text: str, divisions: Divisions) -> bool:
    """A number, building or room below the district, or a village: what a letter needs. Wording that cannot be taken apart is
    taken where a number stands in it."""
    written = even(text)[:LONGEST]
    parts, end = take_apart(written, divisions)
    if parts.number or parts.lane or parts.building or parts.room or parts.village:
        return True
    left = written
    for place in (parts.province, parts.city, parts.district, parts.street):
        left = left.replace(place, "", 1) if place else left
    return bool(_NUMBERED.search(left) or _NUMBERED.search(written[end:]))
