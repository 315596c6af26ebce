"""The citizen id card, both sides (arrangement after GA 461-2004; specimen artwork)."""

from collections.abc import Mapping

from PIL import Image

from onething.sandbox.studio.canvas import BLUE, INK, RED, Canvas

Fields = Mapping[str, str]
_SEX = {"male": "男", "female": "女"}


def spaced_date(iso: str) -> tuple[str, str, str]:
    """`1990-01-02` as the card prints it: year, month and day without leading zeros."""
    year, month, day = iso.split("-")
    return year, str(int(month)), str(int(day))


def id_card_front(fields: Fields, seed: int = 0) -> Image.Image:
    """The side with the portrait, 1284 × 810 pixels (85.6 × 54 mm at 15 pixels a millimetre)."""
    page = Canvas(1284, 810, (226, 236, 243))
    page.waves(seed, (206, 222, 232))
    page.specimen((208, 222, 230), 90)
    page.portrait(868, 120, 330, 430, seed, (236, 241, 245))
    x, v, small, large = 88, 236, 38, 46
    page.put(x, 88, "姓", small, "sans", BLUE)
    page.put(x + 62, 88, "名", small, "sans", BLUE)
    page.put(v, 80, fields["name"], 52, "sans", INK, 6)
    page.put(x, 184, "性", small, "sans", BLUE)
    page.put(x + 62, 184, "别", small, "sans", BLUE)
    page.put(v, 180, _SEX[fields["sex"]], large, "sans")
    page.put(400, 184, "民", small, "sans", BLUE)
    page.put(462, 184, "族", small, "sans", BLUE)
    page.put(540, 180, fields["ethnicity"], large, "sans")
    page.put(x, 280, "出", small, "sans", BLUE)
    page.put(x + 62, 280, "生", small, "sans", BLUE)
    year, month, day = spaced_date(fields["birth_date"])
    for at, text, family, ink in (
        (v, year, "sans", INK), (372, "年", "sans", BLUE), (444, month, "sans", INK), (510, "月", "sans", BLUE),
        (576, day, "sans", INK), (642, "日", "sans", BLUE),
    ):  # fmt: skip
        page.put(at, 276 if ink is INK else 280, text, 42 if ink is INK else small, family, ink)
    page.put(x, 376, "住", small, "sans", BLUE)
    page.put(x + 62, 376, "址", small, "sans", BLUE)
    page.wrap(v, 372, fields["address"], 44, 12, "sans", 1.4)
    page.put(x, 678, "公民身份号码", small, "sans", BLUE)
    page.put(430, 668, fields["id_number"], 56, "mono", INK, 10)
    return page.image


def id_card_back(fields: Fields, seed: int = 0) -> Image.Image:
    """The side with the issuing authority, 1284 × 810 pixels."""
    page = Canvas(1284, 810, (232, 238, 240))
    page.waves(seed + 1, (214, 226, 228))
    page.specimen((214, 224, 226), 90)
    page.draw.ellipse((92, 84, 322, 314), outline=RED, width=10)
    page.put(122, 152, "样本", 84, "bold", RED)
    page.put(430, 96, "中华人民共和国", 72, "sans", INK, 24)
    page.put(418, 214, "居民身份证", 96, "bold", INK, 46)
    page.put(180, 560, "签发机关", 42, "sans", BLUE, 2)
    page.put(400, 556, fields["issuer"], 46, "sans", INK, 2)
    page.put(180, 666, "有效期限", 42, "sans", BLUE, 2)
    until = "长期" if fields["valid_until"] == "long" else fields["valid_until"].replace("-", ".")
    page.put(400, 662, f"{fields['valid_from'].replace('-', '.')}-{until}", 46, "sans", INK, 2)
    return page.image
