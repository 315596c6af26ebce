"""Event types are declared, each once, in the `events.py` of the room whose events they are:

    @declare("case.submitted", zh="申请人提交了一件事", en="Somebody submitted a life event")
    class CaseSubmitted(CaseEvent):
        channel: str
        \"""Where it came in: portal, api, counter.\"""

The class becomes a frozen dataclass with keyword arguments and is known from then on, whatever was imported before it.
Its fields are what `append` accepts, no more and no less. A new version says how data of older ones becomes the newest
(`upcasts`); rows are never rewritten, readers see the newest shape.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, ClassVar, Final, TypeVar, dataclass_transform, get_type_hints

from onething.core.events.objects import ObjectType
from onething.core.events.shapes import PASSING, WITHHELD, FieldShape, field_shape

STREAM: Final = "stream"
"""As the `source` of `Concerns`: the event's own stream."""
T = TypeVar("T")
Withheld = Annotated[T, WITHHELD]
"""`Withheld[str]`: kept in the log and read by us, never exported."""
Passing = Annotated[T, PASSING]
"""`Passing[str]`: told to whoever hears the event in its transaction (a one-time code for a message) and never written down: the
log keeps an empty text in its place."""
Upcast = Callable[[dict[str, Any]], dict[str, Any]]
"""Data of one version, as it was stored → data of the next."""


