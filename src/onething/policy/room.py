"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="policy",
    about="Regulations as structure, clauses and rules; who fits is found, paid and heard.",
    needs=("core", "catalog", "rules", "subjects", "payments", "identity"),
    settings=("onething.policy.settings:PolicySettings",),
    tables=(
        "onething.policy.tables",
        "onething.policy.feedback.tables",
        "onething.policy.fulfilment.tables",
        "onething.policy.whatif.tables",
    ),
    acts=("onething.policy.acts:ACTS",),
    events=("onething.policy.events:EVENTS",),
    subscribers=(
        Subscription(("onething.subjects.events:ProfileChanged",), "onething.policy.fulfilment.desk:on_profile"),
        Subscription(
            (
                "onething.payments.events:PaymentSettled",
                "onething.payments.events:PaymentRejected",
                "onething.payments.events:PaymentReturned",
                "onething.payments.events:PaymentRecovered",
            ),
            "onething.policy.fulfilment.paying:on_payment",
        ),
        Subscription(("onething.policy.events:PolicyClauseLive",), "onething.policy.feedback.versions:on_live"),
    ),
    production=("onething.policy.production:check",),
    rounds=(Rounds("benefits", "onething.policy.fulfilment.rounds:benefits"),),
    commands=(Command("policy", "onething.policy.cli:app", "政策 · regulations as structure, clauses and rules"),),
)
