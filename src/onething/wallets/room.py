"""What this room brings to the house."""

from onething.core.manifests.rooms import Room, Rounds

ROOM = Room(
    name="wallets",
    about="Certificates handed out to wallets (OpenID4VCI) and shown from them (OpenID4VP), with a public list of their status.",
    needs=("core", "trust", "catalog", "casework"),
    settings=("onething.wallets.settings:WalletsSettings",),
    tables=("onething.wallets.tables",),
    states=("onething.wallets.states",),
    rounds=(Rounds("wallets", "onething.wallets.rounds:tidying"),),
    pages=("onething.wallets.routes:router",),
)
