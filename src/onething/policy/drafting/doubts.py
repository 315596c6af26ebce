"""What a draft must not be silent about: readings that the grammar makes and that are often wrong. Each is listed, none is guessed at.

An official sees the words and says what they mean. Better ten places listed for nothing than one rule that says something else than the law.
"""

import re
from collections import Counter
from collections.abc import Iterator

from onething.policy.drafting.models import Condition, OpenPlace, ParsedClause
from onething.policy.models import Span

_OR = re.compile(r"或者|或(?!有)|以及其他")
_COMPARED = re.compile(
    r"以上|以下|以内|不低于|不少于|不超过|不高于|不足|超过|低于|高于|[0-9〇零一二三四五六七八九十百千万两]{1,6}(?:年|月|日|天|周岁|岁|万元|元|人|倍|次|%)"
)
_TWO = re.compile(r"男[^，。；女]{0,20}[，、；]?女|甲方?[^，。；乙]{0,20}[，、；]?乙方?")
_THING = re.compile(r"(?:期限|比例|标准|税率|费用|待遇|余额|金额|数额|年龄|时间|范围|条件|程序|办法|方式|内容|幅度)$")
_CUT = re.compile(r"[、和及或的与]$")
_DOING = re.compile(
    r"播放|委托|任用|聘用|申请(?!人|单位|企业)|从事|使用(?!人|者|单位)|提供(?!者|单位)|拘捕|依法|查明|办理|购买|发布(?!者|单位)|违反|造成|因|被(?!保险|许可|征|申请|监护|抚养|继承|扶养|执行|"
    r"告|害|告人)|未(?!成年|婚)|已|播出|收养(?!人|机构)|出租(?!人|车|房)|转让(?!人|方)|处理|认为|发现|要求|约定|涉及|直接|录用|发生|在(?!职|校|押|册)|对|妨害|需要|拒绝|阻碍|擅自|应(?!收|付|届)|^未"
)
"""Verbs that stand in no name of a person or organisation: where one does, the subject was cut in the wrong place."""
_GOES_ON = re.compile(r"[^，。；：、的]{0,3}(?:者|方|员)(?![工权])|[^，。；：、的]{0,2}人(?!民|员|身|死|处|均|不)")
_LIST_SAID = re.compile(r"下列|(?<![元%％‰人岁年月日天倍次户家件项吨米上])以下")
_ACTING = re.compile(r"^[对向经把报送]|将|把|移送|责令|给予|处以")
_OFFICE = re.compile(r"(?:机关|部门|委员会|政府|法院|检察院|海关|监督管理机构|派出所|管理局|税务局)$")
_LONGEST_AGENCY = 30
_ENDS = re.compile(r"(?:的|时|后|期间|期内|前|之前|之后|内|中|之日|之日起|情形|情况下|之间|起)$")
_PERSON = re.compile(
    r"^[^，。；：的]{1,14}?(?:者|人|人员|单位|企业|机关|部门|机构|公司|组织|当事人|公民|职工|学校|医院|政府|委员会)(?:依法)?"
    r"(?:未|不|没有|无|已|在|因|应当|可以|违反|申请|提出|发生|造成|从事|使用|提供|拒绝|认为|对|被|经|要求|委托|查明|侵害|死亡|是|为|属于|具有)"
)
_LONGEST = 16
"""Characters of a subject."""
_MOST = 24
"""Characters of a fact that somebody could look up; longer ones are sentences."""


def doubts(clause: ParsedClause) -> Iterator[OpenPlace]:
    """Places of one clause that an official has to look at."""
    for condition in (*clause.conditions, *(each for item in clause.listed for each in item.conditions)):
        if condition.kind != "unless" and (why := _of_condition(condition)):
            yield _open(clause, condition.text, why, condition.span)
    yield from _of_numbers(clause)
    yield from _of_conditions(clause)
    if clause.authority and (
        _ACTING.search(clause.authority) or len(clause.authority) > _LONGEST_AGENCY or _cut(clause)
    ):
        yield _open(clause, clause.authority, "agency_cut", clause.span)
    if clause.subject and (why := _of_subject(clause)):
        yield _open(clause, clause.subject, why, clause.subject_span)
    if clause.subject and clause.inherited:
        yield _open(clause, clause.subject, "subject_inherited", clause.span)


def _of_condition(condition: Condition) -> str:
    if condition.kind == "number":
        if (
            not condition.fact
            or _COMPARED.search(condition.fact)
            or re.fullmatch(r"[以上下内外元%人]+", condition.fact)
        ):
            return "no_fact"
        if re.search(r"之日|次日|日起|连续|时间|期限|^自", condition.fact):
            return "number_in_words"
        return "either_or" if _OR.search(condition.fact) else ""
    if _OR.search(condition.text):
        return "either_or"
    if _COMPARED.search(condition.text):
        return "number_in_words"
    if re.match(r"除.*外$", condition.text):
        return "exception"
    return "long" if len(condition.text) > _MOST else ""


