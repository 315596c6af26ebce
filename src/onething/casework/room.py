"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room, Rounds, Subscription

ROOM = Room(
    name="casework",
    about="Cases, tasks, durable execution, officers' work, certificates and their changes.",
    needs=("core", "catalog", "rules", "documents", "trust", "exchange", "subjects", "planning", "review", "risk"),
    settings=("onething.casework.settings:CaseworkSettings",),
    tables=("onething.casework.tables",),
    acts=("onething.casework.acts:ACTS",),
    events=("onething.casework.events:EVENTS",),
    sealed_columns=("onething.casework.cases.applicant_names:OPEN",),
    subscribers=(
        Subscription(("onething.casework.events:CaseFinished",), "onething.casework.deadlines.reminders:write"),
    ),
    rounds=(Rounds("certificates", "onething.casework.certificates.rounds:certificates"),),
    health=("onething.casework.vitals:checks",),
    metrics=("onething.casework.vitals:figures",),
    status=("onething.casework.vitals:services",),
    commands=(
        Command("cases", "onething.casework.cli:app", "办件 · open, follow and work on cases"),
        Command("faults", "onething.casework.faults.cli:app", "故障 · what is wrong on our side, and what it holds up"),
        Command(
            "certificates",
            "onething.casework.certificates.cli:app",
            "证照 · find, suspend, revoke and replace certificates; catalogue and metadata",
        ),
    ),
    parts={
        "notices.words": {"casework": "onething.casework.views.told:words"},
        "notices.places": {"casework": "onething.casework.views.told:places"},
        "trust.keyring": {"casework": "onething.casework.certificates.trust_keys:keyring"},
        "trust.court_words": {"casework": "onething.casework.certificates.court_words"},
    },
    production=("onething.casework.production:check",),
    soundness=("onething.casework.soundness:check",),
)
