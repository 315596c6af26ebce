"""The door of policy as a whole: the text of a regulation to everything that is known about it. Its sub-rooms have doors of their own."""

from onething.policy.beside import Beside, side_by_side
from onething.policy.structuring import Structured, structure

__all__ = [
    "Beside",
    "Structured",
    "side_by_side",
    "structure",
]
