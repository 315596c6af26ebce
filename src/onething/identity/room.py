"""What this room brings to the house."""

from onething.core.manifests.rooms import Room

ROOM = Room(
    name="identity",
    about="Who is asking: sign-in by OpenID Connect, and the principal that comes of it.",
    needs=("core", "subjects"),
    settings=("onething.identity.settings:IdentitySettings",),
    health=("onething.identity.vitals:checks",),
    production=("onething.identity.production:check",),
)
