"""People who act for a company, with their accounts at the identity provider. Companies have the numbers 0, 1, 2 …"""

from dataclasses import dataclass

from onething.sandbox.companies.generate import company_name, uscc_of


@dataclass(frozen=True, slots=True)
class Agent:
    sub: str
    name: str
    phone: str
    company: int
    title_zh: str
    title_en: str

    @property
    def uscc(self) -> str:
        return uscc_of(self.company)

    @property
    def company_name(self) -> str:
        return company_name(self.company)


AGENTS = (
    Agent("a_software", "沈晓岚", "13857101001", 0, "软件企业 财务负责人", "Software company: head of finance"),
    Agent("a_factory", "楼建刚", "13857101002", 1, "制造企业 法定代表人", "Factory: legal representative"),
    Agent("a_trader", "章文静", "13857101003", 2, "外贸企业 办事人", "Trading company: agent"),
    Agent("a_shop", "俞海波", "13857101004", 3, "小微餐饮企业 法定代表人", "Small restaurant: legal representative"),
)
