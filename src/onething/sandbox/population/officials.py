"""Officials of the sandbox: one or two per agency, an administrator and an auditor."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Official:
    sub: str
    name: str
    role: str
    """officer | admin | auditor"""
    agency: str
    """Agency id; empty for administrator and auditor."""
    title_zh: str
    title_en: str
    city: str = ""
    """Id of the city that they work for; empty: the one that the sandbox plays."""


OFFICIALS = (
    Official("o_police_1", "王建平", "officer", "police", "公安局 户籍民警", "Police: household registration officer"),
    Official("o_police_2", "徐丽萍", "officer", "police", "公安局 户政科复核", "Police: household registration, second reader"),
    Official("o_health_1", "高敏", "officer", "health", "卫健委 妇幼处", "Health: maternal and child section"),
    Official("o_civil_1", "顾国平", "officer", "civil", "民政局 救助科", "Civil affairs: social assistance"),
    Official("o_medins_1", "蒋慧", "officer", "medins", "医保局 经办中心", "Medical insurance: service centre"),
    Official("o_hrss_1", "陆春梅", "officer", "hrss", "人社局 社保卡服务中心", "Social security: card centre"),
    Official("o_cdc_1", "汤雪梅", "officer", "cdc", "疾控中心 免疫规划科", "Disease control: immunisation"),
    Official("o_tax_1", "郑伟国", "officer", "tax", "税务局 社保费科", "Tax: social insurance fees"),
    Official("o_maternal_1", "俞静", "officer", "maternal", "妇幼中心 儿童保健部", "Maternal centre: child health"),
    Official("o_admin", "方向阳", "admin", "", "大数据中心 平台管理员", "Data centre: administrator"),
    Official("o_auditor", "严正", "auditor", "", "审计局 审计员", "Audit office: auditor"),
    Official("o_hz_hrss_1", "沈秋月", "officer", "hrss", "杭州市人社局 就业处", "Hangzhou social security: employment", "hangzhou"),
    Official("o_hz_medins_1", "傅明达", "officer", "medins", "杭州市医保局 待遇处", "Hangzhou medical insurance: benefits", "hangzhou"),
    Official("o_hz_market_1", "钟毅", "officer", "market", "杭州市市场监管局 登记处", "Hangzhou market regulation: registration", "hangzhou"),
    Official("o_hz_admin", "丁亦舟", "admin", "", "杭州市数据局 平台管理员", "Hangzhou data bureau: administrator", "hangzhou"),
    Official("o_hz_auditor", "骆清", "auditor", "", "杭州市审计局 审计员", "Hangzhou audit office: auditor", "hangzhou"),
)  # fmt: skip
