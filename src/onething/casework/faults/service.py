"""The door of faults: what is wrong on our side or in the city package, and what it holds up.

What an operator does:
`open_faults`: open faults, the latest first, with the case that each holds up; administrators and auditors only.
`try_again`: has all tried again at once that faults hold up → how many cases; administrators only (a reason of rights).
`close_fault`: says that one is seen to; core.not_found for one that is not open.

Noun: `OpenFault`.
"""

from onething.casework.faults.held_up import OpenFault, open_faults, try_again
from onething.casework.faults.held_up import close as close_fault

__all__ = ["OpenFault", "close_fault", "open_faults", "try_again"]
