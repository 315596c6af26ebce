"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="webhooks",
    about="A city's own systems are told what happens: signed, repeated until they have taken it, from an outbox.",
    needs=("core", "trust"),
    settings=("onething.webhooks.settings:WebhooksSettings",),
    tables=("onething.webhooks.tables",),
    acts=("onething.webhooks.acts:ACTS",),
    events=("onething.webhooks.events:EVENTS",),
    states=("onething.webhooks.states",),
    subscribers=(Subscription(("*",), "onething.webhooks.outbox:on_event"),),
    rounds=(Rounds("webhooks", "onething.webhooks.rounds:sending"),),
    metrics=("onething.webhooks.vitals:figures",),
    commands=(Command("webhooks", "onething.webhooks.cli:app", "回调 · tell other systems what happens"),),
)
