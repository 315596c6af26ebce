"""The door of subjects: people are made once, by the number of their paper, and found again whatever account they come with.

Finding and making:
`ensure_person`: the person with this number (`core.persons.numbers`), made if new; name, phone and account follow the latest sign-in, and
    an account that comes with another id number loses its hold on the former person, unless the provider names the former as hers:
    then both are. subjects.bad_identity.
`ensure_organisation`: the organisation with this unified social credit code, made if new; subjects.bad_identity.
`as_known`: whom a sign-in is of, if it says nothing new (reads only); None when one of the two above has something to write.
`find_person`: by her number in any spelling that says which paper it is; None when unknown or no number.
`find_people`: those known of several numbers in their one spelling.
`person`: by id; core.not_found.
`people`: several at once, by id; unknown ids are left out.
`ids_of`: a person and the records that were found to be of her too, for reading logs.

Whom somebody else's filing or case concerns:
`concern`: keeps whom filings and cases concern, tells those who were not told yet, and gives number → subject.
`concerned_in`: the people kept for these filings and cases.

What they choose (core.not_found for an unknown id):
`set_language`: messages come in this language from now on.
`set_phone`: where SMS go; subjects.bad_phone.
`set_sms`: whether progress is sent by SMS; messages in the portal come either way.

Nouns: `Matter` (a filing or case with the ids in it), `Person` (show the masked number and phone), `BAD_IDENTITY` (the Problem of an id that is none).
"""

from onething.subjects.concerned import Matter, concern, concerned_in
from onething.subjects.errors import BAD_IDENTITY
from onething.subjects.former_numbers import ids_of
from onething.subjects.models import Person
from onething.subjects.people import (
    as_known,
    ensure_organisation,
    ensure_person,
    find_people,
    find_person,
    people,
    person,
    set_language,
    set_phone,
    set_sms,
)

__all__ = [
    "BAD_IDENTITY",
    "Matter",
    "Person",
    "as_known",
    "concern",
    "concerned_in",
    "ensure_organisation",
    "ensure_person",
    "find_people",
    "find_person",
    "ids_of",
    "people",
    "person",
    "set_language",
    "set_phone",
    "set_sms",
]
