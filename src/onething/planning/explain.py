"""A plan's short reasons in the applicant's words."""

from collections.abc import Sequence

from onething.catalog.models import City, LifeEvent, OperationRef
from onething.core.i18n import Text
from onething.planning.reasons import Cause, Why


def _name(city: City, event: LifeEvent, word: str) -> Text:
    """The words for a slot, service, operation or agency id; the id itself when it has none."""
    service = event.service(word)
    if service is not None:
        return service.name
    first = OperationRef.parse(word).agency
    slot = event.slot(first.partition("#")[0])
    if slot is not None:
        return city.slot_label(slot)
    return city.label_of(first) if city.agency(first) else Text(zh=word, en=word)


_SAY = {
    Cause.NOT_ON_RECORD: Text(zh="{name}没有相关记录。", en="There is no such record: {name}."),
    Cause.DOWN: Text(zh="{name}的系统暂时没有应答，恢复后会自动继续。", en="{name} does not answer just now; it goes on by itself once they do."),
    Cause.FAILED: Text(zh="没能向{name}取得结果。", en="No result could be had from {name}."),
    Cause.NOT_KNOWN: Text(zh="还缺少{name}里的信息。", en="Something is still missing from: {name}."),
    Cause.NEEDS: Text(zh="要先有“{name}”。", en="It first needs: {name}."),
}  # fmt: skip
_SAY_PLAIN = {
    Cause.LEFT_OUT: Text(zh="您选择了这次不办。", en="You chose to leave it out this time."),
    Cause.FAILED: Text(zh="这一步没有办成。", en="This step did not succeed."),
    Cause.CIRCLE: Text(zh="几项材料互相等待，需要工作人员处理。", en="Several documents wait for each other; an officer must look."),
    Cause.NO_SOURCE: Text(zh="目前没有办法取得。", en="There is no way to get it at present."),
}  # fmt: skip
_NOT_NEEDED = Text(zh="按您的情况不需要。", en="Not needed in your situation.")


def explain(city: City, event: LifeEvent, why: Sequence[Why]) -> Text:
    """The sentence for one entry of `Plan.left_out` or `Plan.unreachable` (the first reason, when there are several)."""
    if not why or why[0].cause is Cause.WHEN:
        return _NOT_NEEDED
    cause, about = why[0].cause, why[0].about
    if not about:
        return _SAY_PLAIN.get(cause, _NOT_NEEDED)
    return _SAY[cause].fill(name=_name(city, event, about[0])) if cause in _SAY else _NOT_NEEDED
