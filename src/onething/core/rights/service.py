"""The door of rights.

Declaring (in a room's acts.py, named by its manifest):
`act`: one act: its name, words, reach and roles.
`declared`: every act of the installation by name.

Asking:
`may`: whether somebody may do an act within a scope → Decision with the reason; pure.
`require`: the same, raising the reason: rights.other_role, rights.other_agency, rights.other_city, rights.not_granted, rights.same_person.
`somewhere`: whether there is anything at all to which she may do it.
`require_somewhere`: the same, raising the reason.
`scope_of`: what belongs to agencies of a city, the installation's own unless another is named.
`rows`: the same right as a condition on rows.
`who_may`: who may do an act within a scope, in words.
`apart`: whether somebody else did what must be apart from an act.
`same_person`: whether two actors of the event log are one person, in whatever role.
`away_words`: where an official of another city works, as the log names her agency; None for one of the city that is served.
`home`: id of the city that this installation serves.
`city_id`: the id that a city's package gives itself, by its folder's name.

Nouns: `Act`, `Decision`, `Reach`, `Scope`; `ADMIN`, `AUDITOR`, `NOBODY`, `OFFICER`, `OFFICIALS` (sets of roles); `CODES`, `REFUSALS` (why not).
"""

from onething.core.rights.asking import away_words, city_id, home, require, require_somewhere, rows, scope_of, somewhere
from onething.core.rights.deciding import apart, may, same_person, who_may
from onething.core.rights.declared import declared
from onething.core.rights.errors import CODES, REFUSALS
from onething.core.rights.models import ADMIN, AUDITOR, NOBODY, OFFICER, OFFICIALS, Act, Decision, Reach, Scope, act

__all__ = [
    "ADMIN",
    "AUDITOR",
    "CODES",
    "NOBODY",
    "OFFICER",
    "OFFICIALS",
    "REFUSALS",
    "Act",
    "Decision",
    "Reach",
    "Scope",
    "act",
    "apart",
    "away_words",
    "city_id",
    "declared",
    "home",
    "may",
    "require",
    "require_somewhere",
    "rows",
    "same_person",
    "scope_of",
    "somewhere",
    "who_may",
]