class BadEventError(TypeError):
    """An event that was not declared, or not in this shape. A mistake in the program, never in what a user typed."""

    taken = ""
    """What another room has declared already, where that is the mistake."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """An object that events of a type concern.

    `source` is the field with its id or ids, or `STREAM`; `qualifier` says how it takes part. `prefix` is what stands before
    the id in the stream's name. `local`: the id is unique only within the stream.
    """

    source: str
    object_type: ObjectType
    qualifier: str
    prefix: str = ""
    local: bool = False


@dataclass(frozen=True, slots=True)
class EventData:
    """What an event says, typed. Every declared type derives from it, often through a frame of fields that several share."""

    NAME: ClassVar[str]
    """The type as it stands in the log, for example `case.submitted`."""
    DECLARED: ClassVar["Declaration"]
    CONCERNS: ClassVar[tuple[Concerns, ...]] = ()
    """Of a frame: objects that all its types concern."""


D = TypeVar("D", bound=EventData)


@dataclass(frozen=True, slots=True)
class Declaration:
    """All that is known of one event type."""

    name: str
    version: int
    kind: type[EventData]
    zh: str
    en: str
    concerns: tuple[Concerns, ...]
    personal: bool
    upcasts: tuple[Upcast, ...]
    fields: tuple[FieldShape, ...]

    @property
    def room(self) -> str:
        return self.kind.__module__.removeprefix("onething.").partition(".")[0]

    def write(self, said: EventData) -> dict[str, Any]:
        """As JSON has it; a field that is None is left out."""
        data: dict[str, Any] = {}
        for field in self.fields:
            value = getattr(said, field.name)
            if value is not None:
                data[field.name] = field.shape.write(value) if field.shape.write else value
        return data

    def kept(self, data: dict[str, Any]) -> dict[str, Any]:
        """Of the data what the log keeps."""
        passing = [field.name for field in self.fields if field.passing and field.name in data]
        return data | dict.fromkeys(passing, "") if passing else data

    def read(self, data: Mapping[str, Any]) -> EventData:
        """The typed data from JSON of the newest version. Raises `BadEventError` when it is not of this shape."""
        self.check(data)
        values: dict[str, Any] = {}
        for field in self.fields:
            if field.name in data:
                value = data[field.name]
                values[field.name] = field.shape.read(value) if field.shape.read else value
            elif field.optional:
                values[field.name] = None
        return self.kind(**values)

    def check(self, data: Mapping[str, Any]) -> None:
        """Raises `BadEventError` naming what is missing, unknown or of another type."""
        seen = 0
        for field in self.fields:
            if field.name in data:
                seen += 1
                if not field.shape.holds(data[field.name]):
                    raise BadEventError(self._wrong(data))
            elif not field.optional:
                raise BadEventError(self._wrong(data))
        if seen != len(data):
            raise BadEventError(self._wrong(data))

    def _wrong(self, data: Mapping[str, Any]) -> str:
        # Names and types only: values could be anybody's.
        known = {field.name: field for field in self.fields}
        missing = [f"misses {field.name!r}" for field in self.fields if not field.optional and field.name not in data]
        unknown = [f"has no field {name!r}" for name in data if name not in known]
        wrong = [
            f"{name!r} must be {known[name].shape.words}, not {type(value).__name__}"
            for name, value in data.items()
            if name in known and not known[name].shape.holds(value)
        ]
        return f"{self.name} (version {self.version}): {'; '.join(missing + unknown + wrong)}"

    def newest(self, data: dict[str, Any], version: int) -> dict[str, Any]:
        """Data stored as `version`, as the newest version has it; the given mapping stays as it was."""
        for upcast in self.upcasts[version - 1 :]:
            data = upcast(dict(data))
        return data


_declared: dict[str, Declaration] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def declare(
    name: str,
    *,
    zh: str,
    en: str,
    concerns: Sequence[Concerns] = (),
    version: int = 1,
    upcasts: Sequence[Upcast] = (),
    personal: bool = False,
) -> Callable[[type[D]], type[D]]:
    """Declare the decorated class as the event type `name`, which `zh` and `en` explain in one sentence.

    `concerns` adds to what its frame concerns. Version n has n - 1 `upcasts`, from 1 to 2 first. `personal` says that its
    data may identify a person by more than an opaque id; the log is to have no such type.
    Raises `BadEventError` when another class has the name, or the declaration contradicts itself.
    """

    def decorate(kind: type[D]) -> type[D]:
        kind.__doc__ = kind.__doc__ or f"{en}."  # else `dataclass` works out a signature instead
        made = dataclass(frozen=True, slots=True, kw_only=True)(kind)
        hints = get_type_hints(made, include_extras=True)
        shapes = tuple(field_shape(each.name, hints[each.name]) for each in fields(made))
        inherited = [each for base in reversed(made.__mro__) for each in vars(base).get("CONCERNS", ())]
        found = Declaration(name, version, made, zh, en, (*inherited, *concerns), personal, tuple(upcasts), shapes)
        _must_be_sound(found)
        made.NAME, made.DECLARED = name, found
        _declared[name] = found
        return made

    return decorate


def _must_be_sound(new: Declaration) -> None:
    other = _declared.get(new.name)
    if other and (other.kind.__module__, other.kind.__qualname__) != (new.kind.__module__, new.kind.__qualname__):
        error = BadEventError(f"{new.name} is declared in {other.kind.__module__} and in {new.kind.__module__}")
        error.taken = f"event type {new.name}, declared in {other.kind.__module__},"
        raise error
    if len(new.upcasts) != new.version - 1:
        raise BadEventError(f"{new.name}: version {new.version} needs {new.version - 1} upcasts")
    names = {field.name for field in new.fields} | {STREAM}
    if lost := [each.source for each in new.concerns if each.source not in names]:
        raise BadEventError(f"{new.name} concerns {lost}, which it does not have")
    # A reader leaves out what is not there, so an optional field must be one that may be left out when written too.
    for field in fields(new.kind):
        if field.default not in (MISSING, None):
            raise BadEventError(f"{new.name}: {field.name!r} may have no default but None")


def declaration(name: str) -> Declaration | None:
    """What is known of a type; None when no imported room declares it."""
    return _declared.get(name)


def declarations() -> list[Declaration]:
    """All types that are known so far, by name."""
    return [_declared[name] for name in sorted(_declared)]


def concerning(object_type: ObjectType, qualifier: str) -> list[tuple[Declaration, str]]:
    """The known types that concern such an object in this way, each with the field that has its id."""
    return [
        (each, concern.source)
        for each in declarations()
        for concern in each.concerns
        if (concern.object_type, concern.qualifier) == (object_type, qualifier)
    ]
