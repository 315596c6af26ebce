"""What happens to versions of rule files. The stream is `rules:` and the file's name."""

from dataclasses import dataclass

from onething.core.events import STREAM, Concerns, EventData, ObjectType, declare


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesEvent(EventData):
    CONCERNS = (
        Concerns(STREAM, ObjectType.RULE_FILE, "happened to", prefix="rules:"),
        Concerns("id", ObjectType.RULE_VERSION, "is about"),
    )

    version: int
    """Number of the version, counted from 1 for each file."""
    id: str
    """Opaque id of the version."""
    digest: str
    """SHA-256 of its text, in hex."""


@declare("rules.drafted", zh="有人起草了规则的新版本", en="Somebody began a new version of a rule file")
class RulesDrafted(RulesEvent):
    pass


@declare("rules.submitted", zh="规则的新版本提交审核", en="A version of a rule file was handed over for approval")
class RulesSubmitted(RulesEvent):
    pass


@declare("rules.approved", zh="规则的新版本经第二人批准", en="A second person approved a version of a rule file")
class RulesApproved(RulesEvent):
    pass


@declare("rules.rejected", zh="规则的新版本被退回", en="A version of a rule file was sent back")
class RulesRejected(RulesEvent):
    pass


EVENTS = (RulesDrafted, RulesSubmitted, RulesApproved, RulesRejected)
