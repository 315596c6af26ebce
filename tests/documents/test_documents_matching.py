"""What outsiders saw misread: labels of other forms, widened, parted and garbled; two columns; several owners; kinds told apart."""

from datetime import date

import numpy as np
import pytest
from tests.documents.print_lines import printed

from onething.core.i18n import Text
from onething.documents.fields.document_types import FieldSpec, Kind, load_types
from onething.documents.fields.gazetteer import load_gazetteer
from onething.documents.lines import Line
from onething.documents.matching.doubts import of_value
from onething.documents.reading.extract import Extractor, Sheet
from onething.documents.reading.split import documents_on

TYPES = load_types()


def fields(kind: str, *lines: tuple[str, float, float]) -> dict[str, str]:
    """Values read from `(text, left, middle)` lines as one kind of paper."""
    blank = np.zeros((1200, 1600, 3), np.uint8)
    found, _ = Extractor(None, TYPES[kind], Sheet(blank, blank, [printed(*line) for line in lines])).run(
        date(2026, 12, 1)
    )
    return {name: field.value for name, field in found.items()}


def kinds(*texts: str) -> list[str]:
    lines: list[Line] = [printed(text, 100, 60 + 40 * row) for row, text in enumerate(texts)]
    return [part.spec.id for part in documents_on(lines, TYPES)]


def test_labels_widened_by_spaces_are_labels_and_columns_stay_apart() -> None:
    read = fields(
        "business_licence",
        ("名　　　　　称", 100, 100), ("宁波蓝鲸创业投资有限公司", 300, 100), ("出　　资　　额", 800, 100), ("1000万元", 1000, 100),
        ("类　　　　　型", 100, 140), ("普通合伙企业", 300, 140), ("成　立　日　期", 800, 140), ("2009年10月20日", 1000, 140),
        ("经　营　范　围", 100, 180), ("一般项目：广告设计、代理；室内装饰", 300, 180), ("主要经营场所", 800, 180), ("浙江省宁波市鄞州区北环东路", 1000, 180),
        ("装修（除依法须经批准的项目外）", 300, 210), ("814号附13号", 1000, 210),
    )  # fmt: skip
    assert read["name"] == "宁波蓝鲸创业投资有限公司"
    assert read["kind"] == "普通合伙企业"
    assert read["registered_capital"] == "10000000.00"
    assert read["address"] == "浙江省宁波市鄞州区北环东路814号附13号"
    assert read["scope"].startswith("一般项目")
    assert read["scope"].endswith("项目外)")
    assert "浙江" not in read["scope"]


def test_a_wording_of_no_list_is_read_as_it_is_printed() -> None:
    read = fields("business_licence", ("类型", 100, 100), ("有限责任公司（自然人投资或控股的法人独资）", 200, 100))
    assert read["kind"] == "有限责任公司(自然人投资或控股的法人独资)"


@pytest.mark.parametrize("label", ["经营场所", "主要经营场所", "营业场所"])
def test_a_sole_traders_place_is_the_address(label: str) -> None:
    read = fields("business_licence", (label, 100, 100), ("云南省勐海县渔亭镇100号", 300, 100))
    assert read["address"] == "云南省勐海县渔亭镇100号"


def test_parents_ids_are_found_under_any_of_their_labels() -> None:
    read = fields(
        "birth_certificate",
        ("体　重", 100, 60), ("2380 克", 200, 60), ("身　长", 400, 60), ("52 厘米", 500, 60),
        ("母亲姓名", 100, 100), ("余璟雯", 300, 100), ("有效身份证件号码", 100, 140), ("320830198508108948", 300, 140),
        ("父亲姓名", 100, 180), ("璩煜城", 300, 180), ("有效身份证件号码", 100, 220), ("310104199012299316", 300, 220),
    )  # fmt: skip
    assert read["mother_id_number"] == "320830198508108948"
    assert read["father_id_number"] == "310104199012299316"
    assert (read["weight_g"], read["length_cm"]) == ("2380", "52")


