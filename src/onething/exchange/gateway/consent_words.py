"""What a person allowed a partner outside government to ask, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from onething.catalog.models import City, OperationRef
from onething.catalog.service import get_city
from onething.core.i18n import Text, texts_of
from onething.exchange.gateway.consents import Consent

say = texts_of(__name__)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A consent: whom, for what, and each thing that may be asked. A partner the city no longer has keeps its id."""

    consent: Consent
    partner: Text
    purpose: Text
    things: tuple[Text, ...]


def allowed_words(consent: Consent) -> Allowed:
    city = get_city()
    partner = city.partner(consent.partner)
    purpose = partner.purpose(consent.purpose) if partner else None
    return Allowed(
        consent,
        partner.name if partner else Text.same(consent.partner),
        purpose.name if purpose else Text.same(consent.purpose),
        tuple(asked_words(city, operation, told["fields"]) for operation, told in consent.asks.items()),
    )


def asked_words(city: City, operation: str, fields: Sequence[str]) -> Text:
    """`人社局：就业登记信息查询（工作单位、月平均工资）`; without `fields` all that the operation gives."""
    known = city.operation(operation)
    kind = city.evidence_type(known.gives) if known and known.gives else None
    names = [spec.name for spec in kind.fields if not fields or spec.id in fields] if kind else fields
    return say(
        "asked.thing",
        agency=city.short_label_of(OperationRef.parse(operation).agency),
        what=known.name if known else operation,
        fields=Text.joined(names),
    )
