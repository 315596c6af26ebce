"""The door of operations: back up, look into a backup, restore."""

from onething.operations.backing_up import back_up
from onething.operations.models import Done, Manifest
from onething.operations.restoring import check, restore

__all__ = ["Done", "Manifest", "back_up", "check", "restore"]
