"""Nouns of subjects: a person or organisation, with what may be shown of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from onething.core.i18n import Lang
from onething.core.persons.numbers import as_person_number, masked_number

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
    """Somebody we know. `id_number` (of a person in the spelling of `core.persons.numbers`) and `phone` are in normal form; show the
    masked ones."""

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
        """`310***********1234`; of a passport `C*****678`."""
        return masked_number(self.id_number)

    @property
    def address_form(self) -> str:
        """How a message in Chinese addresses them without giving the whole name away: `王女士`, else `您`: names in other letters
        have no family name to begin with, and of who has no citizen id the number does not tell the sex."""
        if self.kind != "person" or not self.name or not "\u4e00" <= self.name[0] <= "\u9fff" or "·" in self.name:
            return "您"
        found = as_person_number(self.id_number)
        if found is None or found.sex is None:
            return "您"
        surname = self.name[:2] if self.name[:2] in _TWO_CHARACTER_SURNAMES and len(self.name) > 2 else self.name[:1]
        return surname + ("先生" if found.sex == "male" else "女士")
