"""What makes a value uncertain however well it was read: twins among characters, places nobody has listed, pieces of names and addresses."""

import re

from onething.documents.fields.document_types import FieldSpec
from onething.documents.fields.gazetteer import Gazetteer

TWINS = frozenset(
    "余佘俞侴赞赟赘菌菡茵好妤奸咎昝埔埇浦沪浐泸护炎焱淼森犇鑫韵韫蕴蒀梓锌辛榻禤覃郗希都瑾谨埋琚据聂聶璩瞿亓芮丙苪隗槐阚瞰晁晃冼洗笪苴逯录遂"
    "戊戍戌己已巳曰壬汆氽毋母免兔贡侯祟崇冶治汨汩沐休粟刺剌辛幸祗衹祇徒徙矛予茆昴卯卬盲育肓"
    "嫚嫣妍研翊翌昕听忻炘煜昱烨晔皓浩灏颢晗涵哈婧靖倩菁箐颖颍颖滢莹荧萤璟景憬堃坤喆哲垚尧旻曼晏宴彧或域琦奇骐麒祺棋睿眷濬浚骏俊峻玥钥钰珏珵铖诚怡恰贻彤丹"
    "珺君裙仝宓密帅师弋戈邸郅邙邝邛阙阕漕糜靡縻麋缪谬廖刁习令尢厉励佟修晔"
)
"""Characters that are read as each other, also with all confidence and again and again, above all in names: 佘 reads as 余."""
_SUFFIX = re.compile(
    r"(?:[省市区县州盟旗]|分)?(?:人民)?(?:公安局|分局|民政局|税务局|市场监督管理局|工商行政管理局|行政审批局|派出所|医院|保健院|有限公司|有限责任公司|股份有限公司|公司|婚姻登记处|银行)"
)
_DISTRICT = re.compile(r"(?<=[市州盟])(?!辖区)([\u3400-\u9fff]{1,8}?(?:自治县|区|县|旗))")
_WHOLE = re.compile(r"(?:[号室层楼栋幢座元村组户房铺弄巷苑园城厦里市区县镇乡旗州社店口]|[0-9]{3,4}|\))$")


def of_value(value: str, spec: FieldSpec, gazetteer: Gazetteer) -> list[str]:
    """Stable codes of what nobody should take for certain in a value that no check digit vouches for."""
    if spec.kind == "person_name":
        return _of_name(value)
    if spec.kind == "organisation":
        return (["suffix_only"] if _SUFFIX.fullmatch(value) else []) + _of_places(value, gazetteer)
    if spec.kind == "address":
        return ([] if _WHOLE.search(value) else ["cut"]) + _of_places(value, gazetteer)
    if spec.kind == "date" and re.fullmatch(r"\d{4}-\d\d", value):
        return ["day_missing"]
    return []


def _of_name(value: str) -> list[str]:
    found = ["look_alike"] if TWINS.intersection(value) else []
    if "·" not in value and re.fullmatch(r"[\u3400-\u9fff]{5,}", value) and not _SUFFIX.search(value):
        found.append("fused")
    if re.search(r"[\u3400-\u9fff]", value) and len(value) < 2:
        found.append("cut")
    return found


def _of_places(value: str, gazetteer: Gazetteer) -> list[str]:
    """A district that stands behind its city and in no list: 埔桥区 is a misread 埇桥区, or one nobody has listed."""
    names = _DISTRICT.findall(value[:24])
    unknown = [name for name in names[:1] if name not in gazetteer.names]
    return ["unknown_place"] if unknown else []
