"""Companies by number: the same count and seed give the same companies; the first four have a story and an agent.

Shapes follow what such cities publish: most companies are micro, sizes and revenues are log-normal, traits go together
(high-tech companies do research, exporters insure). A few in a hundred values are missing, as in real registries.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from onething.core.identifiers import uscc_check_character
from onething.subjects.profiles.models import Dimension, ProfileSpec
from onething.subjects.profiles.service import ID, schema

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WORDS_1 = "云杭启智新越之江湖钱塘西溪天目运河良渚"
_WORDS_2 = "栖川拓联科达远图灵创盛和海纳信诚恒力"
_KINDS = {
    "A": "农业发展", "C": "精密制造", "E": "建筑工程", "F": "贸易", "G": "物流", "H": "餐饮管理", "I": "软件", "J": "投资管理",
    "L": "企业服务", "M": "技术研究", "R": "文化传播", "O": "生活服务",
}  # fmt: skip
AS_OF = date(2026, 11, 20)
_TRADES = ("A", "C", "E", "F", "G", "H", "I", "J", "L", "M", "R", "O")
_TRADE_WEIGHTS = (0.02, 0.16, 0.06, 0.3, 0.04, 0.06, 0.11, 0.01, 0.1, 0.07, 0.04, 0.03)
_FIXED_TRADES = {0: "I", 1: "C", 2: "F", 3: "H"}
MISSING = 0.04


def uscc_of(number: int) -> str:
    """A valid unified social credit code of Hangzhou for a company's number."""
    first = f"91330100{_base31(number)}"
    return first + uscc_check_character(first)


def _base31(number: int) -> str:
    digits = ""
    value = number + 31**5
    for _ in range(9):
        value, digit = divmod(value, 31)
        digits = _ALPHABET[digit] + digits
    return digits


