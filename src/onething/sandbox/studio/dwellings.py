"""Papers about homes and households: register cover, divorce certificate, property certificate, deed-tax receipt, contracts."""

import random
from collections.abc import Mapping
from decimal import Decimal

from PIL import Image

from onething.documents.fields.amounts import to_chinese
from onething.sandbox.studio.canvas import INK, RED, Canvas
from onething.sandbox.studio.forms import LABEL, Cell, chinese_date, code, entry, paragraphs, table

Fields = Mapping[str, str]


def capitals(value: str, end: str = "整") -> str:
    """`1280.00` in Chinese capitals."""
    return to_chinese(Decimal(value), end)


def money(value: str) -> str:
    """`1280000.00` → `1,280,000.00`."""
    return f"{Decimal(value):,.2f}"


def household_cover(fields: Fields, seed: int = 0) -> Image.Image:
    """The first page of a household register (户口簿首页), 1480 × 1000 pixels."""
    rng = random.Random(f"cover{seed}")
    page = Canvas(1480, 1000, (246, 243, 234))
    page.waves(seed + 21, (230, 230, 218), 28)
    page.specimen((232, 229, 220), 110)
    page.centre(56, "居民户口簿", 56, "bold", INK, 24)
    rows: list[list[Cell]] = [
        [("户别", 190, fields["household_kind"], 490), ("户主姓名", 230, fields["head_name"], 450)],
        [("户号", 190, fields["household_number"], 490), ("住址类型", 230, "", 450)],
        [("住址", 190, fields["address"], 1170)],
    ]
    table(page, 60, 190, 84, rows)
    page.put(110, 520, "省级公安机关户口专用章", 28, "sans", LABEL)
    page.put(760, 520, "户口登记机关户口专用章", 28, "sans", LABEL)
    page.put(110, 860, "承办人签章", 28, "sans", LABEL)
    page.put(760, 860, "签发日期", 28, "sans", LABEL)
    page.put(900, 856, chinese_date(fields["issued_on"]), 32, "kai")
    page.seal(rng.uniform(330, 430), rng.uniform(650, 690), "公安厅局户口样本专用", 112, "户口专用", seed)
    page.seal(rng.uniform(1000, 1120), rng.uniform(650, 690), "派出所户口样本专用", 108, "户口专用", seed + 3)
    return page.image


def divorce_certificate(fields: Fields, seed: int = 0) -> Image.Image:
    """The inner pages of a divorce certificate (离婚证), 1500 × 1060 pixels."""
    rng = random.Random(f"divorce{seed}")
    page = Canvas(1500, 1060, (250, 242, 240))
    page.waves(seed + 22, (240, 224, 222), 24)
    page.specimen((242, 228, 226), 110)
    page.draw.line((750, 30, 750, 1030), fill=(216, 196, 192), width=3)
    page.put(240, 64, "离婚证", 64, "bold", RED, 30)
    rows = (
        ("持证人", fields["holder_name"]), ("登记日期", chinese_date(fields["registered_on"], True)),
        ("离婚证字号", fields["certificate_number"]), ("备注", ""),
    )  # fmt: skip
    for row, (label, value) in enumerate(rows):
        entry(page, 80, 200 + row * 78, label, value, 620)
    page.portrait(250, 540, 220, 290, seed, (190, 60, 66))
    page.put(80, 880, "登记机关", 30, "sans", LABEL)
    page.put(222, 878, fields["authority"], 32, "kai")
    for block, (who, sex) in enumerate((("man", "男"), ("woman", "女"))):
        top, number = 110 + block * 450, fields[f"{who}_id_number"]
        born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        entry(page, 800, top, "姓名", fields[f"{who}_name"], 360)
        entry(page, 1190, top, "性别", sex, 230)
        entry(page, 800, top + 90, "国籍", "中国", 260)
        entry(page, 1080, top + 90, "出生日期", chinese_date(born, True), 370)
        entry(page, 800, top + 180, "身份证件号", number, 640)
    page.seal(rng.uniform(420, 560), rng.uniform(860, 920), fields["authority"][:13], 120, "婚姻登记专用章", seed)
    return page.image


