"""Certificates on paper: birth medical certificate, register card of a household, marriage certificate (specimens)."""

import random
from collections.abc import Mapping
from datetime import date

from PIL import Image

from onething.sandbox.studio.canvas import INK, RED, Canvas
from onething.sandbox.studio.forms import LABEL, chinese_date, entry, table

Fields = Mapping[str, str]
_SEX = {"male": "男", "female": "女"}


def birth_certificate(fields: Fields, seed: int = 0) -> Image.Image:
    """The birth medical certificate (出生医学证明), 1240 × 1600 pixels, rows as on the national form."""
    rng = random.Random(f"birth{seed}")
    page = Canvas(1240, 1600, (252, 250, 243))
    page.waves(seed + 2, (238, 234, 220), 30)
    page.specimen((240, 235, 224), 130)
    for inset, ink in ((34, (186, 160, 120)), (46, (206, 186, 150))):
        page.draw.rectangle((inset, inset, 1240 - inset, 1600 - inset), outline=ink, width=5)
    page.centre(110, "出生医学证明", 78, "bold", (150, 40, 44), 22)
    page.centre(222, "MEDICAL CERTIFICATE OF BIRTH", 30, "serif", (150, 40, 44))
    page.put(760, 290, "出生证编号", 28, "sans", LABEL)
    page.put(930, 286, fields["certificate_number"], 34, "mono", INK, 3)
    born = fields["born_at"]
    moment = f"{chinese_date(born, True)}{born[11:13]}时{born[14:16]}分"
    mother_age, father_age = rng.randrange(22, 41), rng.randrange(23, 45)
    y, step = 372, 82
    entry(page, 100, y, "新生儿姓名", fields["child_name"], 420)
    entry(page, 560, y, "性别", _SEX[fields["child_sex"]], 160)
    entry(page, 760, y, "健康状况", "良好", 380)
    entry(page, 100, y + step, "出生时间", moment, 640)
    entry(page, 800, y + step, "出生孕周", f"{fields['gestation_weeks']}周", 340)
    entry(page, 100, y + 2 * step, "出生体重", f"{fields['weight_g']}克", 480)
    entry(page, 640, y + 2 * step, "出生身长", f"{fields['length_cm']}厘米", 500)
    entry(page, 100, y + 3 * step, "出生地点", fields["birth_address"], 1040)
    entry(page, 100, y + 4 * step, "医疗机构名称", fields["hospital"], 1040)
    for row, who, age in ((5, "mother", mother_age), (8, "father", father_age)):
        label = "母亲" if who == "mother" else "父亲"
        entry(page, 100, y + row * step, f"{label}姓名", fields[f"{who}_name"], 420)
        entry(page, 560, y + row * step, "年龄", str(age), 160)
        entry(page, 760, y + row * step, "国籍", "中国", 180)
        entry(page, 970, y + row * step, "民族", "汉", 170)
        entry(page, 100, y + (row + 1) * step, "住址", fields.get(f"{who}_address", fields["birth_address"]), 1040)
        entry(page, 100, y + (row + 2) * step, "有效身份证件类别", "居民身份证", 460)
        entry(page, 590, y + (row + 2) * step, "号码", fields[f"{who}_id_number"], 550)
    entry(page, 100, y + 11 * step + 8, "签发机构", fields["issuer"], 700)
    entry(page, 100, y + 12 * step + 8, "签发日期", chinese_date(fields["issued_on"], True), 560)
    page.put(100, 1510, "本证不得涂改,遗失须向原签发机构申请补发。", 24, "serif", LABEL)
    page.seal(rng.uniform(640, 940), rng.uniform(1270, 1370), fields["issuer"][:14], 140, "出生医学证明专用章", seed)
    return page.image


