"""The door of fulfilment (免申即享): the desk and its rounds, what companies and officers may do, what pages show.

What is no longer in a state that allows an act is refused as benefits.not_open; another's award is core.not_found.

The desk and its rounds:
`make_desk`: the desk of this installation; None where the city has no company profiles.
`arrivals_of`: files and feeds of agencies, as the settings name them.
`column_store`: where the columns of all companies lie.
`policy_folder`: the package whose companies and policies are served.
`fund`: puts the budgets of the clauses in force into their purses → how many purses got money; a later raise adds the
    difference.
`sweep`: clauses or the day changed: companies of each changed clause are put on the list → the clauses.
`nightly`: everybody, once a night: pictures, columns, the full scan → how many companies came on the list.
`look_again`: puts companies on the list; one that is there stays there once.
`last_scan`: the newest sweep or scan; None before the first.
`served`: what this installation serves to companies: dimensions, clauses of a day, agencies.

What companies do:
`company_of`: the company somebody acts for; core.forbidden for people who act for none.
`company_actor`: how the event log names whoever acts for it.
`seen`: the company has opened a benefit's page; counted once.
`consent`: accepts what binds the company to something; then it goes on by itself; twice is once.
`object_to`: it is not paid, and the agency reads why; benefits.no_reason, benefits.not_open once the money has left.
`take_again`: the objection is withdrawn while the clause is in force; the time to object begins anew.
`give_standing`: accepts beforehand all that binds to nothing (`EVERYTHING`), or one clause: paid at once, without the time to
    object.
`end_standing`: what is found from now on has its time to object again.
`standing_of`: company → what it has accepted beforehand.
`choose_account`: pays into another account of the company; what the bank refused is sent anew.
`account_added`: a first account: everything that waited for one goes on.

What officers do:
`in_state`: awards in a state that are the official's to see, oldest first.
`over_of`: fen by which an award is too high.
`claim_back`: claims the surplus back, from the last payment to the first; others than officers of its agency are told why not.
`keep`: leaves it as it was paid; likewise.

Whose (for asking rights):
`policy_city`: id of the city whose policies are served.
`city_scope`: what belongs to that city as a whole.
`agency_scope`: what belongs to agencies of it.

What pages show:
`award`: one award by id, of this company only when one is given.
`awards_of`: a company's awards, newest first.
`counts`: how many awards stand in each state.
`funnel`: benefits that came so far, counted over first instalments.
`districts`: take-up by district, the largest first.
`booked`: where one clause stands in the books: companies, fen held, paid, waiting, unwanted.
`purses`: where the budgets of the clauses in force stand, the emptiest first.

Nouns: `EVERYTHING`, `Standing`, `Award`, `AwardState`, `Booked`, `CityBooks`, `Desk`, `District`, `GIVEN` (states in which
    money was ordered), `Served`,
    `Terms`.
"""

from onething.policy.fulfilment.books import CityBooks, policy_folder
from onething.policy.fulfilment.company import account_added, choose_account, consent, object_to, seen, take_again
from onething.policy.fulfilment.correcting import claim_back, keep, over_of
from onething.policy.fulfilment.desk import Desk, look_again
from onething.policy.fulfilment.figures import Booked, District, booked, districts, funnel, purses
from onething.policy.fulfilment.models import Award, Terms
from onething.policy.fulfilment.paying import fund
from onething.policy.fulfilment.rows import award, awards_of, counts, in_state
from onething.policy.fulfilment.running import arrivals_of, column_store, make_desk
from onething.policy.fulfilment.served import Served, company_actor, company_of, served
from onething.policy.fulfilment.standing import EVERYTHING, Standing, end_standing, give_standing, standing_of
from onething.policy.fulfilment.states import GIVEN, AwardState
from onething.policy.fulfilment.sweeping import last_scan, nightly, sweep
from onething.policy.whose import agency_scope, city_scope, policy_city

__all__ = [
    "EVERYTHING",
    "GIVEN",
    "Award",
    "AwardState",
    "Booked",
    "CityBooks",
    "Desk",
    "District",
    "Served",
    "Standing",
    "Terms",
    "account_added",
    "agency_scope",
    "arrivals_of",
    "award",
    "awards_of",
    "booked",
    "choose_account",
    "city_scope",
    "claim_back",
    "column_store",
    "company_actor",
    "company_of",
    "consent",
    "counts",
    "districts",
    "end_standing",
    "fund",
    "funnel",
    "give_standing",
    "in_state",
    "keep",
    "last_scan",
    "look_again",
    "make_desk",
    "nightly",
    "object_to",
    "over_of",
    "policy_city",
    "policy_folder",
    "purses",
    "seen",
    "served",
    "standing_of",
    "sweep",
    "take_again",
]
