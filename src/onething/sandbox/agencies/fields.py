"""What an agency's clerk checks on a request before anything else: each field there, of the right form."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from onething.core import clock
from onething.core.identifiers import InvalidIdentifierError, parse_citizen_id
from onething.core.persons.numbers import PersonDocument
from onething.core.phones import parse_any_phone
from onething.sandbox.agencies.papers import POLICE, read_number
from onething.sandbox.population.numbers import luhn_holds


class BadFieldError(ValueError):
    """A field that is missing or malformed; says which and why, without its value."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}{why}")
        self.field = field


class Fields:
    """The fields of one request body, read by dotted path in the agency's own names."""

    __slots__ = ("_body",)

    def __init__(self, body: Any) -> None:
        self._body = body

    @property
    def body(self) -> Any:
        """All of it."""
        return self._body

    def raw(self, path: str) -> Any:
        found = self._body
        for step in path.split("."):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def optional(self, path: str, longest: int = 200) -> str:
        """The text at `path`, trimmed, empty when absent."""
        value = self.raw(path)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise BadFieldError(path, "应为文本")
        text = str(value).strip()
        if len(text) > longest:
            raise BadFieldError(path, "过长")
        return text

    def text(self, path: str, longest: int = 200) -> str:
        text = self.optional(path, longest)
        if not text:
            raise BadFieldError(path, "不能为空")
        return text

    def person_name(self, path: str) -> str:
        """A name as the household register takes it: 2–20 Chinese characters, at most one kind of dot between parts."""
        name = self.text(path)
        parts = name.split("·")
        if not 2 <= len(name) <= 20 or not all(part and all(_is_chinese(c) for c in part) for part in parts):
            raise BadFieldError(path, "姓名应为规范汉字")
        return name

    def citizen_id(self, path: str) -> str:
        try:
            return parse_citizen_id(self.text(path), clock.today()).number
        except InvalidIdentifierError as error:
            raise BadFieldError(path, f"身份号码不正确({error.fault.value})") from None

    def person(
        self, path: str, kind: str, issuer: str = "", codes: Mapping[str, PersonDocument] = POLICE, *, only: str = ""
    ) -> str:
        """A person's number with its kind and issuer beside it, in the one spelling of `core.persons.numbers`. `only`: kinds that this
        interface takes, else all."""
        text, code = self.text(path), self.optional(kind)
        if only and code and code not in only.split():
            raise BadFieldError(kind, "证件类型不受理")
        try:
            return read_number(code, text, self.optional(issuer) if issuer else "", dict(codes)).text
        except KeyError:
            raise BadFieldError(kind, "证件类型代码不在字典中") from None
        except InvalidIdentifierError as error:
            raise BadFieldError(path, f"证件号码不正确({error.fault.value})") from None

    def phone(self, path: str) -> str:
        try:
            return parse_any_phone(self.text(path))
        except InvalidIdentifierError:
            raise BadFieldError(path, "手机号码不正确") from None

    def moment(self, path: str, pattern: str) -> datetime:
        """A date or time in the agency's pattern, not in the future."""
        try:
            moment = datetime.strptime(self.text(path), pattern)  # noqa: DTZ007 - agencies write Chinese clock time
        except ValueError:
            raise BadFieldError(path, "日期格式不正确") from None
        if moment.date() > clock.today():
            raise BadFieldError(path, "日期不能晚于今天")
        return moment

    def one_of(self, path: str, *choices: str) -> str:
        text = self.text(path)
        if text not in choices:
            raise BadFieldError(path, "代码不在字典中")
        return text

    def account(self, path: str) -> str:
        number = self.text(path).replace(" ", "")
        if not luhn_holds(number):
            raise BadFieldError(path, "银行账号校验不通过")
        return number

    def whole(self, path: str) -> int:
        try:
            number = Decimal(self.text(path))
        except InvalidOperation:
            raise BadFieldError(path, "应为整数") from None
        if number != number.to_integral_value():
            raise BadFieldError(path, "应为整数")
        return int(number)


def _is_chinese(character: str) -> bool:
    code = ord(character)
    return 0x3400 <= code <= 0x9FFF or 0x20000 <= code <= 0x3FFFF or code == 0x3007