def property_certificate(fields: Fields, seed: int = 0) -> Image.Image:
    """The inner page of a real estate certificate (不动产权证书), 1240 × 1640 pixels."""
    rng = random.Random(f"property{seed}")
    page = Canvas(1240, 1640, (250, 246, 238))
    page.waves(seed + 23, (238, 230, 214), 30)
    page.specimen((238, 230, 218), 130)
    page.centre(70, "不动产权证书", 58, "bold", RED, 20)
    page.put(120, 190, fields["certificate_number"], 34, "serif")
    rows: list[list[Cell]] = [
        [(label, 250, value, 760)]
        for label, value in (
            ("权利人", fields["owner_name"]), ("共有情况", fields["co_ownership"]), ("坐落", fields["address"]),
            ("不动产单元号", fields["unit_number"]), ("权利类型", "国有建设用地使用权/房屋所有权"), ("权利性质", fields["nature"]),
            ("用途", fields["use"]), ("面积", f"房屋建筑面积:{fields['area']}㎡"), ("使用期限", "国有建设用地使用权至2076年05月31日止"),
        )
    ]  # fmt: skip
    table(page, 110, 270, 96, rows)
    page.put(120, 1180, "权利其他状况", 28, "sans", LABEL)
    page.put(380, 1180, "房屋结构:钢筋混凝土结构", 28, "serif")
    page.put(700, 1440, "登记日期", 30, "sans", LABEL)
    page.put(850, 1438, chinese_date(fields["registered_on"], True), 32, "kai")
    code(page, 130, 1360, f"https://bdc.example/verify?no={fields['certificate_number']}", side=200)
    page.seal(rng.uniform(820, 960), rng.uniform(1330, 1400), "不动产登记样本专用章", 120, "登记专用", seed)
    return page.image


def deed_tax_receipt(fields: Fields, seed: int = 0) -> Image.Image:
    """A tax receipt (税收完税证明) for deed tax, 1500 × 1020 pixels."""
    rng = random.Random(f"deed{seed}")
    page = Canvas(1500, 1020, (248, 248, 244))
    page.specimen((236, 236, 230), 120)
    page.centre(50, "中华人民共和国税收完税证明", 46, "bold", INK, 8)
    page.put(960, 140, "No.", 30, "sans", INK)
    page.put(1020, 136, fields["receipt_number"], 34, "mono", INK, 1)
    code(page, 90, 120, fields["receipt_number"], "Code128", 330)
    entry(page, 90, 224, "填发日期", chinese_date(fields["issued_on"], True), 520, 28)
    entry(page, 680, 224, "税务机关", fields["tax_authority"], 740, 28)
    entry(page, 90, 300, "纳税人识别号", fields["taxpayer_id_number"], 640, 28)
    entry(page, 800, 300, "纳税人名称", fields["taxpayer_name"], 620, 28)
    heads = (
        ("原凭证号", 240),
        ("税种", 150),
        ("品目名称", 270),
        ("税款所属时期", 290),
        ("入(退)库日期", 210),
        ("实缴(退)金额", 160),
    )
    number = str(rng.randrange(10**12, 10**13))
    paid = fields["paid_on"]
    cells = (number, "契税", "存量房(商品住房买卖)", paid, paid, money(fields["amount"]))
    x = 90
    for (head, width), cell in zip(heads, cells, strict=True):
        for row, text in enumerate((head, cell)):
            page.draw.rectangle((x, 390 + row * 70, x + width, 460 + row * 70), outline=(110, 110, 110), width=2)
            page.put(x + 10, 408 + row * 70, text, 24, "sans" if row == 0 else "serif", LABEL if row == 0 else INK)
        x += width
    page.draw.rectangle((90, 530, 1410, 610), outline=(110, 110, 110), width=2)
    page.put(104, 552, "金额合计(大写)", 28, "sans", LABEL)
    page.put(340, 550, f"人民币{capitals(fields['amount_words'])}", 30, "serif")
    page.put(1090, 552, f"¥{money(fields['amount'])}", 30, "serif")
    page.put(104, 700, "填票人", 28, "sans", LABEL)
    page.put(220, 698, "样本", 30, "kai")
    page.put(104, 780, "备注:契税 存量房 妥善保管", 26, "serif", LABEL)
    page.seal(rng.uniform(1040, 1180), rng.uniform(760, 840), fields["tax_authority"][:16], 130, "征税专用章", seed)
    return page.image