def test_when_the_mothers_label_is_lost_the_fathers_id_stays_his() -> None:
    read = fields(
        "birth_certificate",
        ("母亲姓名", 100, 100), ("余璟雯", 300, 100), ("父亲姓名", 100, 180), ("璩煜城", 300, 180),
        ("有效身份证件号码", 100, 220), ("310104199012299316", 300, 220),
    )  # fmt: skip
    assert read.get("father_id_number") == "310104199012299316"
    assert "mother_id_number" not in read


def test_a_label_of_two_lines_gives_the_id_between_them() -> None:
    read = fields(
        "household_page",
        ("公民身份", 100, 100), ("证件编号", 100, 126), ("210102195810092526", 300, 113), ("身高", 700, 113), ("161", 800, 113),
    )  # fmt: skip
    assert read["id_number"] == "210102195810092526"


def test_a_lease_in_other_words_gives_period_rent_and_parties() -> None:
    read = fields(
        "lease_contract",
        ("租 房 协 议 书", 400, 60), ("出租人：潘金凤", 100, 100), ("身份证号：130102197711277129", 500, 100),
        ("承租人：黄建军", 100, 140), ("身份证号：450103200007184653", 500, 140),
        ("甲方将河北省石家庄市长安区瓯江路16号5栋住房一套租给乙方居住，面积约155.26平方米。", 100, 180),
        ("租期：2018年5月19日到2021年5月18日。", 100, 220),
        ("租金每月3900元整，押金7800元，半年一付，先付后住。", 100, 260), ("2018年4月30日", 700, 340),
    )  # fmt: skip
    assert (read["landlord_name"], read["tenant_name"]) == ("潘金凤", "黄建军")
    assert (read["landlord_id_number"], read["tenant_id_number"]) == ("130102197711277129", "450103200007184653")
    assert (read["lease_from"], read["lease_until"]) == ("2018-05-19", "2021-05-18")
    assert (read["monthly_rent"], read["deposit"], read["area"]) == ("3900.00", "7800.00", "155.26")
    assert read["address"] == "河北省石家庄市长安区瓯江路16号5栋"


@pytest.mark.parametrize("number", ["浙（2019）杭州市不动产权第0397888号", "房地权证浙字（2015）第684409号"])
def test_certificate_numbers_of_any_province_are_read(number: str) -> None:
    read = fields("property_certificate", (number, 300, 60), ("权利人", 100, 100), ("叶秀兰", 300, 100))
    assert read["certificate_number"] == number.replace("（", "(").replace("）", ")")


def test_two_owners_stay_two_and_only_the_whole_area_is_the_area() -> None:
    read = fields(
        "property_certificate",
        ("权利人", 100, 100), ("林晓东　　高钰莹", 300, 100), ("共有情况", 100, 140), ("按份共有：林晓东40%；高钰莹60%", 300, 140),
        ("专有建筑面积：203.52㎡", 100, 180), ("房屋建筑面积：246.62㎡", 500, 180),
    )  # fmt: skip
    assert read["owner_name"] == "林晓东、高钰莹"
    assert read["co_ownership"] == "按份共有"
    assert read["area"] == "246.62"


def test_a_sum_of_yuan_with_the_currency_behind_it_is_a_sum() -> None:
    read = fields("business_licence", ("注册资本", 100, 100), ("贰佰万元整人民币", 300, 100))
    assert read["registered_capital"] == "2000000.00"


def test_a_marriage_is_not_told_as_a_divorce_and_a_lease_stays_a_lease() -> None:
    assert kinds(
        "结婚证",
        "持证人 欧阳国庆",
        "登记日期 2023年11月16日",
        "结婚证字号 J310104-2023-481281",
        "姓名 欧阳国庆 性别 男",
    ) == ["marriage_certificate"]
    lease = (
        "租 房 合 同", "甲方（出租方）：韩赟", "公民身份号码：460106198811172099", "乙方（承租方）：赵昱辰", "公民身份号码：150102200002278450",
        "姓名 性别 民族 住址", "一、甲方将坐落于江西省上饶市婺源县淝河路940号的房屋出租给乙方使用。", "三、每月租金1000元",
    )  # fmt: skip
    assert kinds(*lease) == ["lease_contract"]


