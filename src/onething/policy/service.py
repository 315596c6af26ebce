"""The door of policy as a whole: the text of a regulation to everything that is known about it. Its sub-rooms have
doors of their own.

Reading:
`side_by_side`: every article in order; drafts and open places belong to the article their text stands in.
"""

from onething.policy.beside import side_by_side

__all__ = [
    "side_by_side",
]
