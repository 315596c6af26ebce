"""The door of policy as a whole: the text of a regulation to everything that is known about it. Its sub-rooms have doors of their own."""

from onething.policy.structuring import Structured, structure

__all__ = [
    "Structured",
    "structure",
]
