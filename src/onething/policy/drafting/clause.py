"""Parses one sentence of a regulation: whom it binds, when it applies, what follows, who acts.

A grammar of Chinese drafting practice (立法技术规范): the conditions come first and end in 的, 时 or 后; then the modal word
(应当, 可以, 不得); penalties name the authority with 由. Deterministic; what does not fit is left open, not guessed.
"""

import re
from collections.abc import Sequence
from typing import Literal

from onething.policy.drafting.models import Condition, Listed, Modality, ParsedClause, Quantity
from onething.policy.drafting.quantities import consequences, limits, number_conditions
from onething.policy.drafting.units import segments
from onething.policy.models import Item, Span

_NOUNS = (
    "单位|个人|职工|公民|企业|机构|机关|部门|主体|委员会|中心|政府|组织|银行|法人|人员|居民|家庭|者|人|学校|公司|合作社|负责人|子女|配偶|遗属|代表|"
    "待遇|余额|费用|项目|持有人|载体|园区|清算组|登记簿|申请|居住证|税率|期限|公示期|比例|记录|受理费|成员|账户|执照|双方|市场主体|经营主体|工商户|户主|医疗费用|"
    "本法|本条例|本办法|本规定|本措施|条例|办法|政策|资金|补贴|平台|监护人|近亲属|协会|商会|法院|邻居|登记申请"
)
_ENDS_IN_NOUN = re.compile(rf"(?:{_NOUNS})(?:等)?(?:[（(][^）)]*[）)])?$")
_VERB = (
    "未|不|没有|无|已|在|因|与|经|应当|应|可以|有权|有|符合|参加|申请|必须|方可|达到|失业|出现|发生|变更|属于|具备|认定|申报|提交|提取|录用|死亡|跨|从|由|自|"
    "合并|设立|违反|伪造|逾期|拒不|虚报|擅自|利用|处理|向|将|按照|根据|依照|依法|对|为|是|之间|持(?!有人)|凭|擅|购买|承受|改变|办理|受理|发现|认为|存在|请求|通过|"
    "低于|高于|超过|满|连续|首次|换领|享受|领取|停止|免|损坏|丢失|以|进行|获得|取得|拖欠|注册|登记|纳税|新|接受|拒绝|撤回|使用|只能|每|需要|给予|被|涉及|到"
)
_SUBJECT = re.compile(rf"^(?P<np>(?:[^，。；：]*?(?:{_NOUNS})(?:等)?)(?:[（(][^）)]*[）)])?(?:(?:、|和|及|以及|或者|或)[^，。；：]*?(?:{_NOUNS}))*)(?P<rest>(?:均|都|还|的)?(?:{_VERB}).*)$")  # fmt: skip
_MODALS: tuple[tuple[Modality, str], ...] = (
    ("penalty", r"罚款|责令|没收|吊销|警告|处分|追究|滞纳金|行政处罚|治安管理处罚|撤销行政决定"),
    ("ban", r"不得|禁止|严禁|不予|停止享受|停止领取|不认定|不纳入|停发|功能中止|不适用"),
    ("must", r"应当|必须|须|负责|方能"),
    ("may", r"可以|有权|方可|可|允许"),
    ("right", r"享受|领取|给予|免征|免收|减征|减半|补贴|支付|奖励|随本人转移|予以|发给|签发|不作负面评价|补足|继承"),
    ("is", r"是指|为|包括|施行|适用"),
)
_MAIN = re.compile(
    "|".join(pattern for _, pattern in _MODALS)
    + r"|依法|由|按照|从[^，]*?中|视为|处[^，]*?元|适用|恢复|加收|属于|从其规定|不再|不需|无需|计算|登记|实行|办理"
)
_LISTS = re.compile(r"下列|如下|(?<![元%％‰人岁年月日天倍次户家件项吨米上])以下")
"""10万元以下 is a limit and leads to no list."""
_TAIL = re.compile(r"(?:的同时|的情形下|的情况下|的时候|之时|的|时|：|:)$")
_LEAD = re.compile(r"^(?:对于|对|凡是?|其中|但是?|并且|并|且|而|同时|如果|若|此外)(?=.{2})")
_EXCEPT = re.compile(r"^(?P<a>除)?(?P<text>.{2,60}?)(?:的?除外|以外|外)$|^(?P<other>.{2,60}?另有规定)的?$")
_ENUM_IN_LINE = re.compile(r"(?:符合|有|具备|属于)(?!下列|以下)(?P<list>[^，。；：]{2,}?)(?:条件|情形|行为|情况)之一$")
_AUTHORITY = (
    re.compile(r"由(?P<who>[^，。；：]{2,44}?(?:机关|部门|中心|机构|政府|委员会|银行|法院|单位|小组|局|处|会))(?=[，]|责令|处|给予|依法|核定|办理|支付|收缴|没收|按照|依照|会同|依据|规定|制定|确定|报|审核|批准|负责|共同|追回|直接|先行|根据)"),
    re.compile(r"(?:向|到|报|经)(?P<who>[^，。；：向到报经]{2,36}?(?:机关|部门|中心|机构|政府|委员会|银行|法院|派出所))(?=提出|申请|办理|申报|提交|批准|审核|备案|登记|查询|缴纳|报告|反映|重新|复核|负责人|的|$)"),
    re.compile(r"申请(?P<who>[^，。；：]{2,20}?(?:法院|银行|中心|机构|机关))(?=强制|扣押|复核|重新|支付|作出)"),
)  # fmt: skip
_AGENCY = re.compile(r"(?:机关|部门|中心|机构|政府|委员会|银行|法院|派出所|税务|登记机构|服务机构)(?:等)?$")
_BENEFIT = re.compile(
    r"(?:领取|享受|申领|获得|发给|给予|可以提取|提取|申请退还|签发|发放|予以)(?P<what>[^，。；：]{2,30}?)(?=的(?:期限|手续|权利)|待遇标准|$|[，。；：])"
    r"|(?P<free>(?:免征或者减征|免征|免收|减征|减半征收|减半交纳|减免|降低缴存比例或者缓缴)[^，。；：]{0,20})"
    r"|申请(?P<asked>[^，。；：]{2,12}?(?:贷款|补贴|补助|资金|奖励))"
)


