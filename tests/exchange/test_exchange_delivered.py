"""Agencies that deliver: files in a folder and feeds of changes; nothing damaged, half, stale or re-ordered is ever an answer."""

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from exchange_world import FATHER, MOTHER, PAYMENT, RESIDENT, about, agency, citizen, make_city

from onething.catalog.models import City, Gateway, Operation
from onething.core.db import Database
from onething.core.i18n import Text
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Call, Outcome
from onething.exchange.service import Exchange

ANY = Text(zh="某", en="some")
HEAD = "sfzh,xm,xb,csrq"


def delivered_city(adapter: str, url: str, **options: str) -> City:
    city = make_city("")
    resident = Operation(
        id="resident", name=ANY, path="/feed" if adapter == "change_feed" else "resident", gives="resident",
        request={"sfzh": "id_number"}, formats={"sex": "codes:sex", "birth_date": "date:%Y%m%d"},
        response={"id_number": "sfzh", "name": "xm", "sex": "xb", "birth_date": "csrq"},
    )  # fmt: skip
    pay = Operation(
        id="pay", name=ANY, kind="perform", path="pay", gives="payment", request={"fen": "amount"},
        response={"receipt_number": "no", "amount": "fen", "paid_at": "at"}, formats={"amount": "fen"},
    )  # fmt: skip
    gateway = Gateway(
        adapter=adapter, url=url, options=options, ok='code == "0"' if adapter == "x" else "", idempotency="body:key"
    )
    changed = city.agencies[0].model_copy(update={"gateway": gateway, "operations": (resident, pay)})
    return city.model_copy(update={"agencies": (changed,), "evidence_types": (RESIDENT, PAYMENT)})


Ask = Callable[..., Awaitable[Answer]]


def asker(db: Database, city: City) -> Ask:
    async def ask(person: str | Call, **how: Any) -> Answer:
        exchange = Exchange(city, db)
        told = await exchange.ask(person if isinstance(person, Call) else about(person, deadline=10.0, **how))
        await exchange.aclose()
        return told

    return ask


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    return made


def deliver(folder: Path, name: str, *lines: str, head: str = HEAD) -> Path:
    file = folder / name
    file.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (folder / f"{name}.sha256").write_text(hashlib.sha256(file.read_bytes()).hexdigest())
    return file


LINE = f"{MOTHER},王小丽,2,19900307"


async def test_the_newest_whole_delivery_answers(db: Database, folder: Path) -> None:
    ask = asker(db, delivered_city("file_drop", str(folder)))
    told = await ask(MOTHER)
    assert (told.outcome, told.code) == (Outcome.UNAVAILABLE, "no_delivery")
    deliver(folder, "resident-20261101.csv", LINE)
    told = await ask(MOTHER)
    assert told.data == {"id_number": MOTHER, "name": "王小丽", "sex": "female", "birth_date": "1990-03-07"}
    assert (await ask(FATHER)).outcome is Outcome.NOT_FOUND
    deliver(folder, "resident-20261102.csv", LINE.replace("王小丽", "王大丽"), f"{FATHER},李强,1,19900307")
    assert (await ask(MOTHER)).data["name"] == "王大丽"
    assert (await ask(FATHER)).data["name"] == "李强"


@pytest.mark.parametrize(
    "damage", ["cut off", "altered", "no digest", "other heading", "a field too many", "an open quote"]
)
async def test_a_delivery_that_is_not_whole_is_not_used_in_part(db: Database, folder: Path, damage: str) -> None:
    ask = asker(db, delivered_city("file_drop", f"file://{folder}"))
    deliver(folder, "resident-1.csv", LINE)
    lines, head = [f"{FATHER},李强,1,19900307", LINE.replace("王小丽", "冒名者")], HEAD
    if damage == "other heading":
        head = "sfzh,xm,xb,other"
    if damage == "a field too many":
        lines.append(LINE + ",more")
    if damage == "an open quote":
        lines.append('"' + LINE)
    file = deliver(folder, "resident-2.csv", *lines, head=head)
    if damage == "cut off":
        file.write_bytes(file.read_bytes()[:-5])
    if damage == "altered":
        content = bytearray(file.read_bytes())
        content[40] ^= 1
        file.write_bytes(content)
    if damage == "no digest":
        (folder / "resident-2.csv.sha256").unlink()
    assert (await ask(MOTHER)).data["name"] == "王小丽"
    assert (await ask(FATHER)).outcome is Outcome.NOT_FOUND


