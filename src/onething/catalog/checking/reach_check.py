"""Can every piece of evidence be had at all? A source that needs what only comes through it gives nothing, ever."""

from collections.abc import Iterable, Iterator

from onething.catalog.checking.findings import Finding, Where
from onething.catalog.checking.known_names import Names
from onething.catalog.model.conditions import slots_in
from onething.catalog.models import FromFacts, FromRegistry, FromSignatures, Service, Source


def check_reach(names: Names, at: Where) -> Iterator[Finding]:
    """Sources and services that wait, through whatever is between, for what they give themselves."""
    for index, slot in enumerate(names.event.slots):
        if not slot.sources:
            continue
        others = reachable(names, without=slot.id)
        for number, source in enumerate(slot.sources):
            missing = sorted(_needs(source) & set(names.slots) - others)
            if missing:
                yield Finding.fault(
                    (*at, "slots", index, "sources", number),
                    f"这个来源永远给不出“{slot.id}”：它要用“{'、'.join(missing)}”，而那又要等“{slot.id}”。",
                    f'This source can never give "{slot.id}": it needs "{", ".join(missing)}", which waits for "{slot.id}" itself.',
                )
    everything = reachable(names)
    for index, service in enumerate(names.event.services):
        missing = sorted(_wanted(service) & set(names.slots) - everything)
        if missing:
            yield Finding.fault(
                (*at, "services", index, "requires"), f"这个事项永远不能开始：得不到“{'、'.join(missing)}”。",
                f'This service can never begin: "{", ".join(missing)}" cannot be had.',
            )  # fmt: skip


def reachable(names: Names, without: str = "") -> set[str]:
    """Slots that can be filled from nothing, were one of them never filled."""
    found: set[str] = set()
    known = set(names.slots)
    while True:
        before = len(found)
        for slot in names.event.slots:
            if slot.id != without and any(_needs(source) & known <= found for source in slot.sources):
                found.add(slot.id)
        for service in names.event.services:
            if _wanted(service) & known <= found:
                found |= {slot for slot in service.outputs if slot != without}
        if len(found) == before:
            return found


def _needs(source: Source) -> set[str]:
    match source:
        case FromRegistry(with_=params):
            return _read(params.values())
        case FromFacts():
            return _worked_out_of(source)
        case FromSignatures(signed_by=people):
            return {people.partition(".")[0]}
        case _:
            return set()


def _worked_out_of(source: FromFacts) -> set[str]:
    try:
        return {name.partition(".")[0] for name in source.reads}
    except ValueError:
        return set()


def _wanted(service: Service) -> set[str]:
    return set(service.requires) | _read(service.handling.with_.values())


def _read(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        try:
            found |= slots_in(text)
        except ValueError:
            continue
    return found
