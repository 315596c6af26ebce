"""A paper as its issuer printed it comes as a picture with boxes, or it is nonsense."""

from typing import Any

import pytest

from onething.catalog.models import Operation
from onething.core.i18n import Text
from onething.exchange.base import Reply
from onething.exchange.models import Outcome
from onething.exchange.wire.validation import checked

OPERATION = Operation(
    id="issued_form", name=Text(zh="原样", en="Print"), path="/form", request={"No": "certificate_number"}, form_of="birth_certificate"
)  # fmt: skip
GOOD: dict[str, Any] = {
    "certificate_number": "X1",
    "picture": "QUJD" * 900,
    "places": {"child_name": [10, 20, 200, 50]},
}


def outcome(data: dict[str, Any]) -> Reply:
    return checked(OPERATION, None, {"certificate_number": "X1"}, Reply(Outcome.OK, data))


def test_a_picture_larger_than_any_value_comes_through() -> None:
    reply = outcome(GOOD)
    assert reply.outcome is Outcome.OK
    assert reply.data == GOOD


@pytest.mark.parametrize(
    "wrong",
    [
        {"picture": "<svg/>"},
        {"picture": None},
        {"places": {}},
        {"places": [1, 2, 3, 4]},
        {"places": {"child_name": [200, 20, 10, 50]}},
        {"places": {"child_name": [10, 20, 200]}},
        {"places": {"child_name": [10, 20, 200, True]}},
        {"places": {"child_name": [-1, 20, 200, 50]}},
        {"places": {f"f{i}": [0, 0, 5, 5] for i in range(101)}},
        {"certificate_number": "X2"},
    ],
    ids=str,
)
def test_anything_else_is_nonsense(wrong: dict[str, Any]) -> None:
    assert outcome(GOOD | wrong).outcome is Outcome.NONSENSE
