"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="payments",
    about="Double-entry books, orders sent exactly once, bank files, reconciliation, recovery.",
    needs=("core", "trust"),
    settings=("onething.payments.settings:PaymentsSettings",),
    tables=("onething.payments.tables",),
    acts=("onething.payments.acts:ACTS",),
    events=("onething.payments.events:EVENTS",),
    sealed_columns=("onething.payments.payees:OPEN",),
    status=("onething.payments.public_status:services",),
    commands=(
        Command("payments", "onething.payments.cli:app", "资金拨付 · books, orders, bank files and reconciliation"),
    ),
    parts={"payments.banks": {"http": "onething.payments.contrib.http_bank:make"}},
    production=("onething.payments.production:check",),
    soundness=("onething.payments.soundness:check",),
)
