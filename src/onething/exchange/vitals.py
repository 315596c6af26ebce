"""How agencies go: orders that wait for one that is away."""

from sqlalchemy import func, select

from onething.core.processes.health import Figure
from onething.core.processes.process import Process
from onething.exchange.states import ForwardState
from onething.exchange.tables import ForwardRow


def figures(process: Process) -> list[Figure]:
    """Stored orders by agency."""
    query = (
        select(ForwardRow.agency, func.count())
        .where(ForwardRow.state == ForwardState.WAITING)
        .group_by(ForwardRow.agency)
    )
    with process.db.reading() as session:
        found = session.execute(query).all()
    return [
        Figure("orders_waiting", "Orders stored for an agency that is away", count, {"agency": agency})
        for agency, count in found
    ]
