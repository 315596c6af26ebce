"""Who changes the main trade is not left with the phrases of the one given up, and loses nothing that was chosen."""

from pathlib import Path

import pytest

from onething.catalog.service import load_city
from onething.intake.filing.main_trade import scope_after

CITY = load_city(Path(__file__).parents[2] / "cities" / "shenzhen")
EVENT = next(event for event in CITY.life_events if event.id == "startup")


@pytest.mark.parametrize(("before", "given", "scope"), [
    ({"company.trade": "vape_shop", "scope.text": "电子烟零售"}, {"company.trade": "bubble_tea", "scope.text": "电子烟零售"}, "餐饮服务；食品销售"),
    ({"company.trade": "vape_shop", "scope.text": "电子烟零售；茶叶种植；卖茶"}, {"company.trade": "bubble_tea"}, "餐饮服务；食品销售；茶叶种植；卖茶"),
    ({"company.trade": "vape_shop"}, {"company.trade": "bubble_tea", "scope.text": "电子烟零售"}, "餐饮服务；食品销售"),
    ({"company.trade": "vape_shop", "scope.text": "电子烟零售"}, {"company.trade": "bubble_tea", "scope.text": "电子烟零售；餐饮服务"}, None),
    ({"company.trade": "vape_shop", "scope.text": "电子烟零售"}, {"company.trade": "vape_shop", "scope.text": "电子烟零售"}, None),
    ({}, {"company.trade": "bubble_tea"}, None), ({"company.trade": "vape_shop"}, {"scope.text": "餐饮服务"}, None),
])  # fmt: skip
def test_the_scope_follows_the_main_trade_and_keeps_what_was_chosen_besides(
    before: dict[str, str], given: dict[str, str], scope: str | None
) -> None:
    assert scope_after(CITY, EVENT, before, given) == ({} if scope is None else {"scope.text": scope})
