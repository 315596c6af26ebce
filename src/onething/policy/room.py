"""What this room brings to the house."""

from onething.core.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="policy",
    about="Regulations as structure, clauses and rules; who fits is found, paid and heard.",
    needs=("core", "catalog", "rules", "subjects", "payments"),
    settings=("onething.policy.settings:PolicySettings",),
    tables=(
        "onething.policy.tables",
        "onething.policy.feedback.tables",
        "onething.policy.fulfilment.tables",
        "onething.policy.whatif.tables",
    ),
    subscribers=(
        Subscription(("profile.changed",), "onething.policy.fulfilment.desk:on_profile"),
        Subscription(
            ("payment.settled", "payment.rejected", "payment.returned", "payment.recovered"),
            "onething.policy.fulfilment.paying:on_payment",
        ),
        Subscription(("policy.clause_live",), "onething.policy.feedback.versions:on_live"),
    ),
    rounds=(Rounds("benefits", "onething.policy.fulfilment.rounds:benefits"),),
    commands=(Command("policy", "onething.policy.cli:app", "政策 · regulations as structure, clauses and rules"),),
)
