"""Tasks laid out by agency: columns by what waits for what, arrows without detours, nothing on top of something else."""

from hypothesis import given
from hypothesis import strategies as st

from onething.casework.models import TaskStatus, TaskView
from onething.core.i18n import Text
from onething.web.view.taskgraph import COLUMNS, at_work, lay_out


def task(
    name: str, agency: str, after: tuple[str, ...] = (), kind: str = "service", status: str = "planned"
) -> TaskView:
    words = Text(zh=name, en=name)
    return TaskView(
        id=f"{kind}:{name}", kind=kind, name=words, agency=agency, agency_name=Text(zh=agency, en=agency),  # type: ignore[arg-type]
        service=name, slot=None, status=TaskStatus(status), code="", state=words, explanation=None, after=after, attempts=0,
        started_at=None, finished_at=None, due_at=None, result={},
    )  # fmt: skip


def test_a_task_stands_behind_what_it_waits_for_even_through_a_fetch() -> None:
    tasks = [
        task("birth", "health", status="done"),
        task("record", "police", ("service:birth",), kind="fetch"),
        task("household", "police", ("fetch:record",)),
        task("card", "hrss", ("service:household", "service:birth")),
    ]
    lanes, graph = lay_out(tasks)
    columns = {node.view.service: node.column for lane in lanes for node in lane.tasks}
    assert columns == {"birth": 0, "household": 1, "card": 2}
    assert len(graph.edges) == 2  # birth → card is said by the longer way
    assert [edge.done for edge in graph.edges].count(True) == 1


def test_only_agencies_whose_turn_it_is_are_at_work() -> None:
    tasks = [
        task("licence", "amr", status="running"),
        task("number", "amr", ("service:licence",), kind="fetch"),
        task("seal", "police", ("service:licence",)),
        task("tax", "tax", ("fetch:number",)),
    ]
    agencies, later = at_work(tasks)
    assert ([each.zh for each in agencies], later) == (["amr"], 2), "a service that waits through a look-up waits too"
    then = [
        task("licence", "amr", status="done"),
        task("seal", "police", ("service:licence",), status="running"),
        task("tax", "tax", ("service:licence",)),
        task("account", "bank", ("service:tax",)),
        task("fund", "fund", ("service:licence",), status="skipped"),
    ]
    agencies, later = at_work(then)
    assert ([each.zh for each in agencies], later) == (["police", "tax"], 1)
    assert at_work([task("licence", "amr", status="waiting"), task("seal", "police", ("service:licence",))]) == ((), 1)


names = st.integers(0, 11)


@given(st.lists(st.tuples(names, st.sets(names, max_size=4)), min_size=1, max_size=12, unique_by=lambda pair: pair[0]))
def test_every_task_has_a_place_of_its_own_and_arrows_lead_forward(pairs: list[tuple[int, set[int]]]) -> None:
    tasks = [
        task(str(number), f"a{number % 3}", tuple(f"service:{other}" for other in others if other < number))
        for number, others in pairs
    ]
    lanes, graph = lay_out(tasks)
    places = [(lane.name.en, node.column, node.sub) for lane in lanes for node in lane.tasks]
    assert len(places) == len(set(places)) == len(tasks)
    assert all(0 <= column < COLUMNS for _, column, _ in places)
    assert graph.height == sum(lane.height for lane in lanes)
    assert all("-" not in edge.path for edge in graph.edges)
