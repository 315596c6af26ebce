"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="oversight",
    about="The log of what operators and officials did: who, when, what, from where, how it ended.",
    needs=("core",),
    acts=("onething.oversight.acts:ACTS",),
    events=("onething.oversight.events:EVENTS",),
    commands=(Command("acts", "onething.oversight.cli:app", "操作记录 · what operators and officials did"),),
)