def lease_contract(fields: Fields, seed: int = 0) -> Image.Image:
    """One page of a lease of a flat (房屋租赁合同), 1240 × 1754 pixels, running text."""
    rng = random.Random(f"lease{seed}")
    page = Canvas(1240, 1754, (252, 252, 250))
    page.specimen((240, 240, 238), 130)
    page.centre(90, "房屋租赁合同", 52, "bold", INK, 12)
    x, y = 110, 210
    for label, who in (("出租方(甲方)", "landlord"), ("承租方(乙方)", "tenant")):
        page.put(x, y, f"{label}:{fields[f'{who}_name']}", 30, "serif")
        page.put(x + 480, y, f"身份证号:{fields[f'{who}_id_number']}", 30, "serif")
        y += 62
    end = rng.choice(("整", "正"))
    texts = (
        "根据《中华人民共和国民法典》及有关规定，甲乙双方经协商一致，订立本合同。",
        f"第一条 甲方将坐落于{fields['address']}的房屋出租给乙方居住使用，建筑面积{fields['area']}平方米。",
        f"第二条 租赁期限自{chinese_date(fields['lease_from'])}起至{chinese_date(fields['lease_until'])}止。",
        f"第三条 月租金为人民币{capitals(fields['monthly_rent_words'], end)}(¥{money(fields['monthly_rent'])}元)，按月支付。",
        f"第四条 乙方于本合同签订时向甲方支付押金¥{money(fields['deposit'])}元，租赁期满无欠费后无息退还。",
        "第五条 租赁期内水、电、燃气、网络等费用由乙方承担，物业管理费由甲方承担。",
        "第六条 本合同一式两份，双方各执一份，自双方签字之日起生效。",
    )
    y = paragraphs(page, x, y + 30, 1020, texts)
    page.put(x, y + 80, f"甲方(签字):{fields['landlord_name']}", 30, "kai")
    page.put(x + 540, y + 80, f"乙方(签字):{fields['tenant_name']}", 30, "kai")
    page.put(x, y + 160, f"签订日期:{chinese_date(fields['signed_on'])}", 30, "kai")
    return page.image


def sale_contract(fields: Fields, seed: int = 0) -> Image.Image:
    """One page of a contract for the sale of a used home (房屋买卖合同), 1240 × 1754 pixels, running text."""
    rng = random.Random(f"sale{seed}")
    page = Canvas(1240, 1754, (251, 251, 249))
    page.specimen((240, 240, 238), 130)
    page.centre(90, "上海市房地产买卖合同", 50, "bold", INK, 10)
    page.put(760, 180, f"合同编号:{fields['contract_number']}", 28, "serif")
    x, y = 110, 250
    for label, who in (("卖售人(甲方)", "seller"), ("买受人(乙方)", "buyer")):
        page.put(x, y, f"{label}:{fields[f'{who}_name']}", 30, "serif")
        page.put(x + 480, y, f"身份证号:{fields[f'{who}_id_number']}", 30, "serif")
        y += 62
    texts = (
        f"第一条 甲方自有的房屋坐落于{fields['address']}，房屋建筑面积为{fields['area']}平方米，不动产权证号为{fields['certificate_number']}。",
        f"第二条 甲乙双方经协商一致，同意上述房地产转让价款为¥{money(fields['price'])}元，(大写)人民币{capitals(fields['price_words'], rng.choice(('整', '正')))}。",
        "第三条 乙方的付款方式和付款期限由双方在付款协议中约定明确。",
        "第四条 甲方保证该房屋权属清晰，无查封、无租约，交接前的物业、水电等费用由甲方结清。",
        "第五条 双方应在本合同签订后三十日内共同向不动产登记机构申请转移登记。",
        "第六条 本合同自双方签字之日起生效。",
    )
    y = paragraphs(page, x, y + 30, 1020, texts)
    page.put(x, y + 70, f"甲方(签字):{fields['seller_name']}", 30, "kai")
    page.put(x + 540, y + 70, f"乙方(签字):{fields['buyer_name']}", 30, "kai")
    page.put(x, y + 150, f"签订日期:{chinese_date(fields['signed_on'])}", 30, "kai")
    return page.image