_NO_BENEFIT = re.compile(
    r"处分|警告|处罚|罚款|登记$|答复|制止|审核|公示|核实|决定|材料$|一项$|之日|规定$|税款$|补正|期限"
)


def parse_unit(
    text: str, span: Span, source: str, items: Sequence[Item] = (), subject: str = ""
) -> ParsedClause:  # fmt: skip
    """Read one unit. `items` are those that its end introduces; `subject` is inherited when it has none of its own."""
    parts = segments(text, span[0]) or [(text, span)]
    main = _main_at(parts)
    who, where, conditions = _front(parts[:main])
    outcome = "，".join(part for part, _ in parts[main:])
    start = parts[main][1][0] if main < len(parts) else span[1]
    own, own_where, more = _main_subject(parts[main] if main < len(parts) else ("", span))
    if own and (not who or not own.startswith("其")):
        if who and conditions and conditions[0].kind == "text" and where[1] == conditions[0].span[0]:
            # Another one acts: whoever stood first belongs to the condition.
            conditions[0] = conditions[0].model_copy(update={"text": who + conditions[0].text, "span": (where[0], conditions[0].span[1])})  # fmt: skip
        who, where, conditions = own, own_where, conditions + more
    conditions += _partial(parts[main + 1 :])
    exceptions, plain = _exceptions(parts[main:])
    logic = _logic(text) if items else ""
    if not items and (found := _in_line(parts)) is not None:
        logic, listed = "any", found
        conditions = [each for each in conditions if not _ENUM_IN_LINE.search(each.text)]
    else:
        listed = tuple(_listed(item) for item in items)
    conditions = _with_age(who, where, conditions)
    modality = _modality(outcome, text)
    return ParsedClause(
        source=source, text=text, span=span, modality=modality, subject=who or subject, subject_span=where, inherited=not who and bool(subject),
        conditions=tuple(conditions + exceptions), logic=logic, listed=listed, then=tuple(_then(plain, items)),
        outcome=outcome.strip("，"), authority=_authority(text, who, outcome), benefit=_benefit(outcome) if start < span[1] else "",
    )  # fmt: skip


