"""What can be wrong with an expression, said with its place and, where there is one, the likely intended word."""

from onething.core.i18n import Text


class FeelError(ValueError):
    """A text that is no expression. `position` counts characters from 0; `what` is for people."""

    def __init__(self, zh: str, en: str, text: str = "", position: int = 0, suggestion: str = "") -> None:
        self.what = Text(zh=zh.replace("{", "{{").replace("}", "}}"), en=en.replace("{", "{{").replace("}", "}}"))
        self.text, self.position, self.suggestion = text, position, suggestion
        super().__init__(self._sentence())

    def _sentence(self) -> str:
        before = self.text[: self.position]
        line, column = before.count("\n") + 1, self.position - (before.rfind("\n") + 1) + 1
        near = self.text[self.position : self.position + 20].split("\n")[0]
        place = f" (line {line}, column {column}{f', near {near!r}' if near else ''})" if self.text else ""
        hint = f" · 您是否想写 / did you mean {self.suggestion!r}?" if self.suggestion else ""
        return f"{self.what.zh} / {self.what.en}{place}{hint}".replace("{{", "{").replace("}}", "}")
