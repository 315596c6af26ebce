"""Company start-up from the submission to the last registration: how fast is one case, with and without robots; how many a second?

The filings are prepared beforehand (answers, agencies' records, signatures, as casework gets them); measured is what happens
once they are submitted: name reserved, 23 checks, licence, then seal, tax, insurance, housing fund and bank side by side.
"""

import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from bench.casework_rig import Rig, postgres
from bench.table import Row, show
from onething.casework.decisions import checks
from onething.casework.models import Submission
from onething.catalog.service import get_city
from onething.core.clock import local, now
from onething.core.db import Database
from onething.core.settings import get_settings
from onething.exchange.robots.service import RobotRunRow
from onething.intake.filing.proposals import drafted
from onething.planning.service import with_derived
from onething.sandbox.startup.service import NAMES, TownHandles, plain_answers, running, write_register
from onething.sandbox.startup.town import Townsman
from onething.subjects.service import ensure_person

QUICK, WITH_ROBOTS, MANY = 100, 100, 150
WARM_UP = 2
PEOPLE = 2 * (max(QUICK + MANY, WITH_ROBOTS) + WARM_UP) + 20
MARKS = "晨曦望岳星河青远山若水明川松岚竹枫听雨知秋"
ROOT = Path(__file__).parent.parent


class StartupRig(Rig):
    """The rig of casework with the sandbox Shenzhen."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, **self.sandbox.environment, "ONETHING_CITIES_DIR": str(self.folder / "cities")}


def _cities(folder: Path, robots: bool) -> None:
    """The package as it is; without robots it lacks the two services that only a robot can carry out."""
    made = folder / "cities" / "shenzhen"
    shutil.copytree(ROOT / "cities" / "shenzhen", made)
    if robots:
        return
    for name in ("02_seal", "05_housing_fund"):
        (made / "startup" / "services" / f"{name}.yaml").unlink()
    event = made / "startup" / "life_event.yaml"
    lines = event.read_text().splitlines(keepends=True)
    event.write_text(
        "".join(line for line in lines if "{id: seal_record" not in line and "{id: fund_account" not in line)
    )


@contextlib.contextmanager
def rig(*, robots: bool, on_postgres: bool = False) -> Iterator[StartupRig]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="onething-bench-")))
        _cities(folder, robots)
        town = stack.enter_context(running(people=PEOPLE, robots=robots))
        url = stack.enter_context(postgres()) if on_postgres else f"sqlite:///{folder}/bench.db"
        stack.enter_context(
            patch.dict(
                "os.environ",
                {
                    "ONETHING_CITY": "shenzhen",
                    "ONETHING_CITIES_DIR": str(folder / "cities"),
                    "ONETHING_DATA_DIR": str(folder),
                    "ONETHING_DATABASE_URL": url,
                    "ONETHING_TRUST_PASSPHRASE": "bench",
                },
            )
        )
        get_settings.cache_clear()
        write_register(folder, NAMES)
        database = Database(url)
        database.create_all()
        made = StartupRig(database, town, folder, lease=15.0)  # type: ignore[arg-type]
        try:
            yield made
        finally:
            made.stop()
            database.dispose()
            get_settings.cache_clear()


def submission(made: StartupRig, town: TownHandles, number: int) -> Submission:
    """Two founders' filing as intake hands it over: complete, recorded by agencies, signed."""
    first, second = town.town.people[10 + 2 * number], town.town.people[11 + 2 * number]
    place, lease = town.town.places[10 + 2 * number], town.town.leases[10 + 2 * number]
    with made.db.transaction() as session:
        person = ensure_person(
            session, oidc_sub=first.sub, name=first.name, id_number=first.id_number, phone=first.phone
        )
    facts = plain_answers((first, second), _mark(number), place, lease)
    facts["applicant"] = {"name": first.name, "id_number": first.id_number, "phone": first.phone}
    facts |= _records((first, second), place, lease)
    city = get_city()
    event = city.life_event("startup")
    assert event is not None
    text = drafted(city, event, "templates/articles.txt", with_derived(event, facts, local(now()).date()))
    facts["articles"] = {"text": text}
    return Submission(key=f"bench-{number}", city="shenzhen", life_event="startup", subject_id=person.id, facts=facts)


def _mark(number: int) -> str:
    """A trade name of three common characters, another for every number."""
    more, rest = divmod(number, len(MARKS))
    return MARKS[rest] + MARKS[(rest + more + 1) % len(MARKS)] + MARKS[(more * 5 + 9) % len(MARKS)]


def _records(founders: tuple[Townsman, ...], place: Any, lease: Any) -> dict[str, Any]:
    at = local(now()).strftime("%Y-%m-%dT%H:%M")
    known = [{"name": p.name, "id_number": p.id_number} for p in founders]
    return {
        "residents": {"people": [each | {"status": "active", "valid_until": "2038-05-01"} for each in known]},
        "enforcement": {"people": [each | {"listed": False} for each in known]},
        "conduct": {"people": [{"id_number": p.id_number, "barred": False} for p in founders]},
        "place": {"address": place.address, "code": place.code, "use": "office", "area": place.area, "companies": place.companies, "shared": False},
        "lease": {
            "number": lease.number, "address": lease.address, "landlord_name": lease.landlord, "landlord_is_owner": True,
            "tenant_name": lease.tenant, "tenant_id_number": lease.tenant_id, "starts_on": lease.starts.isoformat(),
            "ends_on": lease.ends.isoformat(), "status": "valid",
        },
        "signatures": {"people": [each | {"state": "signed", "signed_at": at, "face": 0.99, "live": 0.99, "provider": "demo"} for each in known]},
    }  # fmt: skip


