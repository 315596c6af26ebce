"""The door of drafting: rules proposed from the text of a regulation, in the words of a city's profile."""

from onething.policy.drafting.drafts import Drafter, ParserDrafter
from onething.policy.drafting.trying import Tried, problems_of, try_examples
from onething.policy.drafting.vocabulary import load_vocabulary

__all__ = [
    "Drafter",
    "ParserDrafter",
    "Tried",
    "load_vocabulary",
    "problems_of",
    "try_examples",
]
