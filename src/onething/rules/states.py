"""The states of a version of a rule file."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class VersionStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


VERSION = declare(
    VersionStatus,
    name="rule version",
    column="rule_version.status",
    about="One version of one rule file or policy clause, written by one person and approved by another.",
    meanings={
        VersionStatus.DRAFT: Text(zh="草稿", en="Being written"),
        VersionStatus.SUBMITTED: Text(zh="待审核", en="Waits for a second person"),
        VersionStatus.APPROVED: Text(zh="已批准", en="Decides from its first day on"),
        VersionStatus.REJECTED: Text(zh="已退回", en="Sent back with a reason"),
        VersionStatus.SUPERSEDED: Text(
            zh="已被替代", en="A later version was approved; it still judges the days it was in force"
        ),
    },
    initial={VersionStatus.DRAFT},
    final={VersionStatus.APPROVED, VersionStatus.REJECTED, VersionStatus.SUPERSEDED},
    moves={
        VersionStatus.DRAFT: {VersionStatus.SUBMITTED: "An editor hands it over; it loads without a fault."},
        VersionStatus.SUBMITTED: {
            VersionStatus.APPROVED: "Somebody who wrote nothing of it approves.",
            VersionStatus.REJECTED: "An editor sends it back.",
        },
        VersionStatus.APPROVED: {VersionStatus.SUPERSEDED: "Another version of the same file is approved."},
    },
)
EVER_APPROVED = (VersionStatus.APPROVED, VersionStatus.SUPERSEDED)
UNFINISHED = (VersionStatus.DRAFT, VersionStatus.SUBMITTED)
