"""What this room brings to the house."""

from onething.core.manifests.rooms import Room

ROOM = Room(
    name="api",
    about="The REST API for programs of others.",
    needs=("core", "identity", "intake", "casework", "policy", "webhooks"),
    api=(
        "onething.api.offers:router",
        "onething.api.filings:router",
        "onething.api.signing:router",
        "onething.api.cases:router",
        "onething.api.officers:router",
        "onething.api.rules:router",
        "onething.api.profiles:router",
        "onething.api.webhooks:router",
    ),
)
