"""Profiles of Hangzhou and a world with the clause that pays for hired graduates."""

from pathlib import Path

import pytest
from fulfilment_world import World, clause

from onething.core.db import Database
from onething.subjects.profiles import service
from onething.subjects.profiles.models import ProfileSpec

HANGZHOU = Path(__file__).parents[2] / "cities" / "hangzhou"


@pytest.fixture
def spec() -> ProfileSpec:
    return service.load_spec(HANGZHOU)


@pytest.fixture
def world(db: Database, spec: ProfileSpec) -> World:
    return World(db, spec, clause())
