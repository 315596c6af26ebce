"""Nouns of the catalog about who may ask whom: partners outside government, and rights between members of the exchange."""

from typing import Literal

from pydantic import Field

from onething.catalog.model.agencies import LegalGround, Model, Slug
from onething.catalog.model.kinds import (
    Address,
    FieldName,
    MemberName,
    Number,
    OperationName,
    ParameterName,
    PurposeName,
)
from onething.core.i18n import Text


class Ask(Model):
    """One thing a partner may ask, and how much of the answer it gets."""

    operation: OperationName
    """`agency.operation`."""
    fields: tuple[FieldName, ...] = ()
    """Only these fields of the answer are given (data minimisation, 个人信息保护法 第六条); all when empty."""
    person: ParameterName = "id_number"
    """The parameter that names the person asked about; it must be the one who consented."""


class Purpose(Model):
    """What a partner may ask for one purpose, always with the person's consent."""

    id: Slug
    name: Text
    why: Text
    """Told to the person before she consents: what is done with the data."""
    asks: tuple[Ask, ...]
    longest_days: int = Field(default=30, ge=1, le=366)
    """A consent for this purpose ends by itself after at most so many days."""
    grounds: tuple[LegalGround, ...] = ()

    def ask(self, operation: str) -> Ask | None:
        return next((ask for ask in self.asks if ask.operation == operation), None)


class Partner(Model):
    """An organisation outside government that may ask agencies, with the person's consent, through its own gateway."""

    id: Slug
    name: Text
    short: Text
    kind: Literal["bank", "insurer", "utility", "other"] = "other"
    uscc: Number = ""
    phone: Number = ""
    url: Address = ""
    """Its own page where the purpose is carried on."""
    return_to: tuple[Address, ...] = ()
    """Addresses (scheme, host and port) to which a person may be sent back after she has decided."""
    purposes: tuple[Purpose, ...]

    def purpose(self, purpose_id: str) -> Purpose | None:
        return next((purpose for purpose in self.purposes if purpose.id == purpose_id), None)


class AccessRight(Model):
    """One member of the exchange may ask others for something, on a ground in law."""

    who: MemberName
    """Agency id, or `platform` for this system."""
    operations: tuple[OperationName, ...]
    """`agency.operation`, or `agency.*`."""
    purposes: tuple[PurposeName, ...]
    """Service or step ids; `*` for any that is named."""
    grounds: tuple[LegalGround, ...] = ()

    def covers(self, who: str, operation: str, purpose: str) -> bool:
        """Does this right let `who` ask `operation` for `purpose`?"""
        agency = operation.partition(".")[0]
        asked = operation in self.operations or f"{agency}.*" in self.operations
        return who == self.who and asked and bool(purpose) and ("*" in self.purposes or purpose in self.purposes)