def _main_at(parts: list[tuple[str, Span]]) -> int:
    """Where what follows begins: after the last part that ends in 的; else at the first part with a modal word."""
    modal = next((n for n, (part, _) in enumerate(parts) if _MAIN.search(_strip_subject(part))), len(parts) - 1)
    ends = [
        n
        for n, (part, _) in enumerate(parts[:-1])
        if part.endswith(("的", "时", "的时候", "期间")) and not _EXCEPT.match(part)
    ]
    strong = next(
        (
            n
            for n, (part, _) in enumerate(parts)
            if re.search(r"(?<!依法)应当|可以|不得|有权|处.*罚款|必须|由.*责令", part) and not part.endswith("的")
        ),
        len(parts) - 1,
    )
    early = [n for n in ends if n < strong]
    if early:
        return early[-1] + 1
    return min(max(modal, 0), strong)


def _strip_subject(part: str) -> str:
    found = _subject(part)
    return found["rest"] if found and not _is_agent(found) else part[1:]


def _joined(parts: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
    """A part that begins with 或者 is one condition with the part before it."""
    out: list[tuple[str, Span]] = []
    for part, span in parts:
        if out and re.match(r"\s*(?:或者|或)", part) and not out[-1][0].endswith("的"):
            out[-1] = (f"{out[-1][0]}，{part}", (out[-1][1][0], span[1]))
        else:
            out.append((part, span))
    return out


def _front(parts: list[tuple[str, Span]]) -> tuple[str, Span, list[Condition]]:
    """Subject and conditions in what comes before the main part."""
    who, where = "", (0, 0)
    conditions: list[Condition] = []
    for part, span in _joined(parts):
        body, offset = _stripped(part, span[0])
        if re.match(r"(?:为了|根据|按照|依据|其中$)", body) and not body.endswith("后"):
            continue
        if not who and (meant := re.match(r"本(?:法|条例|办法|规定)所称", body)):
            who, where = body[meant.end() :], (offset + meant.end(), offset + len(body))
            continue
        if (
            not who
            and (of := re.match(r"\s*(?:对于?)", part))
            and (split := re.match(rf"(?P<is>[^的]{{4,}})的(?P<who>{_NOUNS})$", body))
        ):
            del of
            who, where = split["who"], (offset + split.start("who"), offset + len(body))
            conditions += _conditions(split["is"], offset)
            continue
        if not who and not conditions and _is_subject(body, part):
            who, where = body, (offset, offset + len(body))
            continue
        if not who and (found := _subject(body)) and not _is_agent(found):
            who, where = found["np"], (offset, offset + len(found["np"]))
            body, offset = found["rest"], offset + len(found["np"])
        if (
            lists := re.search(r"(?:因|有|属于|符合)?(?:下列|以下)[^，。；：]{0,10}?(?:之一|条件|情形|行为)", body)
        ) is not None:
            rest = body[: lists.start()] or body[lists.end() :]
            offset += 0 if body[: lists.start()] else lists.end()
            body = rest if len(rest) >= 4 else ""
        elif _LISTS.search(body) and len(body) <= 14:
            continue
        conditions += _conditions(body, offset) if body else []
    return who, where, conditions


_COORDINATED = re.compile(
    rf"^(?P<np>[^，。；：]*(?:以及其他|和其他|以及)[^，。；：]{{0,16}}?(?:{_NOUNS}))(?P<rest>(?:{_VERB}).*)$"
)


def _subject(body: str) -> re.Match[str] | None:
    return _COORDINATED.match(body) or _measured(body) or _SUBJECT.match(body)


_HOLDER = re.compile(
    r"^(?P<np>[^，。；：的、0-9]{0,10}?(?:企业|单位|公司|工商户|合作社|家庭|机构|学校|医院|园区))"
    r"(?P<rest>(?P<fact>[^，。；：的、0-9〇零一二三四五六七八九十百千万两]{2,12}).+)$"
)


def _measured(body: str) -> re.Match[str] | None:
    """企业员工三十人以上, 个体工商户月销售额10万元以下: whose number it is stands before what is counted."""
    found = _HOLDER.match(body)
    if found is None or re.match(rf"(?:{_VERB})", found["rest"]):
        return None
    first = next(limits(found["rest"]), None)
    return found if first is not None and first[0] != "=" and first[3] <= len(found["fact"]) + 5 else None


def _is_subject(body: str, part: str) -> bool:
    return not part.endswith("的") and bool(_ENDS_IN_NOUN.search(body)) and not re.match(r"(?:未|不|经|由|因|在|没有|无(?!雇工)|首次|换领|补领|申领|申请|购买|提交|查询|通过|利用|处理)[^的]*$|(?:经|由|因|在)", body)  # fmt: skip


def _is_agent(found: re.Match[str]) -> bool:
    """`因自然灾害等原因造成…` and the like begin with a word that is no noun."""
    return bool(
        re.match(r"(?:因|在|经|由|未|以|为|对|将|从|按|依|属于|经过|通过|首次|申请|换领|补办|造成|违反)", found["np"])
    ) or (
        "的" not in found["np"]
        and bool(re.match(r"(?:符合|具备|享受|参加|缴存|提取|承受|领取|变更|购买|提交|处理)", found["np"]))
    )


def _stripped(part: str, offset: int) -> tuple[str, int]:
    """Without the words that only join, and without 的, 时 at the end."""
    body = part.strip()
    offset += len(part) - len(part.lstrip())
    while (found := _LEAD.match(body)) is not None:
        body, offset = body[found.end() :], offset + found.end()
    return _TAIL.sub("", body), offset


def _conditions(body: str, offset: int) -> list[Condition]:
    """One segment: split at 且, numbers taken out where the text compares something."""
    out: list[Condition] = []
    for piece in re.finditer(r"(?:(?!且|(?:时|后)(?=累计|因)).)+(?:(?:时|后)(?=累计|因))?", body):
        text, start = piece[0], offset + piece.start()
        text = re.sub(r"^(?:并|的)", "", text)
        text = _TAIL.sub("", text) if text != "时" else ""
        if not text.strip():
            continue
        numbers = number_conditions(text, start)
        if numbers:
            out += numbers
        else:
            out.append(Condition(kind="text", text=text, span=(start, start + len(text))))
    return out


def _with_age(who: str, where: Span, conditions: list[Condition]) -> list[Condition]:
    """六十周岁以上的老年人: a number inside the subject is a condition too."""
    return number_conditions(who, where[0]) + conditions if any(True for _ in limits(who)) else conditions


def _main_subject(part: tuple[str, Span]) -> tuple[str, Span, list[Condition]]:
    """用人单位应当…: the subject before the modal word; what stands between both is a condition."""
    text, span = part
    body, offset = _stripped(text, span[0])
    modal = re.search(
        r"应当|可以|不得|必须|有权|均不得|只能|负责|自.{4,20}起施行|为(?=百分之|[一二三四五六七八九十0-9])|最长|享受|免|方可|的?应纳|不予|是指|停",
        body,
    )
    front = body[: modal.start()] if modal else body
    if not modal or re.match(r"(?:由|从|按照|依照|依法|处|给予)", body):
        return "", (0, 0), []
    found = _subject(body)
    if _ENDS_IN_NOUN.search(front) and not re.match(r"(?:因|在|经|由|未)", front):
        return front, (offset, offset + len(front)), []
    if found and len(found["np"]) <= len(front) and not _is_agent(found):
        rest = front[len(found["np"]) :]
        more = (
            _conditions(rest, offset + len(found["np"]))
            if re.search(r"期间$|时$|前$|后$|情形|(?<!，)的$", rest) and len(rest) >= 4
            else []
        )
        return found["np"], (offset, offset + len(found["np"])), more
    return "", (0, 0), []


def _partial(parts: list[tuple[str, Span]]) -> list[Condition]:
    """有违法所得的，没收违法所得: a condition inside what follows holds for the rest of it only."""
    out: list[Condition] = []
    for part, span in parts[:-1]:
        body, offset = _stripped(part, span[0])
        if part.endswith("的") and not _EXCEPT.match(body):
            out += [each.model_copy(update={"partial": True}) for each in _conditions(body, offset)]
    return out


def _exceptions(parts: list[tuple[str, Span]]) -> tuple[list[Condition], list[tuple[str, Span]]]:
    """但…除外, 除…外, 另有规定的从其规定: exceptions apart from what follows."""
    out: list[Condition] = []
    plain: list[tuple[str, Span]] = []
    for part, span in parts:
        body, _ = _stripped(part, span[0])
        found = _EXCEPT.match(body) or _EXCEPT.match(part)
        if found and (found["other"] or "除外" in part or found["a"]):
            text = (found["other"] or found["text"]).removesuffix("的")
            at = part.find(text)
            out.append(
                Condition(kind="unless", text=text, span=(span[0] + max(at, 0), span[0] + max(at, 0) + len(text)))
            )
        else:
            plain.append((part, span))
    return out, plain


def _then(parts: list[tuple[str, Span]], items: Sequence[Item]) -> list[Quantity]:
    found = [each for part, span in parts for each in consequences(part, span[0])]
    for item in items:
        found += [each for each in consequences(item.text, item.span[0]) if "不得" in each.text]
    return found


def _logic(text: str) -> Literal["any", "all", "list"]:
    if re.search(r"是指(?:下列|以下)", text):
        return "list"
    if re.search(r"之一|下列(?:情形|行为|情况)|下列[^，：]{2,10}不(?:纳入|得|予)|以下(?:情形|行为)", text):
        return "any"
    return "all" if re.search(r"(?:符合|具备|满足)(?:下列|以下|如下)[^，：]{0,8}条件|下列条件", text) else "list"


def _in_line(parts: list[tuple[str, Span]]) -> tuple[Listed, ...] | None:
    for part, span in parts:
        found = _ENUM_IN_LINE.search(_TAIL.sub("", part))
        if found:
            names = re.split(r"、|或者|或", found["list"])
            return tuple(
                Listed(id="", label=str(n), text=name, conditions=(Condition(kind="text", text=name, span=span),), span=span)
                for n, name in enumerate(names, 1)
            )  # fmt: skip
    return None


def _listed(item: Item) -> Listed:
    text = item.text.rstrip("；;。，")
    body, offset = _stripped(text, item.span[0])
    numbers = [
        each for each in number_conditions(body, offset) if "不得" not in each.text and "不超过" not in each.text
    ]
    conditions = numbers or [Condition(kind="text", text=body, span=(offset, offset + len(body)))]
    return Listed(id=item.id, label=item.label, text=text, conditions=tuple(conditions), span=item.span)


def _modality(outcome: str, text: str) -> Modality:
    """A penalty is one wherever it stands; else the first modal word decides."""
    for said in (outcome, text):
        found: list[tuple[int, Modality]] = [
            (match.start(), modality) for modality, pattern in _MODALS if (match := re.search(pattern, said))
        ]
        if any(modality == "penalty" for _, modality in found):
            return "penalty"
        if found:
            return min(found, key=lambda each: each[0])[1]
    return "is"


def _authority(text: str, who: str, outcome: str) -> str:
    for pattern in _AUTHORITY:
        if (found := pattern.search(text)) is not None:
            return found["who"]
    modal = re.match(r"(?P<who>[^，。；：]{2,40}?)(?:应当|可以|不予|依法|不得|负责)", outcome)
    for name in ((modal["who"] if modal else ""), who):
        if name and _AGENCY.search(name):
            return name
    return ""


def _benefit(outcome: str) -> str:
    found = _BENEFIT.search(outcome)
    if found is None:
        return ""
    words = found["what"] or found["free"] or found["asked"] or ""
    return "" if _NO_BENEFIT.search(words) else re.sub(r"^(?:下列|以下)", "", words).strip()
