"""Cards of plastic: residence permit, bank card, social security card (specimen artwork, no emblem or mark is copied)."""

import random
from collections.abc import Mapping

from PIL import Image

from onething.sandbox.studio.canvas import BLUE, INK, Canvas
from onething.sandbox.studio.forms import chinese_date

Fields = Mapping[str, str]
_SEX = {"male": "男", "female": "女"}


def residence_permit(fields: Fields, seed: int = 0) -> Image.Image:
    """The residence permit (居住证), 1284 × 810 pixels, the person left, the portrait right."""
    page = Canvas(1284, 810, (234, 240, 232))
    page.waves(seed + 11, (214, 228, 212))
    page.specimen((218, 228, 216), 90)
    page.put(86, 44, "上海市居住证", 58, "bold", (60, 96, 60), 8)
    page.portrait(930, 150, 270, 350, seed, (236, 240, 236))
    x, v, size = 86, 250, 38
    rows = (
        ("姓名", fields["name"]), ("性别", _SEX[fields["sex"]]), ("出生日期", chinese_date(fields["birth_date"], True)),
        ("公民身份号码", fields["id_number"]),
    )  # fmt: skip
    for row, (label, value) in enumerate(rows):
        y = 150 + row * 76
        page.put(x, y, label, 34, "sans", BLUE)
        page.put(v if len(label) < 5 else 330, y - 2, value, size, "sans", INK, 3 if label.startswith("公民") else 0)
    page.put(430, 226, "民族", 34, "sans", BLUE)
    page.put(530, 224, fields["ethnicity"], size, "sans")
    page.put(x, 454, "居住地址", 34, "sans", BLUE)
    page.wrap(v, 452, fields["residence_address"], 36, 17, "sans", 1.4)
    page.put(x, 570, "签发机关", 34, "sans", BLUE)
    page.put(v, 568, fields["issuer"], size, "sans")
    page.put(x, 646, "签发日期", 34, "sans", BLUE)
    page.put(v, 644, chinese_date(fields["issued_on"], True), size, "sans")
    page.put(680, 646, "有效期至", 34, "sans", BLUE)
    page.put(846, 644, chinese_date(fields["valid_until"], True), size, "sans")
    return page.image


def bank_card(fields: Fields, seed: int = 0) -> Image.Image:
    """The front of a debit card, 1284 × 810 pixels; the number in groups of four, raised."""
    rng = random.Random(f"bank{seed}")
    ground = rng.choice(((176, 202, 226), (226, 206, 170), (204, 222, 206), (226, 196, 196)))
    page = Canvas(1284, 810, ground)
    page.waves(seed + 12, tuple(c - 12 for c in ground), 34)  # type: ignore[arg-type]
    page.specimen(tuple(c - 18 for c in ground), 100)  # type: ignore[arg-type]
    page.put(84, 70, fields["bank"], 60, "bold", INK, 4)
    page.put(930, 84, "借记卡 DEBIT", 36, "sans", INK)
    page.draw.rounded_rectangle((96, 230, 246, 345), 16, fill=(216, 190, 120), outline=(150, 126, 70), width=3)
    for y in (268, 306):
        page.draw.line((96, y, 246, y), fill=(150, 126, 70), width=2)
    number = fields["card_number"]
    groups = [number[i : i + 4] for i in range(0, len(number), 4)]
    page.put(96, 420, "  ".join(groups), 68, "mono", INK, 2)
    page.put(96, 560, "有效期", 30, "sans", INK)
    page.put(96, 600, "VALID THRU", 24, "sans", INK)
    page.put(290, 566, fields["valid_thru"], 48, "mono", INK, 2)
    page.put(1010, 640, "银联", 66, "black", (30, 70, 120), 6)
    page.put(1010, 722, "UnionPay", 34, "sans", (30, 70, 120))
    return page.image


def social_security_card(fields: Fields, seed: int = 0) -> Image.Image:
    """The front of a social security card (社会保障卡), 1284 × 810 pixels."""
    page = Canvas(1284, 810, (226, 236, 246))
    page.waves(seed + 13, (206, 222, 238))
    page.specimen((210, 224, 238), 90)
    page.put(86, 60, "中华人民共和国社会保障卡", 56, "bold", (40, 70, 130), 10)
    page.portrait(90, 230, 270, 360, seed, (236, 240, 246))
    rows = (
        ("姓名", fields["name"], 0), ("社会保障号码", fields["id_number"], 3), ("社会保障卡号", fields["card_number"], 3),
        ("发卡日期", chinese_date(fields["issued_on"]), 0),
    )  # fmt: skip
    for row, (label, value, gap) in enumerate(rows):
        y = 240 + row * 94
        page.put(430, y, label, 36, "sans", BLUE)
        page.put(690, y - 3, value, 42, "sans", INK, gap)
    page.put(430, 660, "上海市人力资源和社会保障局", 34, "sans", INK)
    return page.image
