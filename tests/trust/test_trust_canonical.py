"""JSON that two readers could read differently is refused; commitments hide, bind and open one by one."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.core.errors import Problem
from onething.trust.ledger.commitments import Commitments, Opening, commit, commit_one
from onething.trust.ledger.records import parse_record
from onething.trust.models import b64url, unb64url
from onething.trust.service import canonical, parse, parse_canonical

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize("text", [
    '{"amount":1,"amount":2}', '{"a":{"b":1,"b":1}}', '{"a":1,"\\u0061":2}',
    "9007199254740993", "-9007199254740992", "1e400", "123456789012345678901234567890", "NaN", "Infinity", "-Infinity", "1" * 5000,
    '"\\ud800"', '{"\\udfff":1}', '["\\ud83d"]', "[" * 100 + "]" * 100, "[" * 100_000, '{"a":1}x', "", "{'a':1}", "\ufeff{}",
])  # fmt: skip
def test_ambiguous_json_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"trust\.not_json"):
        parse(text)
    with pytest.raises(Problem, match=r"trust\.not_json"):
        parse(text.encode())


@pytest.mark.parametrize("data", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\xaf"', b'{"a":1}\0'])
def test_broken_utf_8_is_refused(data: bytes) -> None:
    with pytest.raises(Problem, match=r"trust\.not_json"):
        parse(data)


def test_what_cannot_be_written_in_one_form_is_not_signed() -> None:
    for value in ({"a": "\ud800"}, {"a": 2**60}, {"a": float("nan")}, {1: 2}, {"a": object()}):
        with pytest.raises(Problem, match=r"trust\.not_json"):
            canonical(value)


@given(PLAIN)
def test_the_one_form_is_read_back_and_any_other_spelling_is_not_it(value: Any) -> None:
    data = canonical(value)
    assert parse_canonical(data) == value
    spaced = json.dumps(value, ensure_ascii=True, indent=1).encode()
    if spaced != data:
        with pytest.raises(Problem):
            parse_canonical(spaced)


def test_rfc_8785_orders_keys_by_utf_16_units() -> None:
    told = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(told)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_base64url_has_one_form() -> None:
    assert unb64url(b64url(b"\xfb\xff")) == b"\xfb\xff"
    for wrong in ("-_8=", "-/8", "+_8", "-_9", "a", "ab\n"):
        with pytest.raises(ValueError):
            unb64url(wrong)


@pytest.mark.slow
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), PLAIN, min_size=1, max_size=6))
def test_each_field_opens_alone_and_as_nothing_else(fields: dict[str, Any]) -> None:
    commitments, openings = commit(fields)
    again = Commitments.from_json(json.loads(json.dumps(commitments.as_json())))
    assert again.digest() == commitments.digest()
    for one in openings:
        assert again.opens(Opening.from_json(json.loads(json.dumps(one.as_json()))))
        assert not again.opens(Opening(one.field, one.salt, [one.value]))
        assert not again.opens(Opening(one.field + "x", one.salt, one.value))
        assert not again.opens(Opening(one.field, bytes(16), one.value))
        assert not again.opens(Opening(one.field, one.salt, float("inf")))


def test_equal_values_look_different_and_true_is_not_one() -> None:
    first, _ = commit({"id": "310101"})
    second, openings = commit({"id": "310101", "copy": "310101"})
    values = [*first.by_field.values(), *second.by_field.values()]
    assert len(set(values)) == 3
    assert commit_one(Opening("a", bytes(16), True)) != commit_one(Opening("a", bytes(16), 1))
    for wrong in (1.5, {"a": [0.0]}):
        with pytest.raises(ValueError, match="floating"):
            commit({"amount": wrong})
    with pytest.raises(ValueError, match="16 bytes"):
        commit_one(Opening("a", b"short", 1))
    assert openings[0].field == "copy"


@given(st.binary(max_size=200))
def test_noise_is_no_record(noise: bytes) -> None:
    with pytest.raises((ValueError, Problem)):
        parse_record(noise)


@pytest.mark.slow
def test_the_embedded_chain_leaves_the_recursion_limit_alone() -> None:
    """py-evm raises it so far that a nested text would end the process; run on its own, as imports happen once."""
    code = "import sys; was = sys.getrecursionlimit(); import onething.trust.chain.embedded; print(sys.getrecursionlimit() == was)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "True"