async def test_an_old_delivery_is_no_answer(db: Database, folder: Path) -> None:
    ask = asker(db, delivered_city("file_drop", str(folder), max_age_hours="24"))
    deliver(folder, "resident-1.csv", LINE)
    old = time.time() - 25 * 3600
    os.utime(folder / "resident-1.csv.sha256", (old, old))
    told = await ask(MOTHER)
    assert (told.outcome, told.code, told.data) == (Outcome.UNAVAILABLE, "stale_delivery", {})


async def test_a_person_twice_in_a_register_is_for_people_to_look_at(db: Database, folder: Path) -> None:
    ask = asker(db, delivered_city("file_drop", str(folder)))
    deliver(folder, "resident-1.csv", LINE, LINE)
    assert (await ask(MOTHER)).code == "not_unique"


async def test_what_is_kept_of_a_register_shows_nobody(db: Database, folder: Path) -> None:
    await asker(db, delivered_city("file_drop", str(folder)))(MOTHER)
    deliver(folder, "resident-1.csv", LINE)
    await asker(db, delivered_city("file_drop", str(folder)))(MOTHER)
    kept = next((get_settings().data_dir / "exchange" / "mirrors").glob("*.db")).read_bytes()
    assert MOTHER.encode() not in kept
    assert "王小丽".encode() not in kept


async def test_a_row_altered_at_rest_is_no_answer(db: Database, folder: Path) -> None:
    ask = asker(db, delivered_city("file_drop", str(folder)))
    deliver(folder, "resident-1.csv", LINE)
    assert (await ask(MOTHER)).ok
    file = next((get_settings().data_dir / "exchange" / "mirrors").glob("*.db"))
    with sqlite3.connect(file) as raw:
        content = bytearray(raw.execute("SELECT content FROM row").fetchone()[0])
        content[20] ^= 1
        raw.execute("UPDATE row SET content = ?", (bytes(content),))
    raw.close()
    told = await ask(MOTHER)
    assert (told.outcome, told.code, told.data) == (Outcome.UNAVAILABLE, "mirror_altered", {})


async def test_an_order_goes_out_once_and_its_answer_comes_as_a_file(db: Database, folder: Path) -> None:
    ask = asker(db, delivered_city("file_drop", str(folder)))
    order = Call("police.pay", {"amount": "36.00"}, "fee", "规定", "key-1", deadline=0.5)
    for _ in range(2):
        told = await ask(order)
        assert (told.outcome, told.code) == (Outcome.UNAVAILABLE, "waiting_for_file")
    files = list((folder / "out").glob("*.json"))
    assert len(files) == 1
    assert json.loads(files[0].read_bytes()) == {"fen": 3600, "key": "key-1"}
    (folder / "in").mkdir()
    answer = {"no": "R1", "fen": 3600, "at": "2026-11-01T08:30"}
    (folder / "in" / files[0].name).write_text(json.dumps(answer)[:-1] + ', "no": "R2"}')
    assert (await ask(order)).code == "not_json"  # a name twice
    (folder / "in" / files[0].name).write_text(json.dumps(answer))
    told = await ask(order)
    assert told.data == {"receipt_number": "R1", "amount": "36.00", "paid_at": "2026-11-01T08:30"}


# -- feeds


