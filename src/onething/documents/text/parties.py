"""People and organisations in text with their roles, and which ids are theirs."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from onething.documents.text.models import Identifier, Party, Source
from onething.documents.text.vocabulary import vocabulary

_H = "\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002ffff"
SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "施洪祝殷倪严牛章樊葛岳齐梅伍庄童冼欧翁鲁韦俞安车路关焦游季涂阮蓝闵聂翟毕耿祁柳鲍管凌霍左裴简穆费仇盛房牟路詹冉梅成解苗古米纪单宁柯桂辛阳瞿卫谷仝甄肖付代兰申向甘柴蒲习冷池凤乐闻时卜尚项屈景谈全商"
)  # fmt: skip
COMPOUND = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "端木",
    "夏侯",
    "宇文",
    "长孙",
)
_NOT_NAMES = frozenset(
    [
        "先生",
        "女士",
        "小姐",
        "同志",
        "双方",
        "甲方",
        "乙方",
        "丙方",
        "本人",
        "自己",
        "公司",
        "单位",
        "签字",
        "签名",
        "签章",
        "盖章",
        "姓名",
        "地址",
        "电话",
        "方",
        "如下",
        "同意",
        "不得",
        "应当",
        "可以",
        "负责",
        "承担",
        "支付",
        "购买",
        "申请",
        "因为",
        "用于",
        "现在",
    ]
)
_PERSON = rf"(?:[{_H}]{{2,4}}?|[{_H}]{{1,10}}(?:[·•・][{_H}]{{1,12}}){{1,3}})"
_AFTER_PERSON = r"(?=$|[\s,。;,;、\n()::]|先生|女士|小姐|同志|系|是|为|与|和|及|之|于|在|因|自|已|现|向|将|购|欲|拟|身份证|电话|男|女|的|出生|名下|由|签)"
_LATIN = r"[A-Z][A-Za-z.'-]*(?:\s[A-Z][A-Za-z.'-]*){1,4}"
_MORE = r"(?:\s?[((](?:以下简称|下称)?[“\"]?[\u4e00-\u9fff、/]{1,12}[”\"]?[))])?"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = vocabulary()
    roles = "|".join(map(re.escape, words.roles))
    ends = "|".join(map(re.escape, words.organisation_ends))
    organisation = rf"[{_H}A-Za-z0-9()·&]{{2,40}}?(?:{ends})(?:[((](?:普通合伙|有限合伙|特殊普通合伙|集团)[))])?(?!{'|'.join(['有限', '股份', '集团', '分', '第'])})(?:[{_H}]{{2,8}}(?:分公司|支行|分行|分院|分局))?"
    labelled = re.compile(
        rf"(?P<role>{roles}){_MORE}(?:姓名|名称)?\s?(?:[::]|为|是|(?<=本人)|(?<=我叫)|(?<=员工)|(?<=职工)|(?<=配偶)|(?<=丈夫)|(?<=妻子)|(?<=父亲)|(?<=母亲)|(?<=儿子)|(?<=女儿)|(?<=法定代表人))\s?"
        rf"(?P<name>{organisation}|{_LATIN}|{_PERSON}{_AFTER_PERSON})"
    )
    plain = re.compile(
        rf"(?:兹证明|证明|今有|兹有|与|同|和|给|向|及|、)(?P<name>{_PERSON})(?=\s?(?:[((,,]?\s?(?:身份证|男|女|公民身份)|先生|女士|同志|签订|签署|结婚|登记))"
    )
    return labelled, plain, re.compile(organisation)


def find_parties(text: str, ids: Sequence[Identifier], source: Source = "rules") -> list[Party]:
    """Parties of evened text in order, the same name once for each role, each with the ids that follow it."""
    found: dict[tuple[str, str | None], Party] = {}
    for party in sorted(_all(text, source), key=lambda party: (party.start, party.role is None)):
        known = [each for each in found.values() if each.name == party.name]
        if party.role is None and known:
            continue
        if any(
            each.start < party.end and party.start < each.end and each.name != party.name for each in found.values()
        ):
            continue  # part of a longer name found before
        found.setdefault((party.name, party.role), party)
    return _with_ids(list(found.values()), ids)


def _all(text: str, source: Source) -> Iterator[Party]:
    labelled, plain, organisation = _patterns()
    for match in labelled.finditer(text):
        role, name = vocabulary().roles[match["role"]], match["name"]
        yield from _party(name, match.start("name"), _second_role(match[0], role), source)
    for match in plain.finditer(text):
        yield from _party(match["name"], match.start("name"), None, source)
    for match in organisation.finditer(text):
        start = _where_it_begins(match[0])
        yield from _party(match[0][start:], match.start() + start, None, source)
    yield from _tagged(text, source)


def _second_role(words: str, role: str) -> str:
    """出租方(甲方): the role that says more counts."""
    if not role.startswith("party_"):
        return role
    inner = re.search(r"[((](?:以下简称|下称)?[“\"]?([^“”\"()()]{2,8})[”\"]?[))]", words)
    return vocabulary().roles.get(inner[1], role) if inner else role


def _party(name: str, start: int, role: str | None, source: Source) -> Iterator[Party]:
    name = name.strip()
    if name.endswith(vocabulary().organisation_ends) or re.search(r"公司|合伙|分行|支行|[))]$", name):
        yield Party(
            text=name, start=start, end=start + len(name), source=source, name=name, kind="organisation", role=role
        )
        return
    if is_person(name):
        yield Party(text=name, start=start, end=start + len(name), source=source, name=name, kind="person", role=role)


def is_person(name: str) -> bool:
    """Whether this can be a person's name: a family name in front, or foreign parts with a dot, or Latin words."""
    if name in _NOT_NAMES or any(word in name for word in ("公司", "身份", "先生", "女士", "本人")):
        return False
    if re.fullmatch(_LATIN, name) or re.search(r"[·•・]", name):
        return True
    return 2 <= len(name) <= 4 and (name[0] in SURNAMES or name.startswith(COMPOUND)) and name[1:] not in _NOT_NAMES


