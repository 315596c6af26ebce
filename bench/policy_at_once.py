"""秒到账: from the agency's figure that makes a company entitled to the bank's booking, with standing consent, end to end.

A worker's own rounds (matching, releasing, sending), PostgreSQL with durable commits, a bank in a process of its own over
HTTP. One company at a time, and a burst of companies at once.
"""

import asyncio
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bench.casework_rig import postgres
from bench.payments import bank
from bench.table import Row, show
from onething.core.clock import today
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.host.assembling import subscribe
from onething.payments import service as payments
from onething.payments.models import OrderState
from onething.payments.tables import OrderRow
from onething.policy.fulfilment import service as benefits
from onething.policy.fulfilment.running import BenefitRounds
from onething.policy.matching.clauses import make_book
from onething.policy.models import Clause
from onething.sandbox.companies.generate import company_name, uscc_of
from onething.subjects.profiles import accounts, service
from onething.subjects.service import ensure_organisation

ALONE, BURST, TARGET = 40, 200, 5.0
CITY = Path(__file__).parent.parent / "cities" / "hangzhou"
CLAUSE = {
    "id": "bench", "name": {"zh": "招用毕业生补助", "en": "Graduate grant"},
    "place": {"document": "eli/bench", "title": "测试办法", "article": "第五条"}, "agency": "hrss",
    "budget": {"key": "bench-2026", "amount": 1_000_000_000},
    "benefit": {"kind": "subsidy", "name": {"zh": "招用毕业生补助", "en": "Graduate grant"}, "amount": "company.graduates_hired * 1500", "frequency": "yearly"},
    "ruleset": {"id": "bench", "rules": [{"id": "r1", "require": "company.graduates_hired >= 1"}]},
}  # fmt: skip


def _company(db: Database, number: int) -> str:
    with db.transaction() as session:
        made = ensure_organisation(session, uscc=uscc_of(number), name=company_name(number))
        accounts.add_account(session, made.id, f"6222{number:010d}11", "杭州银行")
        benefits.give_standing(session, made.id, benefits.EVERYTHING, f"company:{made.id}:bench")
        return made.id


def _report(db: Database, spec: Any, numbers: range) -> None:
    """The agency's delivery: from here the clock runs."""
    told = [
        {
            "uscc": uscc_of(n),
            "name": company_name(n),
            "as_of": today(),
            "graduates_hired": 2,
            "wage_arrears": False,
        }
        for n in numbers
    ]
    with db.transaction() as session:
        taken = service.take_in(session, spec, "hrss", told)
        assert not taken.refused, taken.refused


def _settled(db: Database) -> int:
    with db.reading() as session:
        query = select(func.count()).select_from(OrderRow).where(OrderRow.state == OrderState.SETTLED)
        return session.scalar(query) or 0


def _until(db: Database, wanted: int, limit: float = 120.0) -> float:
    started = time.perf_counter()
    while _settled(db) < wanted:
        if time.perf_counter() - started > limit:
            raise TimeoutError(f"{_settled(db)} of {wanted} after {limit} s")
        time.sleep(0.01)
    return time.perf_counter() - started


def _measure(url: str) -> dict[str, Any]:
    db = Database(url)
    db.create_all()
    subscribe()
    spec = service.load_spec(CITY)
    book = [Clause.model_validate(CLAUSE)]
    desk = benefits.Desk(db, spec, lambda _session, day: make_book(book, day, ()))
    with db.transaction() as session:
        payments.appropriate(session, "bench-2026", 10**11, "doc")
    for number in range(ALONE + BURST):
        _company(db, number)
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()
    worker = threading.Thread(target=lambda: loop.run_until_complete(BenefitRounds(desk).run(stop)))
    worker.start()
    try:
        alone = list[float]()
        for number in range(ALONE):
            _report(db, spec, range(number, number + 1))
            alone.append(_until(db, number + 1))
        _report(db, spec, range(ALONE, ALONE + BURST))
        burst = _until(db, ALONE + BURST)
    finally:
        loop.call_soon_threadsafe(stop.set)
        worker.join(30)
    with db.reading() as session:
        problems = list(payments.audit(session).problems)
    db.dispose()
    return {
        "alone_median_s": round(statistics.median(alone), 2), "alone_worst_s": round(max(alone), 2),
        "burst": BURST, "burst_all_s": round(burst, 2), "problems": problems,
    }  # fmt: skip


def run(out: Path) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    """Seconds from the figure to the booking."""
    with postgres() as url, bank() as address, tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "ONETHING_BANK_URL": address, "ONETHING_DATA_DIR": folder, "ONETHING_DATABASE_URL": url,
            "ONETHING_CITIES_DIR": str(CITY.parent),
        }  # fmt: skip
        get_settings.cache_clear()
        figures = _measure(url)
    show(
        "秒到账: from an agency's figure to the bank's booking",
        [
            Row(f"one company, median of {ALONE}", f"≤ {TARGET:.0f} s", f"{figures['alone_median_s']} s", figures["alone_median_s"] <= TARGET),
            Row("one company, the slowest", f"≤ {TARGET:.0f} s", f"{figures['alone_worst_s']} s", figures["alone_worst_s"] <= TARGET),
            Row(f"{BURST} companies at once, all booked", "", f"{figures['burst_all_s']} s"),
            Row("books", "no problem", str(figures["problems"] or "none"), not figures["problems"]),
        ],
    )  # fmt: skip
    return figures
