"""The door of fulfilment (免申即享): the desk and its rounds, what companies and officers may do, what pages show."""

from onething.policy.fulfilment.books import CityBooks, policy_folder
from onething.policy.fulfilment.company import account_added, choose_account, consent, object_to, seen, take_again
from onething.policy.fulfilment.correcting import BookOf, claim_back, keep, over_of
from onething.policy.fulfilment.desk import Desk, Done, look_again
from onething.policy.fulfilment.figures import District, Funnel, PurseLine, districts, funnel, purses
from onething.policy.fulfilment.models import Award, Terms, period_of
from onething.policy.fulfilment.paying import fund
from onething.policy.fulfilment.rows import award, awards_of, counts, in_state
from onething.policy.fulfilment.running import BenefitRounds, arrivals_of, column_store, make_desk
from onething.policy.fulfilment.states import GIVEN, AwardState
from onething.policy.fulfilment.sweeping import companies_of_clause, last_scan, nightly, stale, sweep

__all__ = [
    "GIVEN",
    "Award",
    "AwardState",
    "BenefitRounds",
    "BookOf",
    "CityBooks",
    "Desk",
    "District",
    "Done",
    "Funnel",
    "PurseLine",
    "Terms",
    "account_added",
    "arrivals_of",
    "award",
    "awards_of",
    "choose_account",
    "claim_back",
    "column_store",
    "companies_of_clause",
    "consent",
    "counts",
    "districts",
    "fund",
    "funnel",
    "in_state",
    "keep",
    "last_scan",
    "look_again",
    "make_desk",
    "nightly",
    "object_to",
    "over_of",
    "period_of",
    "policy_folder",
    "purses",
    "seen",
    "stale",
    "sweep",
    "take_again",
]  # fmt: skip
