"""Papers about companies and work: business licence, articles of association, VAT invoice, income certificate (specimens)."""

import random
from collections.abc import Mapping

from PIL import Image

from onething.sandbox.studio.canvas import INK, Canvas
from onething.sandbox.studio.dwellings import capitals, money
from onething.sandbox.studio.forms import LABEL, boxed, chinese_date, code, paragraphs

Fields = Mapping[str, str]


def business_licence(fields: Fields, seed: int = 0) -> Image.Image:
    """A business licence (营业执照), 1700 × 1200 pixels, lying as since 2019."""
    rng = random.Random(f"licence{seed}")
    page = Canvas(1700, 1200, (250, 247, 240))
    page.waves(seed + 31, (240, 232, 218), 30)
    page.specimen((240, 232, 222), 120)
    for inset, ink in ((24, (190, 160, 110)), (40, (212, 186, 140))):
        page.draw.rectangle((inset, inset, 1700 - inset, 1200 - inset), outline=ink, width=5)
    page.centre(110, "营业执照", 96, "bold", INK, 60)
    page.put(110, 110, "统一社会信用代码", 30, "sans", LABEL)
    page.put(110, 156, fields["code"], 36, "mono", INK, 1)
    code(page, 1400, 90, f"https://licence.example/q?uscc={fields['code']}", side=190)
    left = (
        ("名称", fields["name"]), ("类型", fields["kind"]), ("法定代表人", fields["legal_representative"]),
    )  # fmt: skip
    for row, (label, value) in enumerate(left):
        page.put(110, 330 + row * 84, label, 32, "sans", LABEL)
        page.put(300, 328 + row * 84, value, 34, "kai")
    page.put(110, 582, "经营范围", 32, "sans", LABEL)
    page.wrap(300, 580, fields["scope"], 32, 18, "kai", 1.45)
    right = (
        ("注册资本", f"{capitals(fields['registered_capital'])}"), ("成立日期", chinese_date(fields["established_on"], True)),
    )  # fmt: skip
    for row, (label, value) in enumerate(right):
        page.put(980, 330 + row * 84, label, 32, "sans", LABEL)
        page.put(1150, 328 + row * 84, value, 34, "kai")
    page.put(980, 498, "住所", 32, "sans", LABEL)
    page.wrap(1150, 496, fields["address"], 32, 13, "kai", 1.45)
    page.put(980, 850, "登记机关", 32, "sans", LABEL)
    page.put(1150, 848, fields["authority"], 34, "kai")
    page.put(1150, 940, chinese_date(fields["issued_on"], True), 34, "kai")
    page.put(110, 1110, "国家企业信用信息公示系统网址  http://www.gsxt.example", 24, "serif", LABEL)
    page.seal(rng.uniform(1340, 1440), rng.uniform(900, 960), fields["authority"][:15], 125, "登记专用", seed)
    return page.image


def articles_of_association(fields: Fields, seed: int = 0) -> Image.Image:
    """The first page of a company's articles (公司章程), 1240 × 1754 pixels, running text."""
    page = Canvas(1240, 1754, (252, 252, 250))
    page.specimen((240, 240, 238), 130)
    page.centre(90, f"{fields['company_name']}章程", 44, "bold", INK, 4)
    texts = (
        f"第一条 为规范公司的组织和行为，依据《中华人民共和国公司法》，由股东{fields['shareholder_name']}出资设立公司，制定本章程。",
        f"第二条 公司名称:{fields['company_name']}。",
        f"第三条 公司住所:{fields['address']}。",
        f"第四条 公司经营范围:{fields['scope']}。",
        f"第五条 公司注册资本:人民币{capitals(fields['registered_capital'])}。",
        "第六条 公司股东以其认缴的出资额为限对公司承担责任，公司以其全部财产对公司的债务承担责任。",
        f"第七条 公司不设董事会，设董事一名。公司的法定代表人:{fields['legal_representative']}。",
        "第八条 公司的营业期限为长期，自公司营业执照签发之日起计算。",
        "第九条 本章程自全体股东签字之日起生效。",
    )
    y = paragraphs(page, 110, 230, 1020, texts)
    page.put(110, y + 70, f"全体股东(签字):{fields['shareholder_name']}", 30, "kai")
    page.put(680, y + 150, chinese_date(fields["signed_on"]), 30, "kai")
    del seed
    return page.image


