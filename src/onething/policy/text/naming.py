"""What a document is called: its ELI-style id, whose law it is, and its rank."""

import re
from datetime import date

from onething.policy.text.head import front_matter, head_kinds, says, title_of
from onething.rules.models import Level

_PLACE = re.compile(r"^([一-鿿]{2,8}?(?:自治区|自治州|特别行政区|省|市|县|区))(?!场|域|块)")
_NATION = "中华人民共和国"


def jurisdiction_of(title: str) -> str:
    """`cn` for the nation, else the place that the title begins with."""
    title = re.sub(r"[《》\s　]", "", title)
    found = None if title.startswith(_NATION) else _PLACE.match(title)
    return found[1] if found else "cn"


def work_id(title: str) -> str:
    """The law itself, without a version: `eli/cn/契税法`."""
    title = re.sub(r"[《》\s　/#?]", "", title)
    place = jurisdiction_of(title)
    rest = title.removeprefix(_NATION) if place == "cn" else title.removeprefix(place)
    return f"eli/{place}/{rest or title or 'untitled'}"


def document_id(title: str, made_on: date | None) -> str:
    """A version of it: `eli/cn/契税法/2020-08-11`."""
    return f"{work_id(title)}/{made_on.isoformat()}" if made_on else work_id(title)


def level_of(title: str, history: tuple[str, ...]) -> Level | None:
    """Rank by title and by who made it (立法法 第十条、第七十二条、第八十条、第八十二条、第九十一条); None when neither says."""
    said = " ".join(history)
    local = jurisdiction_of(title) != "cn"
    if title.endswith(("法", "法典")) or ("全国人民代表大会" in said and not local):
        return "law"
    if title.endswith("条例"):
        return "local" if local else "administrative"
    if title.endswith(("办法", "规定", "细则")):
        return "administrative" if "国务院令" in said else "department" if "令" in said else "normative"
    return "normative" if re.search(r"通知|意见|措施|政策|公告|方案", title) else None


def is_amending(text: str) -> bool:
    """Whether a text is a decision that amends another one, by its title."""
    lines = text[:4000].split("\n")
    kinds = head_kinds(lines, [n for n, line in enumerate(lines) if n >= front_matter(lines) and says(line)])
    title = title_of([lines[n] for n, kind in sorted(kinds.items()) if kind == "title"])
    return is_amending_title(title)


def is_amending_title(title: str) -> bool:
    """Whether a title is that of a decision that amends (关于修改…的决定, …修正案)."""
    return bool(re.search(r"关于(?:修改|修正|修订).{2,200}的决定$|修正案(?:[（(][^）)]*[)）])?$", title))
