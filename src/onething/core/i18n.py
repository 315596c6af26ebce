"""Words in two languages. Chinese first; English is complete, never a fallback to Chinese."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


class Text(BaseModel):
    """One sentence in both languages. In YAML: `{zh: 出生医学证明, en: Birth certificate}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str

    def get(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en

    def fill(self, **values: object) -> "Text":
        """The same sentence with `{name}` places filled; a `Text` value is put in by language."""

        def words(lang: Lang) -> dict[str, object]:
            return {key: value.get(lang) if isinstance(value, Text) else value for key, value in values.items()}

        return Text(zh=self.zh.format(**words("zh")), en=self.en.format(**words("en")))


def negotiate(accept_language: str | None) -> Lang:
    """The better of our two languages for an `Accept-Language` header; Chinese when it names neither."""
    best: tuple[float, Lang] = (0.0, "zh")
    for part in (accept_language or "").split(","):
        tag, _, quality = part.strip().partition(";q=")
        code = tag.strip().lower()[:2]
        if code not in LANGS:
            continue
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if weight > best[0]:
            best = (weight, "zh" if code == "zh" else "en")
    return best[1]