def vat_invoice(fields: Fields, seed: int = 0) -> Image.Image:
    """A fully digital invoice (电子发票), 1700 × 1120 pixels."""
    rng = random.Random(f"invoice{seed}")
    page = Canvas(1700, 1120, (254, 254, 252))
    page.specimen((240, 240, 236), 120)
    ink = (150, 70, 60)
    page.centre(50, "电子发票(普通发票)", 52, "serif", ink, 6)
    said = f"01,32,,{fields['invoice_number']},{fields['total']},{fields['issued_on'].replace('-', '')},,{rng.randrange(16**4):04X}"
    code(page, 70, 40, said, side=170)
    for row, (label, value) in enumerate(
        (("发票号码", fields["invoice_number"]), ("开票日期", chinese_date(fields["issued_on"], True)))
    ):
        page.put(1150, 60 + row * 54, f"{label}:", 28, "sans", ink)
        page.put(1300, 60 + row * 54, value, 28, "sans")
    for x, who, head in ((70, "buyer", "购买方信息"), (850, "seller", "销售方信息")):
        boxed(page, x, 230, 780, 170, ink)
        page.wrap(x + 12, 240, head, 25, 1, "sans", 1.2)
        page.put(x + 70, 256, "名称:", 28, "sans", ink)
        page.put(x + 160, 256, fields[f"{who}_name"], 28, "sans")
        page.put(x + 60, 330, "统一社会信用代码/纳税人识别号:", 25, "sans", ink)
        page.put(x + 448, 330, fields[f"{who}_code"], 26, "sans")
    boxed(page, 70, 400, 1560, 380, ink)
    for x, head in (
        (110, "项目名称"),
        (520, "规格型号"),
        (720, "单位"),
        (840, "数量"),
        (960, "单价"),
        (1120, "金额"),
        (1270, "税率/征收率"),
        (1500, "税额"),
    ):
        page.put(x, 412, head, 26, "sans", ink)
    item = rng.choice(("*信息技术服务*软件服务费", "*餐饮服务*餐费", "*物流辅助服务*仓储费", "*办公用品*复印纸"))
    page.put(90, 470, item, 26, "sans")
    page.put(850, 470, "1", 26, "sans")
    page.put(1100, 470, fields["amount"], 26, "sans")
    page.put(1310, 470, "6%", 26, "sans")
    page.put(1480, 470, fields["tax"], 26, "sans")
    page.put(180, 724, "合计", 28, "sans", ink, 40)
    page.put(1080, 724, f"¥{fields['amount']}", 28, "sans")
    page.put(1460, 724, f"¥{fields['tax']}", 28, "sans")
    boxed(page, 70, 780, 1560, 80, ink)
    page.put(110, 802, "价税合计(大写)", 28, "sans", ink)
    page.put(430, 802, capitals(fields["total_words"]), 30, "sans")
    page.put(1210, 802, "(小写)", 28, "sans", ink)
    page.put(1320, 800, f"¥{fields['total']}", 30, "sans")
    boxed(page, 70, 860, 1560, 130, ink)
    page.put(90, 880, "备注", 26, "sans", ink)
    page.put(150, 1020, "开票人:", 28, "sans", ink)
    page.put(270, 1020, "样本", 28, "sans")
    return page.image


def income_certificate(fields: Fields, seed: int = 0) -> Image.Image:
    """An employer's statement of income (收入证明), 1240 × 1500 pixels, running text and a seal."""
    rng = random.Random(f"income{seed}")
    page = Canvas(1240, 1500, (252, 252, 250))
    page.specimen((240, 240, 238), 130)
    page.centre(130, "收入证明", 60, "bold", INK, 30)
    texts = (
        f"兹证明{fields['name']}(身份证号:{fields['id_number']})系我单位正式员工，现任{fields['position']}职务。",
        f"该员工目前月收入为人民币{capitals(fields['monthly_income_words'], rng.choice(('整', '正')))}(小写:¥{money(fields['monthly_income'])}元)。",
        "以上情况属实，我单位对本证明的真实性负责，本证明仅用于办理业务，不作为我单位对该员工的任何担保。",
        "特此证明。",
    )
    y = paragraphs(page, 130, 300, 980, texts, 34)
    page.put(480, y + 100, f"单位名称(盖章):{fields['employer']}", 30, "serif")
    page.put(480, y + 180, f"开具日期:{chinese_date(fields['issued_on'])}", 30, "serif")
    page.seal(rng.uniform(820, 940), y + rng.uniform(130, 190), fields["employer"][:15], 125, "专用章", seed)
    return page.image