class Feed:
    """An agency's feed of changes over its register."""

    def __init__(self) -> None:
        self.changes: list[dict[str, Any]] = []
        self.away, self.forgotten, self.page, self.asked = False, 0, 2, 0
        self.spoil: Callable[[dict[str, Any]], Any] = lambda page: page

    def put(self, person: str, name: str | None) -> None:
        row = None if name is None else {"sfzh": person, "xm": name, "xb": "2", "csrq": "19900307"}
        self.changes.append({"seq": len(self.changes) + 1, "id": person, "row": row})

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.away:
            return web.Response(status=503)
        after = int(request.query["after"])
        if 0 < after < self.forgotten:
            return web.Response(status=410)
        found = [one for one in self.changes if one["seq"] > after]
        return web.json_response(self.spoil({"changes": found[: self.page], "more": len(found) > self.page}))


async def test_a_feed_is_read_on_and_mirrored(db: Database) -> None:
    feed = Feed()
    async with agency(feed) as url:
        ask = asker(db, delivered_city("change_feed", url))
        for n in range(5):
            feed.put(citizen(100 + n), f"某{n}")
        feed.put(MOTHER, "王小丽")
        assert (await ask(MOTHER)).data["name"] == "王小丽"
        assert feed.asked == 3
        feed.put(MOTHER, "王大丽")
        assert (await ask(MOTHER)).data["name"] == "王大丽"
        feed.put(MOTHER, None)
        assert (await ask(MOTHER)).outcome is Outcome.NOT_FOUND
        assert (await ask(citizen(103))).data["name"] == "某3"


@pytest.mark.slow
async def test_while_the_feed_is_away_the_mirror_answers_only_as_long_as_it_may(db: Database) -> None:
    feed = Feed()
    async with agency(feed) as url:
        feed.put(MOTHER, "王小丽")
        assert (await asker(db, delivered_city("change_feed", url))(MOTHER)).ok
        feed.away = True
        assert (await asker(db, delivered_city("change_feed", url, max_age_hours="1"))(MOTHER)).ok
        told = await asker(db, delivered_city("change_feed", url, max_age_hours="0"))(MOTHER)
        assert (told.outcome, told.code) == (Outcome.UNAVAILABLE, "feed_away")


async def test_a_feed_that_forgot_our_place_is_read_anew(db: Database) -> None:
    feed = Feed()
    async with agency(feed) as url:
        ask = asker(db, delivered_city("change_feed", url))
        feed.put(MOTHER, "王小丽")
        feed.put(FATHER, "李强")
        assert (await ask(FATHER)).ok
        feed.changes = [{**feed.changes[0], "seq": 11}]
        feed.forgotten = 10
        assert (await ask(MOTHER)).ok
        assert (await ask(FATHER)).outcome is Outcome.NOT_FOUND


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: {**page, "changes": page["changes"][::-1]},
        lambda page: {**page, "changes": page["changes"][:1] * 2},
        lambda page: {**page, "changes": [{**page["changes"][0], "seq": 2**60}]},
        lambda page: {**page, "changes": [{**page["changes"][0], "seq": "7"}]},
        lambda page: {**page, "changes": [{**page["changes"][0], "row": "x"}]},
        lambda page: {"changes": page["changes"]},
        lambda page: [page],
    ],
)
async def test_a_page_that_is_re_ordered_repeated_or_misshapen_is_refused_whole(
    db: Database, spoil: Callable[[Any], Any]
) -> None:
    feed = Feed()
    async with agency(feed) as url:
        feed.put(MOTHER, "王小丽")
        feed.put(FATHER, "李强")
        feed.spoil = spoil
        told = await asker(db, delivered_city("change_feed", url))(MOTHER)
        assert (told.outcome, told.code) == (Outcome.UNAVAILABLE, "bad_feed")
        feed.spoil = lambda page: page
        assert (await asker(db, delivered_city("change_feed", url))(MOTHER)).ok
