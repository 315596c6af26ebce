"""An agency that speaks SOAP: asked through its WSDL, believed only when the answer is plain and whole."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from exchange_world import MOTHER, RESIDENT, about, agency, make_city

from onething.catalog.models import City, Gateway, Operation
from onething.core.db import Database
from onething.core.i18n import Text
from onething.core.settings import get_settings
from onething.exchange.models import Answer, Outcome
from onething.exchange.resilience.retrying import Backoff
from onething.exchange.service import Exchange
from onething.exchange.settings import ExchangeSettings

WSDL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:t="urn:credit" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:credit" name="Credit">
  <types><xs:schema targetNamespace="urn:credit" elementFormDefault="qualified">
    <xs:element name="Query"><xs:complexType><xs:sequence>
      <xs:element name="SerialNo" type="xs:string" minOccurs="0"/>
      <xs:element name="Person"><xs:complexType><xs:sequence><xs:element name="Id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="QueryResponse"><xs:complexType><xs:sequence>
      <xs:element name="Code" type="xs:string"/><xs:element name="Msg" type="xs:string" minOccurs="0"/>
      <xs:element name="Person" minOccurs="0"><xs:complexType><xs:sequence>
        <xs:element name="Id" type="xs:string"/><xs:element name="Name" type="xs:string"/>
        <xs:element name="Sex" type="xs:string"/><xs:element name="Born" type="xs:date"/>
      </xs:sequence></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>
  </xs:schema></types>
  <message name="In"><part name="parameters" element="t:Query"/></message>
  <message name="Out"><part name="parameters" element="t:QueryResponse"/></message>
  <portType name="Port"><operation name="Query"><input message="t:In"/><output message="t:Out"/></operation></portType>
  <binding name="Binding" type="t:Port"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="Query"><soap:operation soapAction="urn:credit#Query"/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation>
  </binding>
  <service name="Credit"><port name="Port" binding="t:Binding"><soap:address location="http://nowhere.invalid/"/></port></service>
</definitions>"""
PERSON = f"<t:Person><t:Id>{MOTHER}</t:Id><t:Name>王小丽</t:Name><t:Sex>2</t:Sex><t:Born>1990-03-07</t:Born></t:Person>"
ANY = Text(zh="某", en="some")


def envelope(inside: str, prolog: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:t="urn:credit"><s:Body>{inside}</s:Body></s:Envelope>'
    )


def good(person: str = PERSON, prolog: str = "") -> str:
    return envelope(f"<t:QueryResponse><t:Code>0</t:Code>{person}</t:QueryResponse>", prolog)


def fault(code: str) -> str:
    return envelope(f"<s:Fault><faultcode>s:{code}</faultcode><faultstring>证件号码格式不正确</faultstring></s:Fault>")


def soap_city(url: str) -> City:
    city = make_city(url)
    operation = Operation(
        id="resident", name=ANY, path="Query", gives="resident", request={"Person.Id": "id_number"},
        response={"id_number": "Person.Id", "name": "Person.Name", "sex": "Person.Sex", "birth_date": "Person.Born"},
        formats={"sex": "codes:sex"},
    )  # fmt: skip
    gateway = Gateway(adapter="soap", url=url, ok="Code == 0", not_found="Code == 44", code="Code", reason="Msg",
        idempotency="body:SerialNo", options={"wsdl": "wsdl/credit.wsdl"})  # fmt: skip
    changed = city.agencies[0].model_copy(update={"gateway": gateway, "operations": (operation,)})
    return city.model_copy(update={"agencies": (changed,), "evidence_types": (RESIDENT,)})


