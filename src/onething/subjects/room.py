"""What this room brings to the house."""

from onething.core.manifests.rooms import Room

ROOM = Room(
    name="subjects",
    about="People and organisations, pictures of companies in 120 dimensions, company names.",
    needs=("core", "trust"),
    settings=("onething.subjects.settings:SubjectsSettings",),
    tables=("onething.subjects.tables", "onething.subjects.profiles.tables"),
    acts=("onething.subjects.acts:ACTS",),
    events=("onething.subjects.events:EVENTS",),
    sealed_columns=("onething.subjects.sealing:OPEN", "onething.subjects.profiles.accounts:OPEN"),
    soundness=("onething.subjects.soundness:check",),
)
