"""Which city and database a command has worked with. Reads what other modules hold and loads none of them: a command that used
neither says nothing.
"""

import sys
from typing import Any


def used() -> list[str]:
    """A line for each that was opened in this process; a password in an address is not shown."""
    return [line for line in (_city(), _database()) if line]


def _city() -> str:
    catalog: Any = sys.modules.get("onething.catalog.service")
    return next((f"城市 city: {each.city.id} ({each.city.folder})" for each in catalog.loaded()), "") if catalog else ""


def _database() -> str:
    db: Any = sys.modules.get("onething.core.db")
    if db is None or not db.opened():
        return ""
    from sqlalchemy.engine import make_url

    return f"数据库 database: {make_url(db.get_database().url).render_as_string(hide_password=True)}"
