"""Registered offices: the address as the register writes it, and the lease or deed behind it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, cast

from onething.documents.text.service import same_address as compare_addresses
from onething.review.checking.registry import Given, component
from onething.review.contrib.people import day_of, number, rows, spelled

_SOON = timedelta(days=30)


@component(
    "same_address",
    takes="one other",
    finds="same",
)
def same_address(given: Given) -> dict[str, Any]:
    """`one` and `other` by meaning. `same` is None when one is missing or it cannot be told."""
    return {"same": _same(given.params.get("one"), given.params.get("other"))}


def _same(one: Any, other: Any) -> bool | None:
    if not one or not other:
        return None
    found = compare_addresses(str(one), str(other))
    return found.same


@component(
    "premises_title",
    takes="title lease deed address people day",
    finds="faults faults_en doubts doubts_en",
)
def premises_title(given: Given) -> dict[str, Any]:
    """`title` (lease | own) with `lease` or `deed` as the register has it, the form's `address`, shareholders, `day`.

    `faults` are certain, `doubts` for an officer; each in Chinese, and in English under `…_en`.
    """
    record = cast("Mapping[str, Any]", given.params.get("lease" if given.text("title") == "lease" else "deed") or {})
    told = _lease(given, record) if given.text("title") == "lease" else _deed(given, record)
    faults = [words for certain, *words in told if certain]
    doubts = [words for certain, *words in told if not certain]
    return {
        "faults": [zh for zh, _ in faults], "faults_en": [en for _, en in faults],
        "doubts": [zh for zh, _ in doubts], "doubts_en": [en for _, en in doubts],
    }  # fmt: skip


Told = list[tuple[bool, str, str]]


def _lease(given: Given, lease: Mapping[str, Any]) -> Told:
    if not lease.get("number"):
        return [(True, "没有查到这份租赁备案", "no such lease is registered")]
    told: Told = []
    today, begins, ends = day_of(given.params.get("day")), day_of(lease.get("starts_on")), day_of(lease.get("ends_on"))
    if lease.get("status") != "valid":
        told.append((True, "租赁备案已终止或作废", "the registered lease has ended or is void"))
    if today and ends and ends < today:
        told.append((True, "租期已满", "the term is over"))
    elif today and ends and ends < today + _SOON:
        told.append((False, "租期不足三十天", "the term ends within thirty days"))
    if today and begins and begins > today + _SOON:
        told.append((True, "租期还没有开始", "the term has not begun"))
    people = {number(row) for row in rows(given.params.get("people"))}
    if spelled(lease.get("tenant_id_number")) not in people:
        told.append((True, "承租人不是本公司股东", "the tenant is no shareholder"))
    if lease.get("landlord_is_owner") is not True:
        told.append((True, "出租人不是产权人，也没有受其委托", "the landlord neither owns it nor acts for the owner"))
    return told + _place(given, lease)


def _deed(given: Given, deed: Mapping[str, Any]) -> Told:
    if not deed.get("number"):
        return [(True, "没有查到这份不动产权证", "no such deed is registered")]
    told: Told = []
    if deed.get("status") == "seized":
        told.append((False, "房屋被查封", "the property is under seizure"))
    elif deed.get("status") != "valid":
        told.append((True, "不动产权证已注销", "the deed is void"))
    if spelled(deed.get("owner_id_number")) not in {number(row) for row in rows(given.params.get("people"))}:
        told.append((True, "产权人不是本公司股东", "the owner is no shareholder"))
    return told + _place(given, deed)


def _place(given: Given, record: Mapping[str, Any]) -> Told:
    same = _same(given.params.get("address"), record.get("address"))
    if same is False:
        return [(True, "登记的房屋与住所地址不是同一处", "the registered property is at another address")]
    if same is None:
        return [(False, "登记的房屋地址与住所写法不同", "the registered property's address is written differently")]
    return []
