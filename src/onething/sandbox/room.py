"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="sandbox",
    about="A synthetic city to try everything with: people, agencies, identity provider, phone, banks.",
    parts={"catalog.trials": {"sandbox": "onething.sandbox.mocks.trials:run"}},
    commands=(Command("sandbox", "onething.sandbox.cli:app", "沙盒城市 · a synthetic city to try everything with"),),
)