def company_name(number: int) -> str:
    trade = _FIXED_TRADES.get(number, _TRADES[number * 7 % len(_TRADES)])
    first, second = _WORDS_1[number * 5 % len(_WORDS_1)], _WORDS_2[number // len(_WORDS_1) % len(_WORDS_2)]
    return f"杭州{first}{second}{_KINDS[trade]}有限公司"


_STORIES: dict[int, dict[str, Any]] = {
    0: {"district": "滨江区", "size": "small", "employees": 86, "medins_employees": 86, "employees_last_year": 74, "high_tech": True,
        "revenue_last_year": 48_600_000, "rd_expense": 5_830_000, "stat_rd": 5_830_000, "layoff_rate": 1.2, "graduates_hired": 9,
        "unemployment_premium": 118_400, "patents": 12, "dishonest": False, "tax_arrears": 0, "private": True,
        "founded_on": date(2016, 4, 12), "abnormal_list": False, "tax_credit": "A", "specialised": "specialised"},
    1: {"district": "萧山区", "size": "medium", "employees": 412, "medins_employees": 405, "employees_last_year": 420,
        "layoff_rate": 3.1, "unemployment_premium": 705_600, "tech_investment": 18_200_000, "dishonest": False,
        "revenue_last_year": 386_000_000, "rd_expense": 12_700_000, "stat_rd": 12_700_000, "tax_arrears": 0, "private": True,
        "high_tech": True, "green_factory": "city", "above_scale": True, "env_penalties": 0, "tax_credit": "A"},
    2: {"district": "上城区", "size": "small", "employees": 27, "medins_employees": 27, "employees_last_year": 26, "exports": 21_400_000,
        "export_insurance": 64_000, "layoff_rate": 0, "unemployment_premium": 38_900, "dishonest": False, "tax_arrears": 0,
        "revenue_last_year": 33_500_000, "cross_border": True, "fairs": 2, "graduates_hired": 1, "tax_credit": "B"},
    3: {"district": "拱墅区", "size": "micro", "employees": 8, "medins_employees": 8, "employees_last_year": 9, "layoff_rate": 0,
        "unemployment_premium": 9_600, "small_low_profit": True, "revenue_last_year": 2_860_000, "dishonest": False,
        "tax_arrears": 0, "founded_on": date(2026, 1, 8), "graduates_hired": 1, "abnormal_list": False, "private": True},
}  # fmt: skip
"""What is known for certain of the companies that have an agent."""


def frame(spec: ProfileSpec, rows: int, seed: int = 7) -> pl.DataFrame:
    """`rows` companies as columns, ids being their codes."""
    rng = np.random.default_rng(seed)
    drawn = _correlated(rng, rows)
    data: dict[str, Any] = {ID: pl.Series(ID, [uscc_of(n) for n in range(rows)])}
    for each in spec.dimensions:
        values = drawn.get(each.id)
        series = _series(each, rng, rows) if values is None else pl.Series(each.path, values)
        data[each.path] = series.cast(schema([each])[each.path], strict=False)
    made = pl.DataFrame(data)
    keep = {"company.district", "company.trade", "company.size", "company.status_normal"}
    holes = [
        pl.when(pl.Series(rng.random(rows) >= MISSING)).then(pl.col(name)).alias(name) if name not in keep and name != ID else pl.col(name)
        for name in made.columns
    ]  # fmt: skip
    return _with_stories(made.select(holes))


def _with_stories(made: pl.DataFrame) -> pl.DataFrame:
    changed: list[pl.Series] = []
    for name in sorted({key for story in _STORIES.values() for key in story}):
        path = f"company.{name}"
        if path in made.columns:
            values = made[path].to_list()[: len(_STORIES)]
            for number, story in _STORIES.items():
                if number < len(values) and name in story:
                    values[number] = story[name]
            head = pl.Series(path, values, strict=False).cast(made[path].dtype)
            changed.append(pl.concat([head, made[path].slice(len(values))]))
    return made.with_columns(changed)


def _correlated(rng: np.random.Generator, rows: int) -> dict[str, Any]:
    """The dimensions that hang together, as plain arrays."""
    trade = np.array(_TRADES)[rng.choice(len(_TRADES), rows, p=_TRADE_WEIGHTS)]
    for number, letter in _FIXED_TRADES.items():
        if number < rows:
            trade[number] = letter
    employees = np.maximum(1, np.exp(rng.normal(1.9, 1.3, rows))).astype(np.int64)
    revenue = np.round(employees * np.exp(rng.normal(12.9, 0.8, rows)), -2)
    high_tech = (np.isin(trade, ("I", "C", "M"))) & (rng.random(rows) < 0.12)
    size = np.select([employees >= 1000, employees >= 300, employees >= 20], ["large", "medium", "small"], "micro")
    research = np.where(high_tech | (np.isin(trade, ("I", "M")) & (rng.random(rows) < 0.3)), np.round(revenue * rng.uniform(0.03, 0.15, rows), -2), 0)  # fmt: skip
    exports = np.where(np.isin(trade, ("C", "F")) & (rng.random(rows) < 0.15), np.round(revenue * rng.uniform(0.1, 0.9, rows), -2), 0)  # fmt: skip
    last = np.maximum(0, employees - rng.integers(-3, 4, rows))
    founded = np.datetime64("2026-11-01") - rng.integers(30, 9000, rows).astype("timedelta64[D]")
    rare = {name: rng.random(rows) < share for name, share in (("abnormal_list", 0.02), ("serious_violation", 0.004), ("wage_arrears", 0.003), ("dishonest", 0.006), ("safety_accident", 0.004), ("medins_violation", 0.004), ("hfund_deferral", 0.02))}  # fmt: skip
    return {
        "trade": trade, "employees": employees, "medins_employees": employees, "employees_last_year": last,
        "hfund_employees": (employees * rng.uniform(0.4, 1, rows)).astype(np.int64), "stat_employees": employees,
        "revenue_last_year": revenue, "revenue_this_year": np.round(revenue * rng.uniform(0.6, 1.1, rows), -2),
        "profit_last_year": np.round(revenue * rng.normal(0.06, 0.1, rows), -2), "size": size, "high_tech": high_tech,
        "tax_paid_last_year": np.round(revenue * rng.uniform(0.01, 0.06, rows), -1), "rd_expense": research,
        "rd_deduction": research, "stat_revenue": revenue, "stat_rd": research, "exports": exports,
        "export_insurance": np.where(rng.random(rows) < 0.4, np.round(exports * 0.003, -1), 0), "founded_on": founded,
        "layoff_rate": np.round(np.abs(rng.normal(2.5, 3, rows)), 1), "unemployment_premium": last * 640,
        "graduates_hired": rng.poisson(np.minimum(employees, 400) * 0.03), "status_normal": rng.random(rows) < 0.96,
        "disabled_employed": rng.poisson(employees * 0.01), "annual_report_filed": rng.random(rows) < 0.9,
        "small_low_profit": (employees < 300) & (rng.random(rows) < 0.9), "private": rng.random(rows) < 0.95,
        "tax_arrears": np.where(rng.random(rows) < 0.02, 5000, 0), "credit_score": np.round(rng.normal(780, 70, rows)),
        "patents": np.where(high_tech, rng.poisson(6, rows), rng.poisson(0.1, rows)), **rare,
    }  # fmt: skip


def _series(each: Dimension, rng: np.random.Generator, rows: int) -> pl.Series:
    """What hangs on nothing else, by its type."""
    if each.type == "enum":
        codes = [option.code for option in each.values]
        weights = np.array([0.85, *[0.15 / max(len(codes) - 1, 1)] * (len(codes) - 1)]) if codes[0] == "none" else np.full(len(codes), 1 / len(codes))  # fmt: skip
        return pl.Series(each.path, np.array(codes)[rng.choice(len(codes), rows, p=weights / weights.sum())])
    if each.type == "bool":
        return pl.Series(each.path, rng.random(rows) < 0.12)
    if each.type == "date":
        return pl.Series(each.path, np.datetime64("2026-11-01") - rng.integers(30, 6000, rows).astype("timedelta64[D]"))
    if each.type == "money":
        return pl.Series(each.path, np.where(rng.random(rows) < 0.35, np.round(np.exp(rng.normal(11.5, 1.5, rows)), -2), 0))  # fmt: skip
    if each.type == "integer":
        return pl.Series(each.path, rng.poisson(1.2, rows) * (rng.random(rows) < 0.5))
    return pl.Series(each.path, np.round(np.abs(rng.normal(6, 4, rows)), 1))


def deliveries(spec: ProfileSpec, rows: int, seed: int = 7, as_of: date = AS_OF) -> Iterator[tuple[str, list[dict[str, Any]]]]:  # fmt: skip
    """(agency, rows) as each agency would deliver them; second sources repeat the first."""
    made = frame(spec, rows, seed)
    for source in spec.sources:
        allowed = spec.of_source(source)
        columns = made.select([ID, *(each.path for each in allowed.values())]).to_dicts()
        yield (
            source,
            [
                {"uscc": line[ID], "name": company_name(number), "as_of": as_of.isoformat()}
                | {name: _plain(line[each.path]) for name, each in allowed.items() if line[each.path] is not None}
                for number, line in enumerate(columns)
            ],
        )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
