"""Names: the language's own words, built-in names with spaces, and finding a known name in the text."""

from collections.abc import Iterable

from onething.rules.feel.lexer import name_part

KEYWORDS = frozenset(
    ["and", "or", "in", "between", "if", "then", "else", "for", "return", "some", "every", "satisfies", "true", "false", "null"]
)  # fmt: skip
BUILTIN_NAMES = (
    "date and time", "years and months duration", "days and time duration", "string length", "upper case", "lower case",
    "substring before", "substring after", "starts with", "ends with", "list contains", "insert before", "index of",
    "distinct values", "day of year", "day of week", "month of year", "week of year", "get value", "get entries",
    "context put", "context merge", "met by", "overlaps before", "overlaps after", "finished by", "started by",
    "round up", "round down", "round half up", "round half down", "string join", "list replace", "is defined", "instance of",
    "time offset", "years between", "item at", "paper of", "bare number", "issuer of", "birth date of", "sex of", "is finite", "start included", "end included",
)  # fmt: skip


class Known:
    """Names that contain spaces or signs, found longest first. Plain identifiers need not be here."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        words = tuple(name.split())
        plain = len(words) == 1 and all(name_part(c) for c in name)
        if not words or plain:
            return
        group = self._by_first.setdefault(words[0][0], [])
        if words not in group:
            group.append(words)
            group.sort(key=lambda each: -len(" ".join(each)))

    def match(self, text: str, start: int, *, members: bool = False) -> int:
        """The end of the longest known name at `start`, or 0."""
        if start >= len(text):
            return 0
        for words in self._by_first.get(text[start], ()):
            end = _match_words(text, start, words)
            if end and not (members and words == ("instance", "of")):
                return end
        return 0


def _match_words(text: str, start: int, words: tuple[str, ...]) -> int:
    position = start
    for index, word in enumerate(words):
        if index:
            spaces = position
            while position < len(text) and text[position].isspace():
                position += 1
            if position == spaces:
                return 0
        if not text.startswith(word, position):
            return 0
        position += len(word)
    if position < len(text) and name_part(text[position]) and name_part(text[position - 1]):
        return 0
    return position
