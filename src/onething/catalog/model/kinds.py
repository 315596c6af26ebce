"""What the texts of a package stand for: which name, expression, format or file a key holds. Written at the keys of the models.

From here JSON Schema (`x-kind`), the reference page of keys, and the test that plants mistakes know what a key is. A `Kind`
changes nothing of how a value is read; whether what it names exists is told by `checking`.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

from onething.core.i18n import Text

TOLD = ContextVar("kinds are told", default=False)
"""Set while the schemas of a package are written; those of the API stay as its readers know them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of text. `about` is its line in the reference."""

    name: str
    about: Text

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(core)
        return {**found, "x-kind": self.name} if TOLD.get() else found


def _kind(name: str, zh: str, en: str) -> Kind:
    return Kind(name, Text(zh=zh, en=en))


# -- what is worked out --------------------------------------------------------------------------------------------

Condition = Annotated[
    str, _kind("condition", "规则语言写的条件，结果是“是/否”", "a condition in the rule language: true or false")
]
Expression = Annotated[
    str, _kind("expression", "规则语言写的算式，读取事实", "an expression in the rule language over the facts")
]
Told = Annotated[
    Text, _kind("told", "中英文句子，可以有 {算式}", "a sentence in both languages with `{expression}` places")
]
Message = Annotated[
    Text,
    _kind(
        "message",
        "中英文短信，可以有 {who}、{link} 等占位",
        "a message in both languages with places such as `{who}`, `{link}`",
    ),
]
NumberPattern = Annotated[str, _kind("number_pattern", "编号的写法", "how a number is made: words and `{places}`")]

# -- what is named -------------------------------------------------------------------------------------------------

AgencyName = Annotated[str, _kind("agency", "部门的 id", "the id of an agency")]
MemberName = Annotated[str, _kind("member", "部门的 id，或 platform", "the id of an agency, or `platform`")]
EvidenceName = Annotated[str, _kind("evidence_type", "材料类型的 id", "the id of an evidence type")]
FactName = Annotated[str, _kind("fact", "事实：材料位.字段", "a fact: `slot.field`")]
FieldName = Annotated[str, _kind("field", "材料类型的字段", "a field of the evidence type in question")]
OperationName = Annotated[
    str, _kind("operation", "部门操作：部门.操作", "an operation of an agency: `agency.operation`")
]
OwnOperation = Annotated[
    str, _kind("own_operation", "本部门操作的 id", "the id of another operation of the same agency")
]
ParameterName = Annotated[str, _kind("parameter", "所调用者的参数名", "a parameter of what is called")]
RoleName = Annotated[str, _kind("role", "角色（roles 里的）", "a role of the life event")]
SlotName = Annotated[str, _kind("slot", "材料位的 id", "the id of a slot")]
ServiceName = Annotated[str, _kind("service", "事项的 id", "the id of a service")]
PaperName = Annotated[str, _kind("paper", "纸质材料的 id", "the id of a paper document")]
PageName = Annotated[str, _kind("page", "页面的 id（pages 里的）", "a page of the guided form")]
ValueName = Annotated[str, _kind("certificate_value", "证照上的内容", "a value of the certificate")]
PurposeName = Annotated[str, _kind("purpose", "用途：事项的 id，或 *", "a service's id, or `*` for any")]
CodeName = Annotated[str, _kind("code", "字段代码表里的代码", "one of the codes of the field")]
TradeName = Annotated[str, _kind("trade", "行业的 id", "the id of a trade")]
PermitName = Annotated[str, _kind("permit", "许可的 id", "the id of a permit")]
CircumstanceName = Annotated[str, _kind("circumstance", "情形的 id", "the id of a circumstance")]
GoodsName = Annotated[str, _kind("goods", "货品的 id", "the id of a kind of goods")]
PhraseName = Annotated[str, _kind("phrase", "规范表述的原文", "the text of a standard phrase")]
LifeEventName = Annotated[str, _kind("life_event", "一件事的 id", "the id of a life event")]
PersonName = Annotated[str, _kind("person", "沙盒里的人（people.yaml）", "a person of the sandbox (`people.yaml`)")]
RecordsName = Annotated[str, _kind("records", "本部门的记录表（records 里的）", "one of the agency's lists of records")]

# -- what the platform offers --------------------------------------------------------------------------------------

AdapterName = Annotated[str, _kind("adapter", "接入方式", "an adapter of the exchange")]
ComponentName = Annotated[str, _kind("component", "核验组件", "a component of the review")]
DocumentName = Annotated[str, _kind("document_type", "系统能识读的纸质材料", "a kind of paper that the reader knows")]
PaperField = Annotated[str, _kind("document_field", "识读材料上的字段", "a field that the reader finds on that paper")]
EventName = Annotated[
    str, _kind("event_type", "事件类型", "a type of event that people are told of, or `type:outcome`")
]
FormatName = Annotated[
    str,
    _kind(
        "format",
        "格式：date:%Y%m%d、codes:表、fen 等，用 | 连接",
        "a format such as `date:%Y%m%d`, `codes:map`, `fen`; several are joined by `|`",
    ),
]

# -- what stands elsewhere -----------------------------------------------------------------------------------------

PackageFile = Annotated[str, _kind("file", "配置包里的文件", "a file of the package")]
EventFile = Annotated[str, _kind("event_file", "本一件事文件夹里的文件", "a file of the life event's folder")]
RulesName = Annotated[str, _kind("rules", "规则：文件#规则集", "rules as `file#ruleset`")]
AnswerTest = Annotated[
    str, _kind("answer_test", "对方应答的判断，如 code == 0", "a test of their answer, such as `code == 0`")
]
TheirPath = Annotated[str, _kind("their_path", "对方报文里的路径", "a path in their message, such as `data.list.0.xm`")]
Address = Annotated[str, _kind("address", "网址", "an address, with its scheme")]
Theirs = Annotated[str, _kind("theirs", "对方的代码，照抄", "a code of theirs, as they write it")]
Number = Annotated[str, _kind("outer_number", "法定的号码或代码", "a number or code given by law or a standard")]
Free = Annotated[str, _kind("free", "任意文字", "free text")]
