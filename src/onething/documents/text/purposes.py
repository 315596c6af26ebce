"""What a text is for: 用途, 用于, 因, 申请 … and the closed list of purposes it fits."""

import re
from collections.abc import Iterator

from onething.documents.text.models import Purpose, Source
from onething.documents.text.vocabulary import vocabulary

_SAID = re.compile(
    r"(?:租赁用途|房屋用途|贷款用途|借款用途|使用用途|资金用途|用途|目的|申请理由|申请事由|事由|理由|原因)\s?(?:[::]|为|是|系)\s?(?P<a>[^,。;,;\n]{2,60})"
    r"|(?:仅供|仅用于|用于|用作|用来|以便|以用于)\s?(?P<b>[^,。;,;\n]{2,60})"
    r"|(?:因|由于)(?P<c>[^,。;,;\n]{2,40}?)(?:,|,|需要?|,?特此|,?现|,?故)"
    r"|(?:特申请|特此申请|现申请|拟申请|申请办理|申请)(?P<d>[^,。;,;\n]{2,40})"
    r"|(?:为了|为)(?P<e>[^,。;,;\n人民元]{2,30}?)(?:之用|使用|所需|需要)"
)
_TRIM = re.compile(r"(?:使用|之用|的需要|需要|事宜|手续|,?特此证明)$")
_NOT = re.compile(r"^(?:人|书|表|单位|日期|材料|时间)")


def find_purposes(text: str, source: Source = "rules") -> Iterator[Purpose]:
    """Purposes of evened text in order."""
    seen: set[int] = set()
    for match in _SAID.finditer(text):
        group = match.lastgroup or "a"
        words, start = match[group].strip(), match.start(group)
        if _NOT.match(words) or start in seen:
            continue
        seen.add(start)
        short = _TRIM.sub("", words) or words
        yield Purpose(
            text=words, start=start, end=start + len(words), source=source, words=short, code=purpose_code(words)
        )


def purpose_code(words: str) -> str | None:
    """The purpose that the most telling word of a phrase stands for: the longest, then the last."""
    found = [(len(word), words.rfind(word), code) for word, code in vocabulary().purposes.items() if word in words]
    return max(found)[2] if found else None
