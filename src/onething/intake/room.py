"""What this room brings to the house."""

from onething.core.manifests.rooms import Room

ROOM = Room(
    name="intake",
    about="The filing before it is a case: photographs, answers, consents, signatures; submitted once.",
    needs=("core", "catalog", "documents", "exchange", "planning", "review", "casework"),
    tables=("onething.intake.tables",),
    events=("onething.intake.events:EVENTS",),
    metrics=("onething.intake.vitals:figures",),
    soundness=("onething.intake.soundness:check",),
)
