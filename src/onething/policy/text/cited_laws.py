"""Which law a place belongs to: 依照民法典第二条, 《…法》第六条, 该法第三条, 附件第一项. By the words right before it. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onething.policy.text.head import is_name
from onething.policy.text.naming import work_id

_KINDS = r"宪法|基本法|法典|法|条例|办法|规定|规则|细则|通则|解释|决定|章程|公约|协定|议定书|规程|准则|意见|批复|通知|修正案|暂行规定|纲要"
_LAW_WORDS = re.compile(rf"([一-鿿〈〉]{{0,40}}?)({_KINDS})(?:[（(][^（）()]{{1,16}}[）)])?(?:的|中)?$")
_NO_NAME = re.compile(
    r"(?:上述|前述|有关|相关|下列|其他|以下|法律|法规|行政法规|规章|任何|各项?|不|司法|违法|合法|非法|依法|执法|方|看|守|用|办|立|说|想|做|设|无|没)$"
)
_BEFORE_NAME = re.compile(
    r".*(?:根据|依照|依据|按照|违反|适用(?!法)|参照|符合|遵守|触犯|比照|引用|修改|以下简称|规定|所称|援引|当事人|除|将|把|了|的|称|、|是|为"
    r"|和(?!国|平)|与(?!计划)|及|或者?|对(?!外|法|台)|以|由(?!贸易)|按|依|照(?!法)|属于?|系|即)"
)
"""Words that stand before the name of a law and do not belong to it."""
_SELF = re.compile(
    r"(?:本|此)(?:法|条例|办法|规定|细则|规则|决定|意见|措施|通知|政策|解释|批复|章程|规程|规范|方案|准则|暂行规定|暂行办法|暂行条例|实施细则|实施办法|标准|纲要|公约|修正案)(?:的|中)?$"
)
_THAT = re.compile(r"(?:该|其|上述|前述|同)(?:法|条例|办法|规定|细则|规则|决定|解释|公约)(?:的|中)?$")
_ANNEX = re.compile(r"(?:附件|附表|附录|附图|附则|目录|清单|名录|列表|表)[一二三四五六七八九十\d]{0,3}(?:的|中)?$")
_SHORT = re.compile(
    r"《(?P<law>[^《》]{2,80})》(?:[^《》（）()，。；]{0,8})[（(](?:以下|下)(?:统|简)?称(?:为)?[：:]?[《“\"‘]?(?P<short>[一-鿿]{2,20}?)[》”\"’]?[）)]"
)
_KNOWN = (
    "宪法", "立法法", "民法典", "民法通则", "民法总则", "合同法", "物权法", "担保法", "侵权责任法", "婚姻法", "继承法", "收养法", "公司法", "合伙企业法", "企业破产法", "证券法", "票据法",
    "保险法", "海商法", "信托法", "商标法", "专利法", "著作权法", "反垄断法", "反不正当竞争法", "消费者权益保护法", "产品质量法", "食品安全法", "药品管理法", "价格法", "广告法", "电子商务法",
    "劳动法", "劳动合同法", "社会保险法", "工会法", "安全生产法", "环境保护法", "土地管理法", "农村土地承包法", "城市房地产管理法", "城乡规划法", "建筑法", "招标投标法", "政府采购法", "税收征收管理法",
    "个人所得税法", "企业所得税法", "审计法", "会计法", "预算法", "统计法", "海关法", "对外贸易法", "外商投资法", "刑法", "刑事诉讼法", "民事诉讼法", "行政诉讼法", "海事诉讼特别程序法", "仲裁法",
    "人民调解法", "行政处罚法", "行政许可法", "行政强制法", "行政复议法", "国家赔偿法", "治安管理处罚法", "道路交通安全法", "出境入境管理法", "监察法", "公务员法", "法官法", "检察官法", "律师法", "公证法",
    "人民法院组织法", "人民检察院组织法", "选举法", "代表法", "教育法", "教师法", "义务教育法", "未成年人保护法", "妇女权益保障法", "残疾人保障法", "老年人权益保障法", "人口与计划生育法", "网络安全法",
    "数据安全法", "个人信息保护法", "电子签名法", "档案法", "国家安全法", "反洗钱法", "反恐怖主义法", "铁路法", "民用航空法", "邮政法", "电力法", "森林法", "水法", "矿产资源法", "商业银行法", "中国人民银行法",
)  # fmt: skip
"""Laws of the nation that are cited by their short names, so that words before them are not taken into the name."""
BOOK = r"《[^《》]{2,80}(?:〈[^〈〉]*〉[^《》]*)*》"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose place it is. `own`: this text's; else the work's id, or why it cannot be told."""

    own: bool = False
    work: str = ""
    problem: str = ""


OWN = Owner(own=True)


def short_names(source: str) -> dict[str, str]:
    """Short names that a text gives to laws (《…》（以下简称…）) → their titles."""
    return {found["short"]: found["law"] for found in _SHORT.finditer(source)}


def owner_of(before: str, shorts: dict[str, str]) -> Owner | None:
    """By the words before a place: this text (本法), another law, an annex; None when they name nothing."""
    before = before[-60:]
    if _SELF.search(before):
        return OWN
    if _THAT.search(before):
        return Owner(problem="which_law")
    if _ANNEX.search(before):
        return Owner(problem="in_annex")
    short = next((name for name in sorted(shorts, key=len, reverse=True) if re.search(rf"{name}(?:的|中)?$", before)), "")  # fmt: skip
    if short:
        return Owner(work=work_id(shorts[short]))
    said = re.sub(r"(?:的|中)$", "", before)
    known = next((name for name in _KNOWN_FIRST if said.endswith(name)), "")
    if known and not said.endswith(f"违{known}"):
        return Owner(work=work_id(known))
    found = _LAW_WORDS.search(before)
    if not found:
        return None
    name = (found[1] + found[2]).replace("〈", "").replace("〉", "")
    cut = _BEFORE_NAME.match(found[1])
    core = found[1][cut.end() :] if cut else found[1]
    if found[2] in ("规定", "决定", "解释", "通知", "意见", "批复", "规则", "办法") and len(core) < 2:
        return None  # 依照规定, 的决定: no name
    if found[2] == "法" and (_NO_NAME.search(core) or len(core) < 1):
        return Owner(problem="which_law") if re.search(r"法律|法规|规章", core + found[2]) else None
    return Owner(work=work_id(core + found[2] if core else name))


_KNOWN_FIRST = sorted(_KNOWN, key=len, reverse=True)


def is_law_title(title: str) -> bool:
    """Whether what stands in 《》 is called as laws and their like are; 《花圃登记证》 is not."""
    return is_name(re.sub(r"[（(][^（）()]*[）)]$", "", title)) or bool(re.search(rf"(?:{_KINDS}|规章|条约|声明|安排|大纲|要点|守则|指南|清单|名录|指引|计划|宣言)$", re.sub(r"[（(][^（）()]*[）)]$", "", title)))  # fmt: skip


def books(text: str) -> Iterator[re.Match[str]]:
    """Everything in 《》."""
    return re.finditer(BOOK, text)
