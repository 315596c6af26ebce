"""The take-up map: every district of the city's data where it lies, also where nobody is entitled."""

import pytest

from onething.policy.fulfilment.figures import District
from onething.subjects.profiles.models import Option
from onething.web.view.tile_map import SIDE, level_of, tile_map

PLACES = (
    Option(code="A", zh="甲区", en="East", tile=(1, 0)),
    Option(code="B", zh="乙县", en="West", tile=(0, 1)),
    Option(code="C", zh="其他", en="Elsewhere"),
)


def test_every_place_has_a_tile_where_it_lies() -> None:
    drawn = tile_map(PLACES, [District("A", 40, 20, 15, 100.0), District("C", 3, 3, 3, 1.0)], "zh")
    assert drawn is not None
    east, west = drawn.tiles
    assert (east.name, east.percent, east.level) == ("甲区", 75, 4)
    assert (west.name, west.percent, west.level) == ("乙县", None, 0)
    assert east.x > west.x
    assert east.y < west.y
    assert (drawn.width, drawn.height) == (east.x + SIDE, west.y + SIDE)
    again = tile_map(PLACES, [], "en")
    assert again is not None
    assert [tile.name for tile in again.tiles] == ["East", "West"]


def test_a_city_without_places_has_no_map() -> None:
    assert tile_map(PLACES[2:], [District("C", 3, 3, 3, 1.0)], "zh") is None


@pytest.mark.parametrize(("paid", "reached", "level"), [(0, 0, 0), (0, 9, 1), (1, 100, 1), (2, 10, 1), (3, 10, 2), (99, 100, 5), (7, 7, 5)])  # fmt: skip
def test_shades_are_fifths(paid: int, reached: int, level: int) -> None:
    assert level_of(paid, reached) == level
