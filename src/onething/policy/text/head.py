"""What stands before the first article: front matter, announcement, title, history, introduction. Judged line by line, pure."""

import re
from collections.abc import Sequence

from onething.policy.models import BlockKind

BLANK = " \t\r\n\f\v　\xa0\u2002\u2003\u200b\u200c\u200d\u2060\ufeff"
"""What is no character to a reader, zero-width ones too."""
MARKS = BLANK + "#*>"
_NAME = r"法|法典|条例|办法|规定|规则|细则|通知|决定|意见|方案|措施|公告|决议|规划|解释|批复|答复|复函|纲要|修正案|章程|标准|规范|制度|政策|目录|通则|说明|宪法|函"
_NAMES = re.compile(rf"(?:{_NAME})(?:[（(][^）)]{{1,20}}[）)])?$")
"""How the title of a regulation ends."""
_BODY = r"(?:中华人民共和国)?(?:最高人民法院|最高人民检察院|国务院|全国人民代表大会常务委员会|全国人民代表大会|中共中央|[一-鿿]{2,16}(?:委员会|人民政府|办公厅|部|总局|局|署|院))"
_ISSUERS = re.compile(rf"{_BODY}(?:[\s　、和与]*{_BODY})*$")
_NOTICE = re.compile(r"(?:公\s*告|通\s*告|(?:主席|国务院|政府|部|局|委员会)?\s*令)$")
_DAY = re.compile(
    r"[\d〇○零一二三四五六七八九十]{2,4}\s*年[\d〇零一二三四五六七八九十]{1,3}\s*月[\d〇零一二三四五六七八九十]{1,3}\s*日$"
)
_RULE = re.compile(r"[-=*_]{3,}$")
_DATED = re.compile(r"\d{4}\s*年|[〇○零一二三四五六七八九]{4}年")
_MADE = re.compile(r"通过|公布|发布|施行|修正|修订|批准|印发|成文|令")
_NUMBERED = re.compile(r"[一-鿿]{1,12}[〔\[［(（【]\d{4}[〕\]］)）】]\s*第?\s*\d+\s*号$")
_FRONT_TITLE = re.compile(r"^title:[ \t]*(?P<first>.*)(?P<more>(?:\n[ \t]+\S.*)*)", re.MULTILINE)


def bare(line: str) -> str:
    """A line without blanks and Markdown marks at its ends."""
    return line.strip(MARKS)


def front_matter(lines: Sequence[str]) -> int:
    """How many lines at the beginning are a block of `key: value` between two rules of dashes (YAML front matter)."""
    if not lines or lines[0].strip() != "---":
        return 0
    end = next((n for n, line in enumerate(lines[1:80], 1) if line.strip() == "---"), 0)
    return end + 1 if end and any(re.match(r"[\w-]+:", line) for line in lines[1:end]) else 0


def front_title(text: str) -> str:
    """The title that front matter gives, or nothing."""
    found = _FRONT_TITLE.search(text)
    return re.sub(r"\s+", "", (found["first"] + found["more"])).strip("'\"") if found else ""


def head_kinds(lines: Sequence[str], places: Sequence[int]) -> dict[int, BlockKind]:
    """Kind of each line at `places` (those before the first article that are no contents, blank or note)."""
    said = [bare(lines[n]) for n in places]
    begin = _title_begins(said)
    end = _title_ends(said, begin)
    kinds: dict[int, BlockKind] = {}
    depth = 0
    for place, n in enumerate(places):
        if begin <= place < end:
            kinds[n] = "title"
            continue
        text = said[place]
        told = place < begin or depth > 0 or lines[n].lstrip(BLANK).startswith(">") or _is_history(text)
        kinds[n] = "history" if told else "preamble"
        depth = max(0, depth + text.count("（") + text.count("(") - text.count("）") - text.count(")")) if told else 0
    return kinds


def _title_begins(said: Sequence[str]) -> int:
    """Behind an announcement (公告, 令) where the text itself follows it; else the first line."""
    notice = next((n for n, text in enumerate(said[:6]) if _NOTICE.search(text) and len(text) <= 24), None)
    if notice is None or not all(_ISSUERS.match(text) for text in said[:notice]):
        return 0
    for n in range(notice + 1, min(len(said), notice + 16)):
        if (_DAY.match(said[n - 1]) or _RULE.match(said[n - 1])) and _names(said, n):
            return n
    return 0


def _title_ends(said: Sequence[str], begin: int) -> int:
    """Past the last line of the title: lines of it go on until it ends as titles do; one that never does is one line."""
    return _names(said, begin) or min(begin + 1, len(said))


def _names(said: Sequence[str], begin: int) -> int:
    """Past the last line of a title that begins here; 0 when what stands here does not end as titles do."""
    joined = ""
    for n in range(begin, min(begin + 8, len(said))):
        if n > begin and _is_history(said[n]) and joined.count("《") <= joined.count("》"):
            return n if _ISSUERS.match(joined) else 0
        joined += re.sub(rf"[{BLANK}]", "", said[n])
        if len(joined) > 200:
            return 0
        if _NAMES.search(joined) and joined.count("《") <= joined.count("》"):
            return n + 1
    return 0


def _is_history(text: str) -> bool:
    """Who made it and when, under which number: in brackets, or dated."""
    if not text or _NUMBERED.match(text) or _DAY.match(text):
        return True
    if text[0] in "（(" and (_MADE.search(text) or _DATED.search(text)):
        return True
    return bool(_DATED.match(text) and _MADE.search(text) and not text.endswith(("。", "：", ":", "；")))


def title_of(lines: Sequence[str]) -> str:
    """The lines of a title as one; two courts side by side get the mark that lists them."""
    said = [bare(line) for line in lines]
    joined = re.sub(
        r"(?<=[院部会])[\s　]+(?=(?:中华人民共和国)?(?:最高人民|国家|公安部|司法部))", "、", "\n".join(said)
    )
    return re.sub(rf"[{BLANK}]+", "", joined)


def says(text: str) -> bool:
    """Whether a line has anything that a reader sees."""
    return bool(text.strip(BLANK))


def is_name(text: str) -> bool:
    """Whether words end as the titles of regulations do."""
    return bool(_NAMES.search(text))
