"""What this room brings to the house."""

from onething.core.manifests.rooms import Command, Room

ROOM = Room(
    name="operations",
    about="What who runs an installation does with it as a whole: backup and restore.",
    needs=("core", "trust", "exchange", "casework"),
    settings=("onething.operations.settings:OperationsSettings",),
    production=("onething.operations.last_backup:check",),
    metrics=("onething.operations.last_backup:figures",),
    commands=(
        Command(
            "backup",
            "onething.operations.cli:backup_app",
            "备份 · back up databases, files, keys and logs while the service works",
        ),
        Command("restore", "onething.operations.cli:restore_app", "恢复 · restore a backup to an empty place"),
    ),
)
