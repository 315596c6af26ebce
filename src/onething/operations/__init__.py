"""What who runs an installation does with it as a whole: back it up while it works, and restore it elsewhere.

`service.py` is the door; `snapshot.py` takes everything at one instant, `manifest.py` says what a backup holds and whether it is whole.
"""