@pytest.mark.parametrize(
    "lines",
    [
        ("中华人民共和国机动车驾驶证", "证号 341021197910085166", "姓名 任静怡 性别 女 国籍 中国", "住址 安徽省黄山市歙县高新一路827号", "出生日期 1979-10-08", "准驾车型 B2"),
        ("中华人民共和国残疾人证", "姓名 任静怡 性别 女 民族 汉", "公民身份号码 341021197910085166", "残疾类别 肢体", "残疾等级 二级"),
        ("台湾居民居住证", "姓名 陈怡君 性别 女", "出生 1979年10月8日", "住址 福建省厦门市思明区", "公民身份号码 830000197910085168"),
        ("普通高等学校毕业证书", "姓名 任静怡 性别 女", "学制 四年", "校长 王立新"),
    ],
)  # fmt: skip
def test_papers_that_are_none_of_ours_are_not_taken_for_one(lines: tuple[str, ...]) -> None:
    assert kinds(*lines) == []


def test_labels_alone_do_not_tell_a_marriage_from_a_divorce() -> None:
    """Where the one character that tells them apart was not read, nobody is told either."""
    rows = (
        "持证人 欧阳国庆",
        "登记日期 2023年11月16日",
        "备注",
        "姓名 欧阳国庆 性别 男",
        "国籍 中国",
        "身份证件号 31010419810724919X",
    )
    assert not {"marriage_certificate", "divorce_certificate"}.intersection(kinds(*rows))


def test_a_longer_label_than_any_known_gives_none_of_itself_to_the_value() -> None:
    read = fields(
        "deed_tax_receipt", ("纳税人名号：唐一鸣", 100, 100), ("主管税务机关名称：国家税务总局银川市税务局", 100, 140)
    )
    assert read["taxpayer_name"] == "唐一鸣"
    assert read["tax_authority"] == "国家税务总局银川市税务局"


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        ("余海涛", "person_name", "look_alike"), ("王好", "person_name", "look_alike"), ("林晓东高明明", "person_name", "fused"),
        ("公安局", "organisation", "suffix_only"), ("宿州市埔桥区众信达教育咨询有限公司", "organisation", "unknown_place"),
        ("云南省昆明市五华区滨江大道385号龙湖香醍22栋3", "address", "cut"), ("2023-04", "date", "day_missing"),
    ],
)  # fmt: skip
def test_what_nobody_should_take_for_certain(value: str, kind: Kind, code: str) -> None:
    spec = FieldSpec(label=Text.same("x"), kind=kind)
    assert code in of_value(value, spec, load_gazetteer())


def test_a_plain_name_and_a_known_place_may_be_certain() -> None:
    plain: tuple[tuple[str, Kind], ...] = (("王建国", "person_name"), ("上海市松江区人民医院", "organisation"))
    for value, kind in plain:
        assert of_value(value, FieldSpec(label=Text.same("x"), kind=kind), load_gazetteer()) == []


def test_a_value_without_label_is_found_by_the_law_it_obeys() -> None:
    read = fields(
        "id_card_front", ("公民身份号码", 100, 300), ("310104197203318955", 300, 300), ("1972年3月31日", 300, 200)
    )
    assert read["birth_date"] == "1972-03-31"


SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴严莫孔向常安国民年月日号区路街公证住地址性户"


@pytest.mark.parametrize(("kind", "label", "name"), [("birth_certificate", "新生儿姓名", "child_name"), ("marriage_certificate", "持证人", "holder_name"), ("id_card_front", "姓名", "name"), ("household_page", "姓名", "name")])  # fmt: skip
def test_no_surname_is_taken_for_a_piece_of_the_form(kind: str, label: str, name: str) -> None:
    for surname in SURNAMES:
        read = fields(kind, (f"{label}{surname}知夏", 100, 100), ("性别女", 600, 100))
        assert read.get(name) == f"{surname}知夏", surname


def test_under_an_empty_cell_for_a_name_stands_no_name() -> None:
    read = fields(
        "birth_certificate", ("母亲姓名周佳宁", 100, 100), ("年龄23", 500, 100), ("住址上海市闵行区莘松路170号", 100, 140),
        ("父亲姓名", 100, 200), ("年龄", 500, 200), ("住址上海市闵行区莘松路170号", 100, 240),
    )  # fmt: skip
    assert read["mother_name"] == "周佳宁"
    assert "father_name" not in read
