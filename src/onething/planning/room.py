"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="planning",
    about="From a life event and the evidence at hand to a parallel plan, beside the old way.",
    needs=("core", "catalog"),
    commands=(
        Command("plan", "onething.planning.cli:app", "事项编排 · plan a life event and compare it with the old way"),
    ),
)