def household_page(fields: Fields, seed: int = 0) -> Image.Image:
    """A member's card of the household register (常住人口登记卡), 1480 × 1060 pixels, a table as in the booklet."""
    rng = random.Random(f"household{seed}")
    page = Canvas(1480, 1060, (246, 244, 236))
    page.waves(seed + 3, (230, 232, 222), 28)
    page.specimen((232, 230, 222), 110)
    page.centre(40, "常住人口登记卡", 50, "bold", INK, 16)
    if fields.get("household_number"):
        page.put(1030, 104, "户号", 26, "sans", LABEL)
        page.put(1100, 102, fields["household_number"], 28, "sans", INK, 1)
    address = fields.get("address", "")
    half, rows = 740, 62
    table(
        page, 60, 150, rows,
        [
            [("姓名", 200, fields["name"], half - 260), ("户主或与户主关系", 270, fields["relation"], 410)],
            [("曾用名", 200, "", half - 260), ("性别", 270, _SEX[fields["sex"]], 410)],
            [("出生地", 200, rng.choice(("上海市", "江苏省南通市", "安徽省合肥市")), half - 260), ("民族", 270, fields["ethnicity"], 410)],
            [("籍贯", 200, rng.choice(("浙江省宁波市", "上海市", "江苏省苏州市")), half - 260), ("出生日期", 270, chinese_date(fields["birth_date"]), 410)],
            [("本市(县)其他住址", 280, "", half - 340), ("宗教信仰", 270, "", 410)],
            [("公民身份号码", 280, fields["id_number"], 570), ("身高", 110, "", 130), ("血型", 110, "", 160)],
            [("文化程度", 200, rng.choice(("大学本科", "高中", "硕士研究生", "")), 300), ("婚姻状况", 200, rng.choice(("已婚", "未婚", "")), 230), ("兵役状况", 200, "", 230)],
            [("服务处所", 200, rng.choice(("", "某某科技有限公司")), half - 260), ("职业", 270, "", 410)],
            [("何时由何地迁来本市(县)", 400, "", 960)],
            [("何时由何地迁来本址", 400, "", 960)],
        ],
    )  # fmt: skip
    if address:
        page.put(72, 796, "住址", 28, "sans", LABEL)
        page.put(210, 794, address, 30, "serif")
    page.put(72, 906, "承办人签章", 28, "sans", LABEL)
    page.put(820, 906, "登记日期", 28, "sans", LABEL)
    page.put(
        980, 904, chinese_date(str(date(rng.randrange(2005, 2024), rng.randrange(1, 13), rng.randrange(1, 28)))), 30
    )
    page.seal(rng.uniform(460, 620), rng.uniform(860, 930), "户口登记样本专用", 104, "户口专用", seed)
    page.seal(rng.uniform(1020, 1180), rng.uniform(300, 420), "户口登记样本专用", 92, "户口专用", seed + 9)
    return page.image


def marriage_certificate(fields: Fields, seed: int = 0) -> Image.Image:
    """The inner pages of a marriage certificate (结婚证), 1500 × 1060 pixels."""
    rng = random.Random(f"marriage{seed}")
    page = Canvas(1500, 1060, (253, 243, 238))
    page.waves(seed + 4, (246, 226, 220), 24)
    page.specimen((246, 228, 222), 110)
    page.draw.line((750, 30, 750, 1030), fill=(222, 196, 188), width=3)
    page.put(240, 64, "结婚证", 64, "bold", RED, 30)
    for row, (label, value) in enumerate(
        (
            ("持证人", fields["holder_name"]),
            ("登记日期", chinese_date(fields["registered_on"], True)),
            ("结婚证字号", fields["certificate_number"]),
            ("备注", ""),
        )
    ):
        entry(page, 80, 200 + row * 78, label, value, 620)
    page.portrait(160, 540, 420, 290, seed, (190, 40, 46))
    page.put(80, 880, "登记机关", 30, "sans", LABEL)
    page.put(222, 878, fields["authority"], 32, "kai")
    order = [("husband", "男"), ("wife", "女")]
    for block, (who, sex) in enumerate(order):
        top = 110 + block * 450
        number = fields[f"{who}_id_number"]
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        entry(page, 800, top, "姓名", fields[f"{who}_name"], 360)
        entry(page, 1190, top, "性别", sex, 230)
        entry(page, 800, top + 90, "国籍", "中国", 260)
        entry(page, 1080, top + 90, "出生日期", chinese_date(born, True), 370)
        entry(page, 800, top + 180, "身份证件号", number, 640)
    page.seal(rng.uniform(420, 560), rng.uniform(860, 920), fields["authority"][:13], 120, "婚姻登记专用章", seed)
    return page.image
