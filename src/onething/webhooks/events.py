"""What happens to subscriptions. The stream is `webhook:` and the subscription's id."""

from typing import Literal

from onething.core.events import Concerns, EventData, ObjectType, declare

Change = Literal["added", "paused", "resumed", "rotated", "removed", "gone"]


@declare("webhook.changed", zh="回调订阅有变动", en="A subscription of another system was added or changed")
class WebhookChanged(EventData):
    CONCERNS = (Concerns("subscription", ObjectType.SUBSCRIPTION, "was changed"),)

    subscription: str
    """Id of the subscription."""
    change: Change
    """What was done; `gone`: the receiver said that it wants no more."""


@declare("webhook.tested", zh="发送了一条测试消息", en="Somebody had a test message sent to a subscription")
class WebhookTested(EventData):
    CONCERNS = (Concerns("subscription", ObjectType.SUBSCRIPTION, "was tried"),)

    subscription: str
    """Id of the subscription: only this one is told."""


EVENTS = (WebhookChanged, WebhookTested)
