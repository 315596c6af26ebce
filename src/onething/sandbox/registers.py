"""From a population to files: one database per agency and the city's directory, made once and copied for each run.

A cache entry is named by everything it depends on; it is built in a folder beside and renamed when whole, so two
processes that build the same city at once do not disturb each other.
"""

import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from onething.sandbox.agencies.desk import LEDGER
from onething.sandbox.agencies.registry import DESKS
from onething.sandbox.population.generate import default_births, generate
from onething.sandbox.population.people import Birth, Population

DIRECTORY = "city.db"
_KEPT = 4

_DIRECTORY_SCHEMA = """
CREATE TABLE person (sub TEXT PRIMARY KEY, id_number TEXT UNIQUE, name TEXT, sex TEXT, born TEXT, phone TEXT, persona TEXT) WITHOUT ROWID;
CREATE INDEX person_name ON person (name);
CREATE INDEX person_persona ON person (persona) WHERE persona <> '';
CREATE TABLE birth (position INTEGER PRIMARY KEY, certificate_number TEXT UNIQUE, plain INTEGER, persona TEXT, body TEXT);
"""


def subject_of(seed: int, id_number: str) -> str:
    """The opaque `sub` of a citizen at the identity provider; says nothing about the person."""
    return "c_" + hashlib.sha256(f"onething-sandbox/{seed}/{id_number}".encode()).hexdigest()[:20]


def birth_body(birth: Birth, seed: int, homes: dict[str, Any]) -> dict[str, Any]:
    """A birth as handed to demo, tests and benchmarks; field names as on the certificate (documents room)."""
    mother, father = birth.mother, birth.father
    return {
        "certificate_number": birth.certificate_number,
        "child_name": birth.child_name,
        "child_sex": birth.child_sex,
        "born_at": birth.born_at.isoformat(timespec="minutes"),
        "gestation_weeks": birth.weeks,
        "weight_g": birth.weight_g,
        "length_cm": birth.length_cm,
        "hospital": birth.hospital,
        "birth_address": birth.place,
        "mother_name": mother.name,
        "mother_id_number": mother.id_number,
        "mother_phone": mother.phone,
        "mother_sub": subject_of(seed, mother.id_number),
        "father_name": father.name if father else "",
        "father_id_number": father.id_number if father else "",
        "issued_on": birth.issued_on.isoformat(),
        "issuer": birth.hospital,
        "mother_household": homes.get(mother.id_number),
        "father_household": homes.get(father.id_number) if father else None,
        "account_number": mother.account.number if mother.account else "",
        "bank": mother.account.bank if mother.account else "",
        "plain": birth.plain,
        "persona": birth.persona,
        "paper": birth.paper,
    }


def _write_directory(path: Path, city: Population) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {_DIRECTORY_SCHEMA} BEGIN;")
    db.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (subject_of(city.seed, p.id_number), p.id_number, p.name, p.sex, p.born.isoformat(), p.phone, p.persona)
            for p in city.people
            if p.phone
        ),
    )
    homes = {m.person.id_number: {"number": h.number, "address": h.address, "type": h.kind} for h in city.households for m in h.members if m.person.resident}  # fmt: skip
    db.executemany(
        "INSERT INTO birth VALUES (?, ?, ?, ?, ?)",
        (
            (n, b.certificate_number, b.plain, b.persona, orjson.dumps(birth_body(b, city.seed, homes)).decode())
            for n, b in enumerate(city.births)
        ),
    )
    db.execute("COMMIT")
    db.close()


def _write_agency(
    path: Path, schema: str, fill: Callable[[sqlite3.Connection, Population], None], city: Population
) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; {LEDGER}{schema} BEGIN;")
    fill(db, city)
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _code_version() -> str:
    """Changes when anything that makes the databases changes."""
    here = Path(__file__).parent
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for folder in (here / "population", here / "agencies"):
        for path in sorted(folder.iterdir()):
            if path.suffix in {".py", ".yaml"}:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def build(folder: Path, people: int, seed: int, as_of: date, births: int | None) -> None:
    """Generate the city and write every database into `folder`, which must exist."""
    city = generate(people, seed, as_of, births)
    _write_directory(folder / DIRECTORY, city)
    for desk in DESKS.values():
        _write_agency(folder / f"{desk.id}.db", desk.schema, desk.fill, city)


def prepared(cache: Path, people: int, seed: int, as_of: date, births: int | None, say: Callable[[str], None]) -> Path:
    """A folder with the databases of this city, from the cache or made now."""
    count = default_births(people) if births is None else births
    entry = cache / f"{people}-{seed}-{count}-{as_of:%Y%m%d}-{_code_version()}"
    if entry.exists():
        os.utime(entry)
        return entry
    say(f"造一座 {people:,} 人的城市(种子 {seed}) · making a city of {people:,} people")
    cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
    try:
        build(folder, people, seed, as_of, births)
        folder.rename(entry)
    except OSError:
        if not entry.exists():
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _forget_old(cache)
    return entry


def _forget_old(cache: Path) -> None:
    entries = sorted((path for path in cache.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for path in entries[:-_KEPT]:
        if not path.name.startswith("building-"):
            shutil.rmtree(path, ignore_errors=True)


def copy_for_run(entry: Path, run: Path) -> None:
    """Fresh copies: no effect of an earlier run is in them."""
    run.mkdir(parents=True, exist_ok=True)
    for path in entry.glob("*.db"):
        shutil.copyfile(path, run / path.name)
