"""Sentences about origins and about how asking an agency went."""

from datetime import datetime

from onething.catalog.models import City
from onething.core.clock import local
from onething.core.i18n import Text
from onething.review.models import Origin

_SAID = {
    "upload": Text(zh="从您的照片里读到", en="read from your photo"),
    "answer": Text(zh="您填写的", en="entered by you"),
    "sign_in": Text(zh="来自您的登录信息", en="from your sign-in"),
    "derived": Text(zh="由其他信息推算", en="worked out from other details"),
    "signed": Text(zh="由本人在自己的设备上确认", en="confirmed by each person on their own device"),
    "issued": Text(zh="本次办理中签发", en="issued in this case"),
}
_ASKED = Text(zh="{when}向{agency}查询得到", en="asked of {agency} on {day}")


def said(city: City, origin: Origin) -> Text:
    """Where a value came from, in words."""
    if origin.kind != "registry":
        return _SAID[origin.kind]
    agency = city.agency(origin.ref.partition(".")[0])
    name = agency.name if agency else Text(zh=origin.ref, en=origin.ref)
    try:
        at = local(datetime.fromisoformat(origin.at))
    except ValueError:
        return Text(zh=f"向{name.zh}查询得到", en=f"asked of {name.en}")
    return _ASKED.fill(agency=name, when=f"{at.month}月{at.day}日 {at:%H:%M} ", day=f"{at.day} {at:%b %Y, %H:%M}")


_OUTCOMES = {
    "ok": Text(zh="{agency}已经提供“{name}”。", en="{agency} has provided “{name}”."),
    "not_found": Text(zh="{agency}没有“{name}”的记录。", en="{agency} has no record of “{name}”."),
    "refused": Text(zh="{agency}没有同意提供“{name}”,请改为自己上传或填写。", en="{agency} did not agree to provide “{name}”; upload or enter it yourself."),
    "unavailable": Text(zh="{agency}的系统暂时没有回应。我们会再试;您也可以自己上传,已填写的内容都在。", en="{agency} does not answer at the moment. We will try again; you may also upload it yourself. Nothing you entered is lost."),
    "nonsense": Text(zh="{agency}的答复看不懂,没有采用。我们会再试;您也可以自己上传,已填写的内容都在。", en="{agency} sent an answer that makes no sense, so it was not used. We will try again; you may also upload it yourself. Nothing you entered is lost."),
}  # fmt: skip


def outcome_words(outcome: str, agency: Text, name: Text) -> Text:
    return _OUTCOMES.get(outcome, _OUTCOMES["unavailable"]).fill(agency=agency, name=name)
