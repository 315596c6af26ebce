"""The states of a subscription and of a message to it."""

from enum import StrEnum

from onething.core.i18n import Text
from onething.core.states import declare


class SubscriptionState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


class DeliveryState(StrEnum):
    DUE = "due"
    DELIVERED = "delivered"
    DEAD = "dead"


SUBSCRIPTION = declare(
    SubscriptionState,
    name="webhook subscription",
    column="webhook_subscription.state",
    about="One address of another system, and what it is told of.",
    meanings={
        SubscriptionState.ACTIVE: Text(zh="接收中", en="Told of what happens"),
        SubscriptionState.PAUSED: Text(
            zh="已暂停；期间发生的事不会补发", en="Told of nothing; what happens meanwhile is not sent later"
        ),
    },
    initial={SubscriptionState.ACTIVE},
    final={SubscriptionState.ACTIVE, SubscriptionState.PAUSED},
    moves={
        SubscriptionState.ACTIVE: {
            SubscriptionState.PAUSED: "Its owner pauses it, or its receiver answers 410 Gone.",
        },
        SubscriptionState.PAUSED: {SubscriptionState.ACTIVE: "Its owner has it go on."},
    },
)
DELIVERY = declare(
    DeliveryState,
    name="webhook delivery",
    column="webhook_delivery.state",
    about="One message about one event to one subscription.",
    meanings={
        DeliveryState.DUE: Text(zh="等待发送", en="Waits for its first or next attempt"),
        DeliveryState.DELIVERED: Text(zh="对方已收下", en="The receiver answered 2xx"),
        DeliveryState.DEAD: Text(zh="多次失败，不再重试", en="Given up; its code says why"),
    },
    initial={DeliveryState.DUE},
    final={DeliveryState.DELIVERED, DeliveryState.DEAD},
    moves={
        DeliveryState.DUE: {
            DeliveryState.DUE: "The attempt failed and another will be made.",
            DeliveryState.DELIVERED: "The receiver answered 2xx.",
            DeliveryState.DEAD: "The attempts are used up, or the receiver answered 410 Gone.",
        },
        DeliveryState.DELIVERED: {DeliveryState.DUE: "It is sent once more by hand."},
        DeliveryState.DEAD: {DeliveryState.DUE: "It is sent once more by hand."},
    },
)
