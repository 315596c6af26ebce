"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="risk",
    about="Relations, indicators and models that refer a filing to an officer.",
    needs=("core", "catalog"),
    tables=("onething.risk.tables",),
    parts={"catalog.checks": {"risk": "onething.risk.catalog_check:check"}},
    commands=(Command("risk", "onething.risk.cli:app", "风险研判 · relations, indicators, models and findings"),),
)
