"""An agency that did it before and says what came of it leads on; one that only says no is believed too."""

import types
from typing import Any, cast

import pytest

from onething.catalog.service import get_city
from onething.exchange.base import Reply, Request
from onething.exchange.models import DONE_BEFORE, Outcome
from onething.exchange.wire.reply_interpretation import judge
from onething.exchange.wire.translation import translation_of

LICENCE = {"LicenceNo": "31EBC20261120000001", "CertificateNo": "S310000001", "IssueDate": "2026-11-20"}


def said(code: str, body: dict[str, Any]) -> Reply:
    """What the health commission's answer to an order for an electronic certificate amounts to."""
    agency = get_city().agency("health")
    assert agency is not None
    operation = agency.operation("issue_birth_certificate")
    assert operation is not None
    request = cast("Request", types.SimpleNamespace(agency=agency, operation=operation))
    head = {"Version": "1.0", "ResultCode": code, "ResultText": "该出生医学证明已签发电子证照"}
    return judge(200, {"Response": {"Head": head, "Body": body}}, translation_of(agency, operation), request)


def test_the_result_of_what_was_done_before_is_taken() -> None:
    found = said("3001", {"Licence": LICENCE})
    assert (found.outcome, found.code) == (Outcome.OK, DONE_BEFORE)
    assert found.data == said("0000", {"Licence": LICENCE}).data


@pytest.mark.parametrize("missing", sorted(LICENCE))
def test_without_all_of_the_result_it_is_a_refusal(missing: str) -> None:
    found = said("3001", {"Licence": {name: value for name, value in LICENCE.items() if name != missing}})
    assert (found.outcome, found.code) == (Outcome.REFUSED, "3001")


def test_other_refusals_stay_refusals_whatever_they_bring() -> None:
    assert said("3002", {"Licence": LICENCE}).outcome is Outcome.REFUSED


def test_a_result_that_cannot_be_read_is_a_refusal() -> None:
    assert said("3001", {"Licence": LICENCE | {"IssueDate": "yesterday"}}).outcome is Outcome.REFUSED
