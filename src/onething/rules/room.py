"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="rules",
    about="The rule language: decisions with their trace, over one subject or a whole population, in versions.",
    needs=("core",),
    tables=("onething.rules.tables",),
    acts=("onething.rules.acts:ACTS",),
    events=("onething.rules.events:EVENTS",),
    commands=(Command("rules", "onething.rules.cli:app", "规则 · evaluate and test decision rules"),),
)
