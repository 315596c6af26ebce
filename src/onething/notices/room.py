"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="notices",
    about="People are told as it happens, by SMS and other channels, from an outbox.",
    needs=("core", "catalog", "subjects"),
    settings=("onething.notices.settings:NoticesSettings",),
    tables=("onething.notices.tables",),
    subscribers=(Subscription(("*",), "onething.notices.service:on_events", together=True),),
    rounds=(Rounds("notices", "onething.notices.rounds:sending"),),
    metrics=("onething.notices.vitals:figures",),
    status=("onething.notices.vitals:services",),
    commands=(Command("notices", "onething.notices.cli:app", "短信与消息 · what people were told, and sending it"),),
    parts={
        "notices.channels": {
            "sandbox": "onething.notices.contrib.sandbox:make",
            "apprise": "onething.notices.contrib.carrier:make",
            "null": "onething.notices.contrib.null:make",
            "failing": "onething.notices.contrib.failing:make",
        },
        "catalog.checks": {"notices": "onething.notices.catalog_check:check"},
    },
    production=("onething.notices.production:check",),
)
