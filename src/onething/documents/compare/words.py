"""The sentences of comparing paper with a record."""

from onething.core.i18n import Text
from onething.documents.compare.models import Verdict


def say(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


OTHER_PAPER = (
    say("照片上看不出是这一种证件。", "The photograph does not show this kind of document."),
    say("请确认拍的是同一份证件,把整页拍进去再试一次。", "Make sure it is the same document and take the whole page."),
)
VERDICTS: dict[Verdict, tuple[Text, Text]] = {
    "same": (
        say("照片上的各项内容与登记的一致。", "Every field on the photograph is printed as recorded."),
        say("不用做什么。", "Nothing to do."),
    ),
    "differs": (
        say("有的项目与登记的印得不一样。", "Some fields are printed otherwise than recorded."),
        say("请工作人员对照图上标出的地方看一下。", "An officer should look at the marked places."),
    ),
    "other_record": (
        say("是同一种证件,但内容是另一份的。", "It is the same kind of document, but another one."),
        say("请确认交的是不是这个人、这一份证件。", "Check that it is this person's document."),
    ),
    "other_paper": OTHER_PAPER,
    "unclear": (
        say("照片太模糊或太暗,有的地方比不出来。", "The photograph is too blurred or too dark to compare in places."),
        say("请重新拍一张清楚的。", "Take a clearer photograph."),
    ),
}
FIELD = {
    "same": say("印的一样。", "Printed the same."),
    "differs": say("至少有一个字与登记的不一样。", "At least one character is not as recorded."),
    "unclear": say("看不清,比不出来。", "Cannot be told."),
}
COPY_MOVE = say(
    "照片里有两处连噪点都一样,可能是复制粘贴的。这只是线索,不是结论。",
    "Two places share even their noise; one may be a copy of the other. A hint, not a verdict.",
)
ERROR_LEVEL = say(
    "有一处的压缩痕迹与别处不同,可能后来改动过。这只是线索,不是结论。",
    "One place was compressed otherwise than the rest and may have been changed later. A hint, not a verdict.",
)
