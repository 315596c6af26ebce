"""A small agency over real HTTP for the exchange's tests, and the city package that describes it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from onething.catalog.models import Agency, City, CodeMap, EvidenceType, FieldSpec, Gateway, Operation
from onething.core.i18n import Text
from onething.core.identifiers import citizen_id_check_digit
from onething.exchange.models import Call

ANY = Text(zh="某", en="some")


def citizen(serial: int, day: str = "19900307") -> str:
    first17 = f"310101{day}{serial:03d}"
    return first17 + citizen_id_check_digit(first17)


MOTHER, FATHER = citizen(2), citizen(13)

RESIDENT = EvidenceType(
    id="resident",
    name=ANY,
    fields=(
        FieldSpec(id="id_number", name=ANY, type="citizen_id"),
        FieldSpec(id="name", name=ANY, type="name"),
        FieldSpec(id="sex", name=ANY, type="code", codes={"male": ANY, "female": ANY}),
        FieldSpec(id="birth_date", name=ANY, type="date"),
        FieldSpec(id="address", name=ANY, type="address", required=False),
    ),
)
MARRIAGE = EvidenceType(
    id="marriage",
    name=ANY,
    fields=(
        FieldSpec(id="husband_id_number", name=ANY, type="citizen_id"),
        FieldSpec(id="wife_id_number", name=ANY, type="citizen_id"),
    ),
)
PAYMENT = EvidenceType(
    id="payment",
    name=ANY,
    fields=(
        FieldSpec(id="receipt_number", name=ANY),
        FieldSpec(id="amount", name=ANY, type="money"),
        FieldSpec(id="paid_at", name=ANY, type="datetime"),
    ),
)

OPERATIONS = (
    Operation(
        id="resident", name=ANY, path="/resident", gives="resident",
        request={"query.gmsfhm": "id_number"},
        response={"id_number": "data.0.gmsfhm", "name": "data.0.xm", "sex": "data.0.xb", "birth_date": "data.0.csrq", "address": "data.0.hjdz"},
        formats={"sex": "codes:sex", "birth_date": "date:%Y%m%d", "name": "strip"},
    ),
    Operation(
        id="marriage", name=ANY, path="/marriage", gives="marriage", request={"who": "id_number"},
        response={"husband_id_number": "man", "wife_id_number": "woman"},
        asked_in={"id_number": ("husband_id_number", "wife_id_number")},
    ),
    Operation(
        id="pay", name=ANY, kind="perform", path="/pay", gives="payment", undo="refund",
        request={"order.fen": "amount", "order.day": "paid_on", "channel": "=onething"},
        response={"receipt_number": "no", "amount": "fen", "paid_at": "at"},
        formats={"amount": "fen", "paid_on": "date:%Y/%m/%d", "paid_at": "datetime:%Y%m%d%H%M%S"},
    ),
    Operation(id="refund", name=ANY, kind="undo", method="DELETE", path="/pay/{no}", request={"no": "receipt_number"}, response={"receipt_number": "no"}),
)  # fmt: skip


def make_city(url: str, *, adapter: str = "rest", idempotency: str = "header:Idempotency-Key") -> City:
    gateway = Gateway(
        adapter=adapter, url=url, ok='code == "0"', not_found="code == 1004", code="code", reason="msg",
        idempotency=idempotency,
    )  # fmt: skip
    agency = Agency(
        id="police", name=ANY, short=ANY, gateway=gateway, operations=OPERATIONS,
        codes=(CodeMap(id="sex", values={"1": "male", "2": "female"}),),
    )  # fmt: skip
    return City(
        id="testville", name=ANY, division="310000", agencies=(agency,), life_events=(), version="v1",
        evidence_types=(RESIDENT, MARRIAGE, PAYMENT),
    )  # fmt: skip


def resident_answer(**changes: Any) -> dict[str, Any]:
    person = {"gmsfhm": MOTHER, "xm": " 王小丽 ", "xb": "2", "csrq": "19900307", "hjdz": ""}
    return {"code": "0", "data": [{**person, **changes}]}


def about(person: str = MOTHER, **changes: Any) -> Call:
    """A query about somebody, as intake or casework would put it."""
    values: dict[str, Any] = {
        "operation": "police.resident", "params": {"id_number": person}, "purpose": "household_registration",
        "ground": "户口登记条例 第七条", "key": "k1", "case_id": "case_1", "subject_id": "subj_1",
    }  # fmt: skip
    return Call(**{**values, **changes})


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def agency(handler: Handler) -> AsyncIterator[str]:
    """Serves every path with `handler`; gives the base address."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_agency(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[str]:
    """An agency that writes bytes as it likes; gives the base address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
