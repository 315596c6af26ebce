"""What a city package says of its sandbox (`sandbox/*.yaml`): people and officials to sign in as, what agencies have on record and how
they act, and filings to try the life events with. Data only: no city needs a program to be tried.

Everything is in the package's own names; how a message looks is said once, by the operation. A value that is a text beginning with
`=` is an expression, worked out on the day of the trial: `=today()`.
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from onething.catalog.model.agencies import Model, Slug
from onething.catalog.model.kinds import (
    AgencyName,
    Condition,
    Expression,
    FactName,
    FieldName,
    Free,
    LifeEventName,
    Number,
    NumberPattern,
    OperationName,
    OwnOperation,
    ParameterName,
    PersonName,
    RecordsName,
    ServiceName,
    SlotName,
    Theirs,
)
from onething.core.i18n import Text

Account = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]*$", max_length=60)]


class SandboxPerson(Model):
    """Somebody who lives in the sandbox and can sign in. Her sex and birthday are those of her number (GB 11643); of whoever has none
    of those (`PASSPORT:USA:C12345678`, see `core.persons.numbers`) they stand beside it."""

    id: Slug
    name: Free
    id_number: Number
    born: date | None = None
    """Her birth date, where the number does not tell it."""
    sex: Literal["male", "female"] | None = None
    """Her sex, where the number does not tell it."""
    phone: Number
    title: Text
    """What she is good for, shown on the sign-in page."""


class SandboxOfficial(Model):
    """An official who can sign in to the console."""

    id: Account
    name: Free
    role: Literal["officer", "admin", "auditor"] = "officer"
    agency: AgencyName | None = None
    """Whose officer; administrators and auditors have none."""
    title: Text


class MockRefusal(Model):
    """When the mocked agency refuses, and in which words."""

    when: Condition
    """Over the parameters (also `asked.parameter`, where a list has a field of that name), `record` (what was found) and `records` (all
    lists); unknown does not refuse."""
    code: Theirs = "REFUSED"
    reason: Free


class Mock(Model):
    """How a mocked agency acts on one operation.

    Without a mock a query answers its example that was asked for the same, and a `perform` answers made-up values.
    """

    find: RecordsName | None = None
    """The list in which the record is looked up whose fields have the values of the parameters. None found: there is no such record."""
    by: tuple[ParameterName, ...] = ()
    """Parameters that must be the record's; left out: all that records have a field for."""
    refuse: tuple[MockRefusal, ...] = ()
    once: tuple[ParameterName, ...] = ()
    """A second order with the same of these is refused by the operation's first `already` code, with the result of the first."""
    give: dict[FieldName, Expression] = Field(default_factory=dict[str, str])
    """What is answered, beyond what the record and the parameters say. Reads what `refuse` reads, and `serial`."""
    numbers: dict[FieldName, NumberPattern] = Field(default_factory=dict[str, str])
    """Numbers that are given out: words and `{places}`, as for certificates."""
    keep: RecordsName | None = None
    """The list to which parameters and answer are added as a record."""
    drop: RecordsName | None = None
    """The list from which the record that has the values of the parameters is taken away."""


class MockAgency(Model):
    """What a mocked agency has on record, and how it acts."""

    agency: AgencyName
    records: dict[Slug, tuple[dict[FieldName, Any], ...]] = Field(default_factory=dict[str, tuple[dict[str, Any], ...]])
    """Lists of records by name, each record in our names."""
    operations: dict[OwnOperation, Mock] = Field(default_factory=dict[str, Mock])


class Expected(Model):
    """How a filing must go."""

    outcome: Literal["done", "partly_done", "refused", "stopped"] = "done"
    """`stopped`: the review does not let it be submitted."""
    services: dict[ServiceName, Literal["done", "refused", "skipped", "undone"]] = Field(
        default_factory=dict[str, Literal["done", "refused", "skipped", "undone"]]
    )
    facts: dict[FactName, Any] = Field(default_factory=dict[str, Any])
    """What must stand in the case at its end."""
    asked: tuple[FactName, ...] | None = None
    """All that she was asked, in any order: nothing that an agency knows."""
    says: tuple[Free, ...] = ()
    """Words that a finding, a refusal or a message to her must contain."""


class SandboxFiling(Model):
    """A filing to try a life event with; `onething catalog test` files it and compares how it went."""

    id: Slug
    name: Text
    life_event: LifeEventName
    person: PersonName
    """Who files."""
    answers: dict[FactName, Any] = Field(default_factory=dict[str, Any])
    """What she answers; what is not said here is answered as proposed, else by the first choice."""
    papers: dict[SlotName, dict[FieldName, Any]] = Field(default_factory=dict[str, dict[str, Any]])
    """What stands on the papers that she photographs, as read."""
    declines: tuple[OperationName, ...] = ()
    """Registries that she does not let be asked."""
    leave_out: tuple[ServiceName, ...] = ()
    officers: dict[ServiceName, Literal["approve", "refuse"]] = Field(
        default_factory=dict[str, Literal["approve", "refuse"]]
    )
    """What officers decide where one is asked; left out: nobody must be asked."""
    expect: Expected = Expected()


class Sandbox(Model):
    """The whole of `sandbox/`."""

    people: tuple[SandboxPerson, ...] = ()
    officials: tuple[SandboxOfficial, ...] = ()
    agencies: tuple[MockAgency, ...] = ()
    filings: tuple[SandboxFiling, ...] = ()

    def person(self, person_id: str) -> SandboxPerson | None:
        return next((each for each in self.people if each.id == person_id), None)

    def agency(self, agency_id: str) -> MockAgency:
        """How an agency is mocked; one of which nothing is said has no records."""
        return next((each for each in self.agencies if each.agency == agency_id), MockAgency(agency=agency_id))