_BEFORE_NAME = re.compile(r"^.*(?:[::,,、]|兹证明|证明|任职于|就职于|在职于|供职于|受雇于|系我|系|是|为|由|向|与|和|在|于|给|到|的|及|对|自|从|将|把|经|我在|位于)(?=[\u4e00-\u9fffA-Za-z0-9(]{4,})")  # fmt: skip


def _where_it_begins(words: str) -> int:
    lead = _BEFORE_NAME.match(words)
    return lead.end() if lead else 0


def _tagged(text: str, source: Source) -> Iterator[Party]:
    """Names that jieba's part-of-speech tagger finds where no word leads to them, kept only with an id close behind."""
    if not re.search(r"身份证|公民身份", text):
        return
    at = 0
    for word, flag in _tagger().cut(text[:20_000]):
        start = text.find(word, at)
        at = start + len(word) if start >= 0 else at
        if start >= 0 and flag == "nr" and is_person(word) and re.match(r"\s?[((,,]?\s?(?:身份证|公民身份)", text[at:]):
            yield from _party(word, start, None, source)


@lru_cache(maxsize=1)
def _tagger() -> Any:
    import logging

    import jieba.posseg  # pyright: ignore[reportMissingTypeStubs]

    logging.getLogger("jieba").setLevel(logging.WARNING)
    return jieba.posseg.POSTokenizer()


def _with_ids(parties: list[Party], ids: Sequence[Identifier]) -> list[Party]:
    """An id belongs to the last party named before it, at most 120 characters away; company codes to organisations."""
    theirs: dict[int, list[str]] = {}
    for found in ids:
        if found.kind == "property_certificate":
            continue
        wanted = {"citizen_id": "person", "uscc": "organisation"}.get(found.kind)
        before = [i for i, party in enumerate(parties) if party.end <= found.start and wanted in (None, party.kind)]
        if before:
            last = max(before, key=lambda i: parties[i].end)
            if found.start - parties[last].end <= 120:
                theirs.setdefault(last, []).append(found.value)
    named = {parties[i].name: values for i, values in theirs.items()}
    return [party.model_copy(update={"ids": tuple(dict.fromkeys(named.get(party.name, ())))}) for party in parties]
