"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="catalog",
    about="What a city offers, as data: life events, services, evidence, agencies, rules by name.",
    needs=("core", "rules", "documents"),
    commands=(
        Command("catalog", "onething.catalog.cli:app", "城市配置包 · check, show and export what a city offers"),
        Command(
            "startup", "onething.catalog.trades.cli:app", "企业开办 · what a business needs, from whom, in what order"
        ),
    ),
)
