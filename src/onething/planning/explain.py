"""A plan's short reasons in the applicant's words."""

from onething.catalog.models import City, LifeEvent
from onething.core.i18n import Text


def _name(city: City, event: LifeEvent, word: str) -> Text:
    """The words for a slot, service, operation or agency id; the id itself when it has none."""
    service = event.service(word)
    if service is not None:
        return service.name
    slot = event.slot(word.partition(".")[0].partition("#")[0])
    if slot is not None:
        kind = city.evidence_type(slot.type)
        return slot.name or (kind.name if kind else Text(zh=slot.id, en=slot.id))
    agency = city.agency(word.partition(".")[0])
    return agency.name if agency else Text(zh=word, en=word)


_SAY = {
    "not_on_record": Text(zh="{name}没有相关记录。", en="There is no such record: {name}."),
    "down": Text(zh="{name}的系统暂时没有应答，恢复后会自动继续。", en="{name} does not answer just now; it goes on by itself once they do."),
    "failed": Text(zh="没能向{name}取得结果。", en="No result could be had from {name}."),
    "not_known": Text(zh="还缺少{name}里的信息。", en="Something is still missing from: {name}."),
    "needs": Text(zh="要先有“{name}”。", en="It first needs: {name}."),
}  # fmt: skip
_SAY_PLAIN = {
    "left_out_by_applicant": Text(zh="您选择了这次不办。", en="You chose to leave it out this time."),
    "failed": Text(zh="这一步没有办成。", en="This step did not succeed."),
    "circle": Text(zh="几项材料互相等待，需要工作人员处理。", en="Several documents wait for each other; an officer must look."),
    "no_source": Text(zh="目前没有办法取得。", en="There is no way to get it at present."),
}  # fmt: skip
_NOT_NEEDED = Text(zh="按您的情况不需要。", en="Not needed in your situation.")


def explain(city: City, event: LifeEvent, why: str) -> Text:
    """The sentence for one entry of `Plan.left_out` or `Plan.unreachable` (the first reason, when there are several)."""
    kind, _, rest = why.partition("; ")[0].partition(": ")
    if kind == "when":
        return _NOT_NEEDED
    if not rest:
        return _SAY_PLAIN.get(kind, _NOT_NEEDED)
    return _SAY[kind].fill(name=_name(city, event, rest.partition(", ")[0])) if kind in _SAY else _NOT_NEEDED
