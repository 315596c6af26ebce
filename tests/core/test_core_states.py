"""Charts of states: what they refuse to declare, what they refuse to do, that rows and code keep to them."""

from enum import StrEnum

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from onething.core import states
from onething.core.db import Base, Database, load_tables
from onething.core.i18n import Text
from onething.core.state_pages import mermaid, section
from onething.core.states import IllegalMoveError, StateChart, all_charts, declare


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


MEANINGS = {each: Text(zh=each, en=each) for each in Lamp}
MOVES = {Lamp.OFF: {Lamp.ON: "A hand."}, Lamp.ON: {Lamp.OFF: "A hand.", Lamp.ON: "Time.", Lamp.BROKEN: "A stone."}}


@pytest.fixture
def lamp(monkeypatch: pytest.MonkeyPatch) -> StateChart[Lamp]:
    monkeypatch.setattr(states, "_charts", {})
    return declare(
        Lamp, name="lamp", column="lamp.state", about="A lamp.", meanings=MEANINGS, initial={Lamp.OFF},
        final={Lamp.BROKEN}, moves=MOVES,
    )  # fmt: skip


def test_a_chart_says_what_leads_where(lamp: StateChart[Lamp]) -> None:
    assert lamp.move("off", Lamp.ON) == "on"
    assert set(lamp.into(Lamp.ON)) == {"off", "on"}
    assert lamp.into(Lamp.ON, Lamp.OFF) == ("off",)


def test_a_transition_that_is_not_there_is_refused_by_name(lamp: StateChart[Lamp]) -> None:
    with pytest.raises(IllegalMoveError, match="lamp: 'off' does not lead to 'broken', it leads to on"):
        lamp.check("off", Lamp.BROKEN)
    with pytest.raises(IllegalMoveError, match="it leads to nowhere"):
        lamp.move("broken", Lamp.ON)
    with pytest.raises(IllegalMoveError):
        lamp.move("melted", Lamp.ON)
    with pytest.raises(IllegalMoveError):
        lamp.into(Lamp.BROKEN, Lamp.ON, Lamp.OFF)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"meanings": {Lamp.OFF: Text(zh="x", en="x")}}, "on has no meaning"),
        ({"moves": {Lamp.OFF: {Lamp.ON: "A hand."}, Lamp.ON: {Lamp.OFF: "A hand."}}}, "broken is not reached"),
        ({"final": {Lamp.OFF}}, "broken leads nowhere"),
        ({"column": "lamp.state"}, "has a chart already"),
    ],
)
def test_a_chart_that_cannot_be_right_is_not_declared(
    lamp: StateChart[Lamp], wrong: dict[str, object], said: str
) -> None:
    right = {
        "name": lamp.name, "column": "lamp.other", "about": "", "meanings": MEANINGS, "initial": {Lamp.OFF}, "final": {Lamp.BROKEN},
        "moves": MOVES,
    }  # fmt: skip
    with pytest.raises(ValueError, match=said):
        declare(Lamp, **(right | wrong))  # type: ignore[arg-type]


def test_a_chart_is_drawn_with_the_numbers_of_its_table(lamp: StateChart[Lamp]) -> None:
    assert mermaid(lamp).splitlines() == [
        "stateDiagram-v2", "    [*] --> off", "    off --> on : 1", "    on --> off : 2", "    on --> on : 3",
        "    on --> broken : 4", "    broken --> [*]",
    ]  # fmt: skip
    assert "| 4 | `on` | `broken` | A stone. |" in section(lamp)


def test_the_databases_of_tests_refuse_what_leaves_a_chart(db: Database) -> None:
    """Every test that writes rows then shows that the code keeps to its charts, killed workers included."""
    columns = "case_id, k, state, cause, run_at, epoch"
    with db.transaction() as session:
        session.execute(text(f"INSERT INTO segment ({columns}) VALUES ('c', 1, 'ready', 'x', '2026-11-30', 0)"))
    with pytest.raises(IntegrityError, match=r"segment\.state leaves its chart"), db.transaction() as session:
        session.execute(text("UPDATE segment SET state = 'done'"))
    with pytest.raises(IntegrityError, match="does not begin there"), db.transaction() as session:
        session.execute(text(f"INSERT INTO segment ({columns}) VALUES ('c', 2, 'filed', 'x', '2026-11-30', 0)"))


def test_charts_are_of_columns_that_exist_and_fit_them() -> None:
    load_tables()
    for chart in all_charts():
        table, column = chart.column.split(".")
        kept = Base.metadata.tables[table].c[column]
        assert max(len(state) for state in chart.meanings) <= (getattr(kept.type, "length", None) or 99), chart.name
