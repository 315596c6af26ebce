"""A city's risk data: what indicators mean in words, which rules refer by themselves, which trades are watched.

`cities/<city>/risk/policy.yaml`; adding a rule or changing a text needs no Python.
"""

import hashlib
from pathlib import Path

import yaml
from pydantic import Field, ValidationError, model_validator

from onething.catalog.models import Model
from onething.core.errors import Problem
from onething.core.i18n import Text
from onething.core.plain_yaml import load_yaml
from onething.risk.errors import BAD_POLICY
from onething.risk.indicators import NAMES
from onething.rules.service import FeelError, compile_expression


class IndicatorText(Model):
    """An indicator in words, `{name}` places filled with values. Of one `subject` only the heaviest is shown."""

    name: Text
    subject: str
    text: Text


class RiskRule(Model):
    """Refers by itself, whatever the model says. `refer_when` reads indicators by name."""

    id: str
    refer_when: str
    text: Text
    ground: Text

    @model_validator(mode="after")
    def _reads_indicators(self) -> "RiskRule":
        try:
            names = compile_expression(self.refer_when).names
        except FeelError as error:
            raise ValueError(str(error)) from error
        if unknown := names - set(NAMES):
            raise ValueError(f"not indicators: {', '.join(sorted(unknown))}")
        return self


class RiskPolicy(Model):
    """All of it. `version` is a hash of the file, kept in every trace."""

    version: str = ""
    share_referred: float = Field(0.002, gt=0, le=0.2)
    """Which share of filings the model may refer to officers."""
    watched_trades: list[str] = Field(default_factory=list[str])
    """GB/T 4754 codes (beginnings count) in which false invoices are common."""
    shared_addresses: list[str] = Field(default_factory=list[str])
    """Codes of addresses an authority has declared to be shared."""
    indicators: dict[str, IndicatorText]
    rules: list[RiskRule] = Field(default_factory=list[RiskRule])

    @model_validator(mode="after")
    def _known(self) -> "RiskPolicy":
        if unknown := set(self.indicators) - set(NAMES):
            raise ValueError(f"not indicators: {', '.join(sorted(unknown))}")
        return self

    def watches(self, trade: str | None) -> bool | None:
        """Whether the trade is watched; None when it is not known."""
        return None if not trade else any(trade.startswith(code) for code in self.watched_trades)


def load_policy(path: Path) -> RiskPolicy:
    """Raises `Problem(BAD_POLICY)` with file and place."""
    try:
        raw = path.read_bytes()
        found = RiskPolicy.model_validate(load_yaml(raw))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise Problem(BAD_POLICY, str(error), file=path.name, why=" ".join(str(error).split())[:300]) from error
    return found.model_copy(update={"version": hashlib.sha256(raw).hexdigest()[:16]})
