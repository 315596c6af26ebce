"""The door of operations: back up, look into a backup, restore.

Backups:
`back_up`: writes one to a folder or archive. Raises operations.exists, no_database, busy, disk_full, no_tool,
    tool_failed or trust.passphrase_wrong; then nothing is left behind.
`check`: every file of a backup against its manifest, writing nothing; a Problem of operations when one does not fit.
`restore`: puts a backup in place of an empty installation; a Problem of operations leaves everything as it was.

Nouns: `Done` (a backup that was made or restored).
"""

from onething.operations.backing_up import back_up
from onething.operations.models import Done
from onething.operations.restoring import check, restore

__all__ = [
    "Done",
    "back_up",
    "check",
    "restore",
]
