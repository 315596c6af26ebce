"""The door of the rulebook: which rule sets a city has, which version is in force, and the desk where versions are
made.

At the desk rights are asked inside: whoever may not read, write or approve is told why and who may (`rights.…`); core.not_found for
a version of another ruleset.

Rulesets of a city:
`rule_entries`: every ruleset of the package, in the order of life events and files.
`names_of`: the full names of entries.
`slug_of`: a full name → the short one for addresses.
`entry_by_slug`: the way back; core.not_found for a name that no ruleset has.
`entry_for`: the same for somebody who may browse the rules of the city; others are told why not.
`package_text`: version 0 of an entry: what the city package says.

In force:
`in_force`: the rules behind a reference that decide on a day; RuleError for a broken package file.
`compiled`: the one ruleset of a version's text; RuleError when it does not load.
`loaded`: the same for a text from a form; rules.invalid with every problem in its extra.
`standing`: what decides on a day and what is to come, read from the database at once.

Rights:
`may_write`: whether the principal is an officer of the agency that owns the service, else why not.
`may_approve`: whether another officer of that agency, or an administrator; four eyes are checked with the version.
`require`: raises the reason of a decision that says no.
`read_rights`: raises the reason why somebody may not browse and try the rules of a city.

Versions:
`history`: the versions of an entry, newest first.
`version_of`: one version of this entry.
`start`: a draft from what is in force, or from a text that is given.
`save`: a draft's new text; the lock is the number that the editor loaded; rules.stale_draft when a colleague was
    faster.
`submit`: hands over to a second person; rules.errors_left while a check finds an error.
`approve`: puts it in force from a day; rules.same_person for whoever wrote or submitted it.
`reject`: sends it back; rules.reason_needed without a reason.
`roll_back`: proposes an earlier version (0: the package's) again, to be approved like any other; rules.reason_needed.

Checking what is typed:
`check`: every problem of a text, against the facts that the life event knows; [] when there is none.
`check_grids`: the same for grids as they stand in a form, each message at its cell.
`changes`: the difference of two texts in words; [] when one of them does not load.
`wanted_facts`: what the rules read, as fields of a form for an example, with the values given.
`made_up`: a made-up subject from the catalogue's examples; nobody's data.

Rules in words:
`words_of`: every rule of a ruleset, and every row of its table, for reading.
`explained`: the reasons of a decision and the rows of its table, each with its working.
`rule_words`: one rule for reading: a sentence, its conditions, its source text and its place in law.

Nouns: `Explained`, `RuleEntry`, `RuleWords`, `Standing`, `Vocabulary`.
"""

from onething.catalog.rulebook.condition_words import RuleWords, Vocabulary, rule_words, words_of
from onething.catalog.rulebook.explaining import Explained, explained
from onething.catalog.rulebook.rule_desk import (
    Standing,
    approve,
    changes,
    check,
    check_grids,
    entry_by_slug,
    entry_for,
    history,
    loaded,
    read_rights,
    reject,
    roll_back,
    save,
    slug_of,
    standing,
    start,
    submit,
    version_of,
)
from onething.catalog.rulebook.rulebook import (
    RuleEntry,
    compiled,
    in_force,
    may_approve,
    may_write,
    names_of,
    package_text,
    require,
    rule_entries,
)
from onething.catalog.rulebook.trial_form import made_up, wanted_facts

__all__ = [
    "Explained",
    "RuleEntry",
    "RuleWords",
    "Standing",
    "Vocabulary",
    "approve",
    "changes",
    "check",
    "check_grids",
    "compiled",
    "entry_by_slug",
    "entry_for",
    "explained",
    "history",
    "in_force",
    "loaded",
    "made_up",
    "may_approve",
    "may_write",
    "names_of",
    "package_text",
    "read_rights",
    "reject",
    "require",
    "roll_back",
    "rule_entries",
    "rule_words",
    "save",
    "slug_of",
    "standing",
    "start",
    "submit",
    "version_of",
    "wanted_facts",
    "words_of",
]
