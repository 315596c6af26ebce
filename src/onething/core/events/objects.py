"""The kinds of things that events concern, in the words of OCEL 2.0 (object types); one list, so that rooms spell them alike."""

from enum import StrEnum
from typing import Final

ISSUED: Final = "issued"
"""Qualifier: how a certificate takes part in the event that makes it. A court package finds its case by this."""


class ObjectType(StrEnum):
    CASE = "case"
    TASK = "task"
    """One step of a case's plan; its id is unique within the case."""
    WORK_ITEM = "work_item"
    """What lies in an agency's or an applicant's inbox."""
    EVIDENCE = "evidence"
    """One slot of a case: what is known of one thing; its id is unique within the case."""
    CERTIFICATE = "certificate"
    FILING = "filing"
    """What becomes a case when it is submitted."""
    PERSON = "person"
    COMPANY = "company"
    AGENCY = "agency"
    PAYMENT_ORDER = "payment_order"
    AWARD = "award"
    """One instalment of one benefit for one company."""
    POLICY_CLAUSE = "policy_clause"
    CLAUSE_VERSION = "clause_version"
    REGULATION = "regulation"
    SUGGESTION = "suggestion"
    DISPUTE = "dispute"
    RECORD = "record"
    """Anything that an operator's act was done to, by its opaque id."""
    RULE_FILE = "rule_file"
    SUBSCRIPTION = "subscription"
    """Of another system to what happens here."""
    RULE_VERSION = "rule_version"
