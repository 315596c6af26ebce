"""What a draft must not be silent about: found in drafts from real laws, each with its own wording here."""

import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from onething.policy.drafting.models import Draft
from onething.policy.structuring import Structured, structure

LAWS = Path(__file__).parents[3] / "shared" / "data" / "laws-many.tar.xz"


def read(clause: str) -> Structured:
    return structure(f"# 试行条例\n\n2026年1月5日 云州市人民代表大会常务委员会第一次会议通过\n\n第一条 {clause}\n")


def conditions(draft: Draft) -> list[str]:
    rules: list[dict[str, Any]] = yaml.safe_load(draft.rules)["rulesets"][0]["rules"]
    return [str(rule.get("require") or rule.get("when")).removeprefix("主体.") for rule in rules]


@pytest.mark.parametrize(
    ("clause", "wanted"),
    [
        ("企业员工三十人以上的，由市人力资源社会保障部门给予补贴5万元。", ["是企业", "员工 >= 30"]),
        ("企业年营业收入500万元（含）以上的，由市科学技术部门给予奖励5万元。", ["是企业", "年营业收入 >= 5000000"]),
        ("企业年营业收入5,000万元以上的，由市科学技术部门给予奖励5万元。", ["是企业", "年营业收入 >= 50000000"]),
        ("企业研发投入占营业收入的比例达到5‰以上的，由市科学技术部门给予奖励5万元。", ["是企业", "研发投入占营业收入的比例 >= 0.5"]),
        ("企业有职工三十人以上以及年营业收入一千万元以上的，由市商务部门给予补助10万元。", ["是企业", "有职工 >= 30", "年营业收入 >= 10000000"]),
        ("个体工商户月销售额10万元以下的，由税务机关免征增值税。", ["是个体工商户", "月销售额 <= 100000"]),
        ("企业对环境造成损失的，由生态环境主管部门处五万元以上二十万元以下罚款。", ["是企业", "对环境造成损失"]),
        ("当事人对裁定不服的，可以自收到裁定书之日起五日内申请复议。", ["是当事人", "对裁定不服"]),
    ],
)  # fmt: skip
def test_what_is_plain_is_read_and_nothing_is_listed(clause: str, wanted: list[str]) -> None:
    (draft,) = read(clause).drafts
    assert conditions(draft) == wanted
    assert draft.open == ()


@pytest.mark.parametrize(
    ("clause", "why"),
    [
        ("男方年满二十二周岁、女方年满二十周岁的，婚姻登记机关应当予以登记。", {"two_persons", "same_fact_twice", "subject_is_agency"}),
        ("企业从业人员三十人以上或者年营业收入一千万元以上的，由市商务部门给予补助10万元。", {"either_or"}),
        ("年满六十周岁或者丧失劳动能力的农村居民，可以享受基本养老金每月200元。", {"subject_unclear"}),
        ("被保险人累计缴费满一年不足五年的，领取失业保险金的期限最长为十二个月。", {"subject_is_thing"}),
        ("高校毕业生毕业两年内创办小微企业的，由人力资源社会保障部门给予一次性补贴8000元。", {"number_in_words"}),
        ("企业实缴资本不低于注册资本的30%的，由市商务部门给予奖励20万元。", {"no_fact"}),
        ("承租人连续超过七日未支付租金的，出租人有权解除合同。", {"rest_dropped"}),
        ("国有资产受法律保护，任何单位和个人不得侵害。", {"statement"}),
        ("为保护著作权，权利人可以采取技术措施。", {"statement"}),
        ("电子商务平台经营者接到声明后，应当将该声明转送权利人。", {"subject_unclear"}),
        ("香港驻军人员违反本地法律的，当事人可以通过协商解决。", {"other_person"}),
        ("除合同另有约定外，运费已经支付的，承运人应当退还运费。", {"exception"}),
        ("对违法嫌疑人进行检查时，应当尊重其人格尊严。", {"subject_unclear"}),
        ("企业有下列行为之一，尚不构成犯罪的，由市公安机关给予警告。", {"list_missing"}),
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_listed(clause: str, why: set[str]) -> None:
    found = read(clause)
    assert why <= {each.why for each in found.not_understood}
    assert all(draft.open for draft in found.drafts)


def test_what_follows_a_semicolon_says_whose_it_is() -> None:
    found = read("缴费单位未办理登记的，由社会保险部门责令改正；情节特别严重的，处五千元罚款。")
    assert "subject_inherited" in {each.why for each in found.not_understood}


@pytest.mark.slow
def test_no_silent_draft_of_a_real_law_hides_a_number_or_a_choice() -> None:
    """Of twenty real laws: what a silent draft asks for has no number, no `or` and no list in its words."""
    if not LAWS.exists():
        pytest.skip("../shared/data/laws-many.tar.xz is not here; this test needs real laws")
    silent: list[Draft] = []
    with tarfile.open(LAWS) as packed:
        for member in [each for each in packed.getmembers() if each.isfile() and each.name.endswith(".txt")][::20]:
            content = packed.extractfile(member)
            assert content is not None
            silent += [draft for draft in structure(content.read().decode()).drafts if not draft.open]
    assert silent
    for draft in silent:
        for condition in conditions(draft):
            assert not re.search(r"或者|以上|以下|[0-9]+[年月日天元人]", condition), (draft.text, condition)
