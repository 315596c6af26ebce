"""Nouns of the catalog about refusals: what can be done against one."""

from calendar import monthrange
from datetime import date, timedelta

from pydantic import Field, model_validator

from onething.catalog.model.agencies import LegalGround, Model, Slug
from onething.core.i18n import Text


class Remedy(Model):
    """What can be done against a refusal (行政许可法 第三十八条第二款): where, and within which time of learning of it."""

    id: Slug
    name: Text
    to: Text
    """Where one turns: an authority, a court."""
    days: int | None = Field(default=None, ge=1)
    months: int | None = Field(default=None, ge=1)
    ground: LegalGround
    how: Text | None = None

    @model_validator(mode="after")
    def _told(self) -> "Remedy":
        if (self.days is None) == (self.months is None):
            raise ValueError("a remedy has a period: `days` or `months`")
        return self

    def until(self, learned: date) -> date:
        """The last day, counted from the day on which the applicant learned of the refusal."""
        if self.days is not None:
            return learned + timedelta(days=self.days)
        count = learned.month - 1 + (self.months or 0)
        year, month = learned.year + count // 12, count % 12 + 1
        return date(year, month, min(learned.day, monthrange(year, month)[1]))
