"""What the two old systems register: their own field names, labels and ways with dates."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    kind: Literal["text", "choice", "date_parts", "date"] = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """One old system. `new_labels` is how a redesign over night calls some fields."""

    id: str
    title: str
    thing: str
    prefix: str
    fields: tuple[Field, ...]
    new_labels: dict[str, str]


SEAL = System(
    "seal", "印章治安管理信息系统 V2.1", "印章备案", "YZ",
    (
        Field("DWMC", "单位名称"), Field("TYSHXYDM", "统一社会信用代码"), Field("FRXM", "法定代表人"),
        Field("YZLX", "印章类型", "choice", ("公章", "财务专用章", "发票专用章", "合同专用章")),
        Field("SQRQ", "申请日期", "date_parts"), Field("BZ", "备注"),
    ),
    {"DWMC": "用章单位名称", "FRXM": "法人姓名"},
)  # fmt: skip
FUND = System(
    "fund", "住房公积金归集系统", "单位缴存登记", "GJJ",
    (
        Field("dwmc", "缴存单位全称"), Field("xydm", "信用代码"), Field("frdb", "法人代表"), Field("zgs", "职工人数"),
        Field("jcbl", "缴存比例", "choice", ("5%", "8%", "10%", "12%")), Field("qjny", "起缴日期", "date"), Field("bz", "备注说明"),
    ),
    {"dwmc": "单位全称", "zgs": "在职职工数"},
)  # fmt: skip
SYSTEMS = {system.id: system for system in (SEAL, FUND)}
