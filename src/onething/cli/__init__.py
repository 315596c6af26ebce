"""The command line: `onething <room> <verb>`. Rooms bring their own verbs; this package only finds and runs them.

Floor 6.
"""

from onething.cli.main import main

__all__ = ["main"]