@pytest.fixture
def ask(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Awaitable[tuple[Answer, list[tuple[str, str]]]]]:
    folder = tmp_path / "cities" / "testville" / "wsdl"
    folder.mkdir(parents=True)
    (folder / "credit.wsdl").write_text(WSDL)

    async def put(
        said: str | bytes, status: int = 200, wsdl: str | None = None
    ) -> tuple[Answer, list[tuple[str, str]]]:
        if wsdl is not None:
            (folder / "credit.wsdl").write_text(wsdl)
        seen: list[tuple[str, str]] = []

        async def answer(request: web.Request) -> web.Response:
            seen.append((request.headers.get("SOAPAction", ""), await request.text()))
            body = said if isinstance(said, bytes) else said.encode()
            return web.Response(body=body, status=status, headers={"Content-Type": "text/xml; charset=utf-8"})

        async with agency(answer) as url:
            monkeypatch.setenv("ONETHING_CITIES_DIR", str(tmp_path / "cities"))
            monkeypatch.setenv("ONETHING_CITY", "testville")
            get_settings.cache_clear()
            settings = ExchangeSettings(exchange_attempts=2)
            exchange = Exchange(soap_city(url), db, settings=settings, backoff=Backoff(first=0.001))
            told = await exchange.ask(about())
            await exchange.aclose()
        return told, seen

    return put


async def test_a_soap_agency_answers_in_our_words(ask: Any) -> None:
    told, seen = await ask(good())
    assert told.outcome is Outcome.OK, (told.code, told.reason)
    assert told.data == {"id_number": MOTHER, "name": "王小丽", "sex": "female", "birth_date": "1990-03-07"}
    assert seen[0][0].strip('"') == "urn:credit#Query"
    assert MOTHER in seen[0][1]


async def test_no_record_and_a_refusal_are_told_apart(ask: Any) -> None:
    told, _ = await ask(envelope("<t:QueryResponse><t:Code>44</t:Code></t:QueryResponse>"))
    assert told.outcome is Outcome.NOT_FOUND
    told, _ = await ask(envelope("<t:QueryResponse><t:Code>9</t:Code><t:Msg>无权查询</t:Msg></t:QueryResponse>"))
    assert (told.outcome, told.reason, told.code) == (Outcome.REFUSED, "无权查询", "9")


async def test_the_sender_s_fault_is_final_and_the_receiver_s_is_tried_again(ask: Any) -> None:
    told, seen = await ask(fault("Client"), 500)
    assert (told.outcome, told.code, len(seen)) == (Outcome.FAULT, "soap_client", 1)
    told, seen = await ask(fault("Server"), 500)
    assert (told.outcome, told.code, len(seen)) == (Outcome.UNAVAILABLE, "soap_server", 2)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE x [<!ENTITY a0 "王小丽">{LAUGHS}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a9 SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("prolog", [BOMB, OUTSIDE, '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'])
async def test_entities_are_never_expanded(ask: Any, prolog: str) -> None:
    told, _ = await ask(good(PERSON.replace("王小丽", "&a9;") if "ENTITY" in prolog else PERSON, prolog))
    assert (told.outcome, told.code, told.data) == (Outcome.NONSENSE, "xml_forbidden", {})


async def test_another_encoding_does_not_hide_a_document_type(ask: Any) -> None:
    text = good(PERSON.replace("王小丽", "&a9;"), OUTSIDE).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    told, _ = await ask(text.encode("utf-16"))
    assert (told.outcome, told.data) == (Outcome.NONSENSE, {})


@pytest.mark.parametrize(
    "said",
    ["", "<html><body>请重新登录</body></html>", good()[: len(good()) // 2], envelope("<t:Other/>"), "<a>" * 5000],
    ids=["empty", "html", "truncated", "other", "deep"],
)
async def test_what_is_no_answer_is_not_taken_for_one(ask: Any, said: str) -> None:
    told, _ = await ask(said)
    assert told.outcome is Outcome.NONSENSE
    assert told.data == {}


async def test_a_wsdl_may_not_fetch_anything(ask: Any) -> None:
    bad = WSDL.replace("<types>", '<import namespace="urn:x" location="http://127.0.0.1:1/x.wsdl"/><types>')
    told, seen = await ask(good(), wsdl=bad)
    assert told.outcome is Outcome.UNAVAILABLE
    assert seen == []
