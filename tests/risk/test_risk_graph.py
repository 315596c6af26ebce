"""The relation graph: what was known when, and what never depends on the order in which it was written down."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from onething.risk.graph import NEVER, Edges, Nodes, RelationGraph
from onething.risk.indicators import PLACE, measure
from onething.risk.models import Filing, Kind, Member, Role
from onething.risk.rings import find_rings
from onething.risk.surroundings import Known

Row = tuple[int, int, int, int]


def graph_of(
    kinds: list[int], rows: list[Row], ended: dict[int, int] | None = None, shared: tuple[int, ...] = ()
) -> RelationGraph:
    """`rows` are (company, other, role, since); node numbers are places in `kinds`; ended companies count as revoked."""
    count = len(kinds)
    ends = np.full(count, NEVER, np.int32)
    revoked, declared = np.zeros(count, bool), np.zeros(count, bool)
    for node, moment in (ended or {}).items():
        ends[node], revoked[node] = moment, True
    declared[list(shared)] = True
    nodes = Nodes(np.arange(count, dtype=np.int64), np.array(kinds, np.int8), ends, revoked, declared)
    columns = np.array(rows, np.int32).reshape(-1, 4).T
    edges = Edges(
        columns[0], columns[1], columns[2].astype(np.int8), columns[3], np.full(len(rows), NEVER, np.int32),
        np.zeros(len(rows), np.float32),
    )  # fmt: skip
    return RelationGraph(nodes, edges)


COMPANIES, PEOPLE = 12, 8
KINDS = [int(Kind.COMPANY)] * COMPANIES + [int(Kind.PERSON)] * PEOPLE
relations = st.lists(
    st.tuples(
        st.integers(0, COMPANIES - 1), st.integers(COMPANIES, COMPANIES + PEOPLE - 1), st.integers(0, 4), st.integers(0, 50)
    ),
    min_size=1, max_size=40,
)  # fmt: skip


@given(relations, st.integers(COMPANIES, COMPANIES + PEOPLE - 1), st.integers(0, 60))
def test_what_a_person_had_at_a_moment_is_what_was_written_before_it(rows: list[Row], person: int, moment: int) -> None:
    graph = graph_of(KINDS, rows)
    expected = sorted(company for company, other, _, since in rows if other == person and since < moment)
    assert sorted(graph.companies_at(person, moment).tolist()) == expected
    assert graph.degree(person, moment) == len(expected)


@given(relations, st.integers(0, 60), st.integers(0, 30), st.integers(COMPANIES, COMPANIES + PEOPLE - 1))
def test_counting_in_a_window_agrees_with_counting_by_hand(
    rows: list[Row], after: int, width: int, person: int
) -> None:
    graph = graph_of(KINDS, rows)
    expected = sum(1 for _, other, _, since in rows if other == person and after <= since < after + width)
    assert graph.between(person, after, after + width) == expected


@given(relations, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_changes_an_indicator(rows: list[Row], dice: object) -> None:
    filing = Filing(
        40, (Member(COMPANIES, Role.REPRESENTATIVE, age=40.0), Member(COMPANIES + 1, Role.HOLDER, 1.0, 35.0))
    )
    shuffled = list(rows)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (measure(Known.of(graph_of(KINDS, each)), filing) for each in (rows, shuffled))
    assert np.array_equal(one, other, equal_nan=True)


@given(
    relations,
    st.lists(st.tuples(st.integers(0, COMPANIES - 1), st.integers(0, PEOPLE - 1), st.integers(0, 4)), max_size=20),
)
def test_nothing_that_happens_later_changes_what_a_filing_was_measured_at(
    rows: list[Row], later: list[tuple[int, int, int]]
) -> None:
    filing = Filing(
        40, (Member(COMPANIES, Role.REPRESENTATIVE, age=40.0), Member(COMPANIES + 1, Role.HOLDER, 1.0, 35.0))
    )
    future = [(company, COMPANIES + person, role, 41) for company, person, role in later]
    now, then = (measure(Known.of(graph_of(KINDS, each)), filing) for each in (rows, rows + future))
    assert np.array_equal(now, then, equal_nan=True)


def test_a_ring_of_holdings_is_found_from_the_moment_it_closes() -> None:
    rows = [
        (0, 1, int(Role.HOLDER), 10),
        (1, 2, int(Role.HOLDER), 20),
        (2, 0, int(Role.HOLDER), 30),
        (3, 0, int(Role.HOLDER), 5),
    ]
    rings = find_rings(graph_of([0] * 4, rows))
    assert [rings.size_at(0, moment) for moment in (30, 31)] == [0, 3]
    assert rings.size_at(3, 100) == 0  # is held by the ring, but holds none of it


def test_a_declared_incubator_links_nobody_and_a_flat_does() -> None:
    kinds = [0] * 6 + [int(Kind.PERSON)] * 6 + [int(Kind.ADDRESS)]
    rows = [(c, 12, int(Role.REGISTERED_AT), 1 + c) for c in range(6)] + [
        (c, 6 + c, int(Role.REPRESENTATIVE), 1 + c) for c in range(6)
    ]
    filing = Filing(100, (Member(-1, Role.REPRESENTATIVE),), address=12)
    flat = measure(Known.of(graph_of(kinds, rows)), filing)
    incubator = measure(Known.of(graph_of(kinds, rows, shared=(12,))), filing)
    assert (flat[PLACE["near"]], incubator[PLACE["near"]]) == (6, 0)
    assert flat[PLACE["address_alive"]] == incubator[PLACE["address_alive"]] == 6


def test_companies_revoked_after_the_filing_do_not_count_against_it() -> None:
    kinds = [0, 0, int(Kind.PERSON)]
    rows = [(0, 2, int(Role.REPRESENTATIVE), 1), (1, 2, int(Role.REPRESENTATIVE), 2)]
    filing = Filing(100, (Member(2, Role.REPRESENTATIVE, age=40.0),))
    known = Known.of(graph_of(kinds, rows, ended={0: 50, 1: 150}))
    assert measure(known, filing)[PLACE["people_revoked"]] == 1


def test_a_graph_written_to_a_file_is_the_same_graph(tmp_path: Path) -> None:
    rows = [(0, 2, 0, 5), (1, 2, 1, 7), (1, 3, 6, 9)]
    graph = graph_of([0, 0, 1, 3], rows)
    graph.save(tmp_path / "graph.npz")
    again = RelationGraph.load(tmp_path / "graph.npz")
    assert again.companies_at(2, 100).tolist() == graph.companies_at(2, 100).tolist() == [0, 1]
    assert again.find([3, 99]).tolist() == [3, -1]
