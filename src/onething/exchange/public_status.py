"""How the connections to agencies go, as the public may know it: from what they answered lately, and from orders that wait for them."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from onething.catalog.service import get_city
from onething.core.clock import now
from onething.core.i18n import Text
from onething.core.processes.process import Process
from onething.core.processes.public_status import Condition, PublicService
from onething.exchange.message_log import FAILED, Stats, stats
from onething.exchange.states import ForwardState
from onething.exchange.tables import ForwardRow, MessageRow

LATELY = timedelta(minutes=15)
SLOW_MS = 3000.0
"""From here on people notice that they wait."""
_SAID = {
    Condition.AWAY: Text(zh="暂时没有响应或正在维护。相关事项会自动继续，您不用重新提交。", en="Does not answer at the moment, or is under maintenance. What is to be done there goes on by itself; you need not submit again."),
    Condition.SLOW: Text(zh="响应比平时慢，相关事项会多花一些时间。", en="Answers more slowly than usual; what is done there takes a little longer."),
}  # fmt: skip


def services(process: Process) -> list[PublicService]:
    """One for each agency of the city."""
    city, moment = get_city(), now()
    with process.db.reading() as session:
        lately = {each.agency: each for each in stats(session, moment - LATELY)}
        day = answered(session, moment - timedelta(days=1))
        waiting = set(session.scalars(select(ForwardRow.agency).where(ForwardRow.state == ForwardState.WAITING, ForwardRow.created_at < moment - LATELY).distinct()))  # fmt: skip
    found: list[PublicService] = []
    for agency in city.agencies:
        condition = condition_of(lately.get(agency.id), agency.id in waiting)
        found.append(PublicService(city.label_of(agency.id), condition, _SAID.get(condition), day.get(agency.id)))
    return found


def condition_of(lately: Stats | None, orders_wait: bool) -> Condition:
    """From the last quarter of an hour. Nobody having asked means that nothing is known against it, unless orders wait."""
    if lately is None:
        return Condition.AWAY if orders_wait else Condition.WORKS
    if lately.error_share >= 0.5:
        return Condition.AWAY
    return Condition.SLOW if lately.error_share >= 0.1 or lately.median_ms >= SLOW_MS else Condition.WORKS


def answered(session: Session, since: object) -> Mapping[str, float]:
    """Agency → share of conversations since then that ended with a usable answer."""
    bad = func.sum(case((MessageRow.outcome.in_(FAILED), 1.0), else_=0.0))
    query = select(MessageRow.agency, func.count(), bad).where(MessageRow.at >= since).group_by(MessageRow.agency)
    return {agency: 1.0 - float(failed) / count for agency, count, failed in session.execute(query)}