def _of_numbers(clause: ParsedClause) -> Iterator[OpenPlace]:
    numbers = [each for each in clause.conditions if each.kind == "number"]
    if _TWO.search(clause.text) and clause.conditions:
        yield _open(clause, clause.text, "two_persons", clause.span)
    for (fact, _op), many in Counter((each.fact, each.op) for each in numbers).items():
        if many > 1:
            yield _open(clause, fact, "same_fact_twice", clause.span)
    if len(numbers) > 1 and _OR.search(_between(clause, numbers)):
        yield _open(clause, clause.text, "either_or", clause.span)
    for each in numbers:
        if each.fact != "年龄" and _dropped(clause, each):
            yield _open(clause, each.text, "rest_dropped", each.span)


def _dropped(clause: ParsedClause, condition: Condition) -> bool:
    """Whether words of the number's own part are in no condition: 连续超过七日未支付租金."""
    start, end = condition.span[0] - clause.span[0], condition.span[1] - clause.span[0]
    before = re.split(r"[，；：]", clause.text[:start])[-1].replace(clause.subject, "", 1)
    after = re.split(r"[，；：。]", clause.text[end:])[0]
    others = [each for each in clause.conditions if each is not condition]
    if any(condition.span[1] <= each.span[0] <= clause.span[0] + end + len(after) for each in others):
        after = ""
    if any(
        each.span[1] <= condition.span[0] and clause.text[each.span[1] - clause.span[0] : start].find("，") < 0
        for each in others
    ):
        before = ""
    rest = re.sub(r"[（(][^）)]*[）)]|以[上下内外]|的|时|后|，|者|人|企业|单位", "", after)
    return len(rest) > 1 or len(before) > len(condition.fact) + 4


def _of_conditions(clause: ParsedClause) -> Iterator[OpenPlace]:
    if clause.conditions and not clause.listed and not _ENDS.search(_front(clause)):
        yield _open(clause, _front(clause), "statement", clause.span)
    for condition in clause.conditions:
        if condition.kind == "text" and _PERSON.match(condition.text):
            yield _open(clause, condition.text, "other_person", condition.span)
        if condition.kind == "text" and re.match(r"为了?(?=[^，]{3})", condition.text):
            yield _open(clause, condition.text, "statement", condition.span)
    if _LIST_SAID.search(clause.text) and not clause.listed:
        yield _open(clause, clause.text, "list_missing", clause.span)


def _of_subject(clause: ParsedClause) -> str:
    subject = clause.subject
    if _OR.search(subject) or _COMPARED.search(subject) or _DOING.search(subject):
        return "subject_unclear"
    start = clause.subject_span[0] - clause.span[0]
    acted_on = clause.subject_span[1] > 0 and clause.text[:start].endswith(("对", "对于", "由"))
    if len(subject) > _LONGEST or acted_on or _goes_on(clause):
        return "subject_unclear"
    if _THING.search(subject):
        return "subject_is_thing"
    return "subject_is_agency" if subject == clause.authority or _OFFICE.search(subject) else ""


def _front(clause: ParsedClause) -> str:
    """What stands before what follows."""
    at = clause.text.find(clause.outcome) if clause.outcome else -1
    front = (clause.text[:at] if at > 0 else clause.text).rstrip("，,：: ")
    return re.split(r"(?:应当|可以|不得|必须|有权|负责)", front)[0] if at <= 0 else front


def _between(clause: ParsedClause, numbers: list[Condition]) -> str:
    start = min(each.span[1] for each in numbers) - clause.span[0]
    end = max(each.span[0] for each in numbers) - clause.span[0]
    return clause.text[max(start, 0) : max(end, 0)]


def _cut(clause: ParsedClause) -> bool:
    """Whether the name of the agency goes on before or after what was taken for it."""
    at = clause.text.find(clause.authority)
    return (
        at < 0 or bool(_CUT.search(clause.text[:at])) or clause.text[at + len(clause.authority) :][:1] in "、和及或与"
    )


def _open(clause: ParsedClause, text: str, why: str, span: Span) -> OpenPlace:
    return OpenPlace(source=clause.source, text=text, why=why, span=span if span[1] else clause.span)


def _goes_on(clause: ParsedClause) -> bool:
    """Whether the name of the person goes on behind what was taken for it: 电子商务平台|经营者."""
    end = clause.subject_span[1] - clause.span[0]
    return clause.subject_span[1] > 0 and bool(_GOES_ON.match(clause.text[end : end + 6]))