def one_by_one(made: StartupRig, first: int, cases: int) -> list[float]:
    """Seconds from submission to finished, nothing else going on; the first ones warm up and do not count."""
    filings = [submission(made, made.sandbox, first + number) for number in range(cases)]  # type: ignore[arg-type]
    seconds: list[float] = []
    for filing in filings:
        started = time.perf_counter()
        made.open(filing)
        while made.finished() < len(made.opened):
            time.sleep(0.01)
            if time.perf_counter() - started > 120:
                raise RuntimeError(f"a case did not finish: {_doubts(made)} {made.state()}")
        seconds.append(time.perf_counter() - started)
        time.sleep(0.05)
    return seconds[WARM_UP:]


def robots_share(made: StartupRig, seconds: list[float]) -> tuple[float, list[float]]:
    """Of the time of these cases the share in which a robot was at work (the slower of the two, they run side by side), and the robots' seconds."""
    with made.db.reading() as session:
        rows = session.execute(select(RobotRunRow.case_id, RobotRunRow.ms)).all()
    slower: dict[str, float] = {}
    for case, ms in rows:
        slower[case or ""] = max(slower.get(case or "", 0.0), ms / 1000)
    counted = [slower.get(case, 0.0) for case in made.opened][WARM_UP : WARM_UP + len(seconds)]
    return sum(counted) / sum(seconds), sorted(ms / 1000 for _, ms in rows)


def _doubts(made: StartupRig) -> list[tuple[str, str]]:
    """Checks that did not pass, with what decided them: `time` when the machine was too busy."""
    with made.db.reading() as session:
        runs = [run for case in made.opened for run in checks.runs_of(session, case)]
    return [
        (each["id"], each["fired"]) for run in runs for each in run.results if each["outcome"] in ("refer", "refuse")
    ]


def sustained(made: StartupRig, first: int, cases: int) -> float:
    """Cases a second from the first submission to the end of the last, as fast as they can be submitted."""
    filings = [submission(made, made.sandbox, first + number) for number in range(cases)]  # type: ignore[arg-type]
    goal, started = made.finished() + cases, time.perf_counter()
    for filing in filings:
        made.open(filing)
    if not made.wait_until_finished(goal, 300):
        raise RuntimeError(f"not all cases finished: {made.state()}")
    return cases / (time.perf_counter() - started)


def _at(seconds: list[float], share: float) -> float:
    return sorted(seconds)[min(int(len(seconds) * share), len(seconds) - 1)]


def run(out: Path, quick: int = QUICK, robots: int = WITH_ROBOTS, many: int = MANY) -> dict[str, Any]:  # noqa: ARG001 - every benchmark is given the folder
    figures: dict[str, Any] = {}
    with rig(robots=False) as made:
        made.start_worker("w0")
        found = one_by_one(made, 0, quick + WARM_UP)
        rate = sustained(made, quick + WARM_UP, many)
        figures["without robots"] = {
            "median_s": statistics.median(found), "p99_s": _at(found, 0.99), "cases_a_second": rate, "outcomes": made.outcomes(),
        }  # fmt: skip
    with rig(robots=True) as made:
        made.start_worker("w0")
        slow = one_by_one(made, 0, robots + WARM_UP)
        share, robot_s = robots_share(made, slow)
        figures["with both robots"] = {
            "median_s": statistics.median(slow),
            "p99_s": _at(slow, 0.99),
            "slowest_s": max(slow),
            "cases": len(slow),
            "share_in_robots": share,
            "robot_run_median_s": statistics.median(robot_s),
            "outcomes": made.outcomes(),
        }
    plain, robot = figures["without robots"], figures["with both robots"]
    show("Company start-up, an automatic case from submission to the last registration", [
        Row("without robots, median", "≤ 2 s", f"{plain['median_s']:.2f} s (p99 {plain['p99_s']:.2f})", plain["median_s"] <= 2),
        Row("without robots, sustained", "≥ 5 cases/s", f"{plain['cases_a_second']:.1f} cases/s", plain["cases_a_second"] >= 5),
        Row("with both robots, median", "≤ 10 s", f"{robot['median_s']:.2f} s", robot["median_s"] <= 10),
        Row(f"with both robots, p99 of {robot['cases']}", "≤ 30 s", f"{robot['p99_s']:.2f} s (slowest {robot['slowest_s']:.2f})", robot["p99_s"] <= 30),
        Row("of that time with a robot at work", "", f"{robot['share_in_robots']:.0%} (a run takes {robot['robot_run_median_s']:.2f} s)", None),
    ])  # fmt: skip
    return figures
