"""Nouns of subjects: a person or organisation, with what may be shown of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onething.core.i18n import Lang

Kind = Literal["person", "organisation"]

_TWO_CHARACTER_SURNAMES = frozenset(
    pair
    for pairs in (
        "欧阳太史上官端木司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙",
        "钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里",
        "呼延东郭南门羊舌微生左丘东门西门第五",
    )
    for pair in (pairs[i : i + 2] for i in range(0, len(pairs), 2))
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody we know. `id_number` and `phone` are in normal form; show the masked ones."""

    id: str
    kind: Kind
    name: str
    id_number: str
    phone: str | None
    lang: Lang
    sms_opt_in: bool
    created_at: datetime

    @property
    def masked_id(self) -> str:
        """`310***********1234`."""
        return f"{self.id_number[:3]}{'*' * (len(self.id_number) - 7)}{self.id_number[-4:]}"

    @property
    def address_form(self) -> str:
        """How a message in Chinese addresses them without giving the whole name away: `王女士`, else `您`."""
        if self.kind != "person" or not self.name or not "\u4e00" <= self.name[0] <= "\u9fff" or "·" in self.name:
            return "您"
        surname = self.name[:2] if self.name[:2] in _TWO_CHARACTER_SURNAMES and len(self.name) > 2 else self.name[:1]
        return surname + ("先生" if int(self.id_number[16]) % 2 else "女士")
