"""A map of a city with one tile for each district, placed roughly as the districts lie: no borders to draw, no tile too small to read.

The city's data says where each tile lies (`tile` of a value); a city without such places has no map and keeps its bars and table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onething.policy.fulfilment.service import District
from onething.subjects.profiles.models import Option

SIDE, GAP = 100, 6
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Tile:
    """One district: its place in pixels of the drawing, how many companies have their money of those that are entitled."""

    x: int
    y: int
    name: str
    paid: int
    reached: int
    level: int
    """0 where nobody is entitled, else 1 (few) to 5 (nearly all) by the share that has been paid."""

    @property
    def percent(self) -> int | None:
        return round(100 * self.paid / self.reached) if self.reached else None


@dataclass(frozen=True, slots=True)
class TileMap:
    """Tiles and the size of the drawing in pixels."""

    tiles: tuple[Tile, ...]
    width: int
    height: int


def tile_map(places: Iterable[Option], districts: Sequence[District], lang: str) -> TileMap | None:
    """Every place with a tile, also where no company is; None when the city declares no tiles."""
    by_code = {each.code: each for each in districts}
    tiles: list[Tile] = []
    for place in places:
        if place.tile is None:
            continue
        found = by_code.get(place.code)
        paid, reached = (found.paid, found.reached) if found else (0, 0)
        column, row = place.tile
        name = place.zh if lang == "zh" else place.en
        tiles.append(Tile(column * (SIDE + GAP), row * (SIDE + GAP), name, paid, reached, level_of(paid, reached)))
    if not tiles:
        return None
    return TileMap(tuple(tiles), max(t.x for t in tiles) + SIDE, max(t.y for t in tiles) + SIDE)


def level_of(paid: int, reached: int) -> int:
    """Fifths of the share paid; whoever is entitled counts at least as the first fifth."""
    return max(1, min(LEVELS, -(-paid * LEVELS // reached))) if reached else 0
