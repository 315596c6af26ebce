"""The door of drafting: rules proposed from the text of a regulation, in the words of a city's profile.

Drafts:
`load_vocabulary`: the words of a file; empty for an absent one, pydantic's ValidationError for a broken one.
`problems_of`: why a text of rules cannot be used, in words; [] when it can.
`try_examples`: boundary examples decided by the rules as they stand in the editor; [] when these do not load.

Nouns: `ParserDrafter` (the built-in drafter: the same text always gives the same drafts, nothing leaves the machine).
"""

from onething.policy.drafting.drafts import ParserDrafter
from onething.policy.drafting.trying import problems_of, try_examples
from onething.policy.drafting.vocabulary import load_vocabulary

__all__ = [
    "ParserDrafter",
    "load_vocabulary",
    "problems_of",
    "try_examples",
]
