"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="core",
    about="Settings, database, clock, ids, money, errors, two languages, event log, files: what every room stands on.",
    settings=("onething.core.settings:Settings",),
    tables=("onething.core.tables",),
    health=("onething.core.processes.health:checks",),
    metrics=("onething.core.processes.health:figures",),
    commands=(Command("db", "onething.core.cli:app", "数据库 · make and check the tables"),),
    production=("onething.core.processes.production:check",),
)
