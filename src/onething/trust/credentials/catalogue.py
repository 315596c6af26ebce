"""Metadata and catalogue of certificates, after the family GB/T 36901–36906 (electronic certificates 电子证照).

Element names follow the standards' Chinese terms (36902 catalogue, 36903 metadata, 36904 identifier). Where the national
code lists give no code for a kind, our own id stands there: an export says so in `代码来源`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onething.core.clock import local

ROOT_CODE = "1.2.156.3005.2"
"""Root of electronic certificate identifiers (GB/T 36904)."""
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class KindOfCertificate:
    """One line of the catalogue."""

    id: str
    name: str
    code: str
    """National code of the type; empty when it has none."""
    agencies: tuple[str, ...]
    fields: tuple[tuple[str, str, bool], ...]
    """Field, its name, whether it must be there."""
    valid_years: int | None


def check_character(text: str) -> str:
    """ISO 7064 MOD 37,36 (GB/T 17710), as identifiers of GB/T 36904 end in. Raises ValueError for other characters."""
    carry = 36
    for char in text.upper():
        carry = (carry + _ALPHABET.index(char)) % 36 or 36
        carry = carry * 2 % 37
    return _ALPHABET[(37 - carry) % 36]


def identifier(kind_code: str, agency_code: str, serial: str, version: int = 1) -> str:
    """Identifier of one certificate: root, type, issuer, serial, version, check character, joined by points."""
    parts = [_plain(kind_code), _plain(agency_code), _plain(serial), f"{version:03d}"]
    return ".".join([ROOT_CODE, *parts, check_character("".join(parts))])


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char in _ALPHABET) or "0"


def metadata(
    kind: KindOfCertificate, number: str, agency_name: str, agency_code: str, issued_at: datetime,
    valid_until: datetime | None, holder: Mapping[str, str], status: str,
) -> dict[str, Any]:  # fmt: skip
    """The metadata of one certificate for exchange with another platform. Contains personal data: only for the entitled."""
    return {
        "证照名称": kind.name,
        "证照类型代码": kind.code or kind.id,
        "代码来源": "国家电子证照类型代码" if kind.code else "本平台",
        "证照编号": number,
        "证照标识": identifier(kind.code or kind.id, agency_code, number),
        "证照颁发机构": agency_name,
        "证照颁发机构代码": agency_code,
        "证照颁发日期": local(issued_at).date().isoformat(),
        "证照有效期起始日期": local(issued_at).date().isoformat(),
        "证照有效期截止日期": local(valid_until).date().isoformat() if valid_until else "长期",
        "持证主体": holder.get("name", ""),
        "持证主体代码类型": holder.get("code_type", ""),
        "持证主体代码": holder.get("code", ""),
        "证照状态": {"issued": "有效", "suspended": "暂停", "revoked": "撤销", "superseded": "已替换"}.get(
            status, status
        ),
    }


def catalogue(kinds: Iterable[KindOfCertificate]) -> list[dict[str, Any]]:
    """The catalogue of all kinds that this installation issues, for export. No personal data."""
    return [
        {
            "证照名称": kind.name, "证照类型代码": kind.code or kind.id,
            "代码来源": "国家电子证照类型代码" if kind.code else "本平台",
            "证照颁发机构": list(kind.agencies),
            "有效期限": f"{kind.valid_years}年" if kind.valid_years else "长期",
            "照面信息项": [{"标识": field, "名称": name, "必填": required} for field, name, required in kind.fields],
        }
        for kind in sorted(kinds, key=lambda kind: kind.id)
    ]  # fmt: skip
