"""What becomes of a payment order. The stream is `payment:` and the order's id; who booked the order follows these."""

from dataclasses import dataclass

from onething.core.events import STREAM, Concerns, EventData, ObjectType, declare
from onething.payments.models import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(EventData):
    CONCERNS = (Concerns(STREAM, ObjectType.PAYMENT_ORDER, "happened to", prefix="payment:"),)

    order: str
    """Opaque id of the order."""
    key: str
    """The key that whoever booked the order gave it, made of opaque ids."""
    code: str
    """Why, as the bank's code (ISO 20022 status reason) or one of ours; empty when there is nothing to say."""


@declare("payment.settled", zh="银行已入账", en="The bank has booked the payment")
class PaymentSettled(PaymentEvent):
    pass


@declare(
    "payment.rejected", zh="银行拒绝付款，款项仍预留", en="The bank refused the payment; the money stays set aside"
)
class PaymentRejected(PaymentEvent):
    pass


@declare(
    "payment.returned", zh="已付款项被退回，重新预留", en="A booked payment was sent back; the money is set aside again"
)
class PaymentReturned(PaymentEvent):
    pass


@declare("payment.recovering", zh="付错的款项开始追回", en="A wrong payment, or a part of it, is claimed back")
class PaymentRecovering(PaymentEvent):
    pass


@declare("payment.recovered", zh="应退的款项已全部收回", en="All that was claimed back has arrived")
class PaymentRecovered(PaymentEvent):
    pass


BY_STATE: dict[str, type[PaymentEvent]] = {
    OrderState.SETTLED: PaymentSettled,
    OrderState.REJECTED: PaymentRejected,
    OrderState.RETURNED: PaymentReturned,
    OrderState.RECOVERING: PaymentRecovering,
    OrderState.RECOVERED: PaymentRecovered,
}
"""The event that reaching a state leaves behind; other states leave none."""

EVENTS = (PaymentSettled, PaymentRejected, PaymentReturned, PaymentRecovering, PaymentRecovered)
