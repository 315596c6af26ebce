"""Payment orders from the promise to the bank's booking. Each step moves the money in the books in the same transaction."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from onething.core import clock, events
from onething.core.errors import Problem
from onething.core.events import SYSTEM, Event
from onething.payments import books, payees
from onething.payments.booking import end_to_end, move
from onething.payments.books import Transfer, account
from onething.payments.errors import KEY_REUSED, NO_ORDER, WRONG_STATE
from onething.payments.events import BY_STATE
from onething.payments.models import Answer, Family, Instruction, Order, OrderState, Payee
from onething.payments.states import ORDER, UNDER_WAY, UNFINISHED, BankStatus
from onething.payments.tables import OrderRow, TransferRow

HELD = datetime(9999, 1, 1, tzinfo=UTC)
"""Due never: set aside until `release`."""
PAID_BEFORE = "paid_though_refused"
LEASE = timedelta(seconds=60)
_ORDERS = cast("Table", OrderRow.__table__)


def _locked(session: Session, order_id: str) -> OrderRow:
    row = session.get(OrderRow, order_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Problem(NO_ORDER)
    return row


def _demand(row: OrderRow, *states: OrderState) -> None:
    if row.state not in states:
        raise Problem(WRONG_STATE, state=row.state)


def release(session: Session, order_id: str, due_at: datetime | None = None) -> None:
    """A held order may go out, now or at `due_at`; also one held because an earlier attempt seemed paid, when a person says so."""
    row = _locked(session, order_id)
    _demand(row, OrderState.RESERVED)
    row.due_at, row.code = due_at or clock.now(), ""


def release_many(session: Session, order_ids: Sequence[str]) -> None:
    """Held orders may go out now. Those called off or sent meanwhile, and those that may have been paid already, stay as they are."""
    for start in range(0, len(order_ids), 500):
        chosen = OrderRow.id.in_(order_ids[start : start + 500])
        held = update(OrderRow).where(
            chosen, OrderRow.state == OrderState.RESERVED, OrderRow.due_at == HELD, OrderRow.code != PAID_BEFORE
        )
        session.execute(held.values(due_at=clock.now()))


def cancel(session: Session, order_id: str, actor: str = SYSTEM, code: str = "") -> None:
    """Call off what was not sent, or what the bank refused; the money is free again. Twice is once."""
    cancel_many(session, [order_id], actor, code)


def cancel_many(session: Session, order_ids: Sequence[str], actor: str = SYSTEM, code: str = "") -> None:
    """As `cancel` for several, all or none. Raises `Problem(NO_ORDER)` and `Problem(WRONG_STATE)`."""
    moves: list[Transfer] = []
    for start in range(0, len(order_ids), 500):
        chosen = order_ids[start : start + 500]
        query = select(OrderRow).where(OrderRow.id.in_(chosen)).order_by(OrderRow.id).with_for_update()
        rows = list(session.scalars(query.execution_options(populate_existing=True)))
        if len(rows) != len(set(chosen)):
            raise Problem(NO_ORDER)
        for row in rows:
            if row.state == OrderState.CANCELLED:
                continue
            _demand(row, OrderState.RESERVED, OrderState.REJECTED, OrderState.RETURNED)
            row.state, row.code = ORDER.move(row.state, OrderState.CANCELLED), code or row.code
            moves.append(move("free", row.id, row.purse, row.fen, Family.AVAILABLE, Family.RESERVED))
    books.post(session, moves, actor)


def redirect(session: Session, order_id: str, payee: Payee) -> None:
    """Another account of the same payee, before it is sent or after the bank refused; then it is sent anew."""
    row = _locked(session, order_id)
    _demand(row, OrderState.RESERVED, OrderState.REJECTED, OrderState.RETURNED)
    if payee.subject_id != row.subject_id:
        raise Problem(KEY_REUSED, detail="another payee")
    row.payee = payees.sealed(session, [(row.id, payee)])[0]
    if row.state != OrderState.RESERVED:
        row.state = ORDER.move(row.state, OrderState.RESERVED)
        row.attempt, row.tries, row.due_at, row.code = row.attempt + 1, 0, clock.now(), ""
        row.end_to_end = end_to_end(row.id, row.attempt)


def claim(session: Session, sender: str, limit: int = 100) -> tuple[list[Instruction], list[str]]:
    """Take due orders: (new instructions, references whose fate only the bank knows). Others leave them for `LEASE`.

    What was claimed before and never answered is not sent: it is asked about first, because the bank may have it.
    """
    moment = clock.now()
    query = (
        select(OrderRow)
        .where(OrderRow.state.in_(UNDER_WAY), OrderRow.due_at <= moment)
        .order_by(OrderRow.due_at, OrderRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    fresh: list[Instruction] = []
    doubtful: list[str] = []
    moves: list[Transfer] = []
    changes: list[dict[str, Any]] = []
    rows = list(session.scalars(query))
    new = [row for row in rows if row.state == OrderState.RESERVED]
    to_whom = dict(zip((row.id for row in new), payees.opened(session, new), strict=True))
    _refuse(session, [row for row in new if to_whom[row.id] is None])
    for row in rows:
        state, payee = row.state, to_whom.get(row.id)
        if state == OrderState.REJECTED:
            continue
        if payee is not None:
            fresh.append(_instruction(row, payee))
            moves.append(move(f"send-{row.attempt}", row.id, row.purse, row.fen, Family.TRANSIT, Family.RESERVED))
            state = ORDER.move(state, OrderState.SENDING)
        else:
            doubtful.append(row.end_to_end)
        changes.append({"one": row.id, "state": state, "by": sender, "due": moment + LEASE, "tries": row.tries + 1})
    if changes:
        session.connection().execute(_CLAIM, changes)
        books.post(session, moves)
    session.expire_all()
    return fresh, doubtful


def _refuse(session: Session, rows: Sequence[OrderRow]) -> None:
    """Nobody can say any more whom these pay; their money stays set aside until somebody calls them off."""
    for row in rows:
        row.state, row.code = ORDER.move(row.state, OrderState.REJECTED), payees.ERASED
    session.flush()
    events.append_many(session, [_event(row) for row in rows])


_CLAIM = (
    update(_ORDERS)
    .where(_ORDERS.c.id == bindparam("one"))
    .values(state=bindparam("state"), claimed_by=bindparam("by"), due_at=bindparam("due"), tries=bindparam("tries"))
)


def instructions(session: Session, end_to_ends: Iterable[str]) -> list[Instruction]:
    """The same instructions once more, for a bank that says it never saw them; without those whose payee was erased."""
    query = select(OrderRow).where(OrderRow.end_to_end.in_(list(end_to_ends)), OrderRow.state == OrderState.SENDING)
    rows = list(session.scalars(query))
    found = zip(rows, payees.opened(session, rows), strict=True)
    return [_instruction(row, payee) for row, payee in found if payee is not None]


def _instruction(row: OrderRow, payee: Payee) -> Instruction:
    return Instruction(row.end_to_end, row.fen, payee, row.purpose)


def settle(session: Session, answers: Sequence[Answer], actor: str = SYSTEM) -> int:
    """Note what the bank said; returns how many orders changed. An answer that comes twice or late changes nothing twice."""
    by_reference = {answer.end_to_end: answer for answer in answers if answer.status != BankStatus.UNKNOWN}
    query = select(OrderRow).where(OrderRow.end_to_end.in_(list(by_reference))).order_by(OrderRow.id).with_for_update()
    moment, moves, told, changed = clock.now(), list[Transfer](), list[Event](), 0
    for row in session.scalars(query.execution_options(populate_existing=True)):
        answer = by_reference[row.end_to_end]
        if row.state not in (OrderState.SENDING, OrderState.ACCEPTED):
            continue
        if answer.status == BankStatus.ACCEPTED:
            row.state, row.due_at = ORDER.move(row.state, OrderState.ACCEPTED), moment + LEASE / 12
            continue
        changed += 1
        if answer.status == BankStatus.BOOKED:
            row.state = ORDER.move(row.state, OrderState.SETTLED)
            row.settled_at, row.bank_reference = moment, answer.reference[:60]
            moves.append(Transfer(f"paid-{row.attempt}:{row.id}", account(Family.TRANSIT, row.purse), account(Family.BANK, row.purse), row.fen, row.id))  # fmt: skip
        else:
            row.state, row.code = ORDER.move(row.state, OrderState.REJECTED), answer.code[:60]
            moves.append(move(f"rejected-{row.attempt}", row.id, row.purse, row.fen, Family.RESERVED, Family.TRANSIT))
        told.append(_event(row))
    session.flush()
    books.post(session, moves, actor)
    events.append_many(session, told)
    return changed


def was_paid(session: Session, order_id: str, reference: str) -> bool:
    """Whether our books hold that the bank paid this attempt of the order."""
    attempt = reference.rsplit("-", 1)[-1]
    query = select(TransferRow.seq).where(TransferRow.key == f"paid-{attempt}:{order_id}")
    return session.scalar(query) is not None


def hold(session: Session, row: OrderRow) -> None:
    """An order that waits to be sent waits for a person instead: it may have been paid already."""
    if row.state == OrderState.RESERVED:
        row.due_at, row.code = HELD, PAID_BEFORE
        session.flush()


def paid_after_all(session: Session, order_id: str, reference: str) -> str:
    """The bank paid an attempt that it had refused, and nothing was sent since; gives the purse. Raises `Problem(WRONG_STATE)`."""
    row = _locked(session, order_id)
    _demand(row, OrderState.RESERVED, OrderState.REJECTED)
    row.state, row.settled_at, row.bank_reference = (
        ORDER.move(row.state, OrderState.SETTLED),
        clock.now(),
        reference[:60],
    )
    row.code = PAID_BEFORE
    session.flush()
    events.append(session, _event(row))
    return row.purse


def _event(row: OrderRow) -> Event:
    return Event.of(f"payment:{row.id}", BY_STATE[row.state](order=row.id, key=row.key, code=row.code))


def give_back(session: Session, end_to_ends: Sequence[str]) -> None:
    """Nothing reached the bank for certain (it refused the whole file before taking it): ask again soon."""
    query = update(OrderRow).where(OrderRow.end_to_end.in_(list(end_to_ends)), OrderRow.state == OrderState.SENDING)
    session.execute(query.values(due_at=clock.now()))


def returned(session: Session, row: OrderRow, entry: str, actor: str = SYSTEM) -> None:
    """The payee's bank sent a booked payment back: the money is set aside again, for another account."""
    row.state, row.code = ORDER.move(row.state, OrderState.RETURNED), "returned"
    session.flush()
    came = Transfer(f"returned:{entry}", account(Family.BANK, row.purse), account(Family.RESERVED, row.purse), row.fen, row.id)  # fmt: skip
    books.post(session, [came], actor)
    events.append(session, _event(row))


def claim_back(session: Session, order_id: str, actor: str, code: str, fen: int | None = None) -> None:
    """A wrong payment, or `fen` of it, is claimed back from the payee (《财政违法行为处罚处分条例》: 追回有关财政资金). Once an order."""
    row = _locked(session, order_id)
    if row.state in (OrderState.RECOVERING, OrderState.RECOVERED):
        return
    _demand(row, OrderState.SETTLED)
    claimed = row.fen if fen is None else fen
    if not 0 < claimed <= row.fen:
        raise ValueError("a claim is a part of what was paid")
    row.state, row.code = ORDER.move(row.state, OrderState.RECOVERING), code[:60]
    session.flush()
    owed = Transfer(f"claim:{row.id}", account(Family.RECEIVABLE, row.purse), account(Family.CLAIMS, row.purse), claimed, row.id)  # fmt: skip
    books.post(session, [owed], actor)
    events.append(session, _event(row))


def recovered(session: Session, row: OrderRow, fen: int, entry: str, actor: str = SYSTEM) -> int:
    """Money of a wrong payment came back; returns what is more than was owed."""
    owed = books.order_balance(session, row.id, account(Family.RECEIVABLE, row.purse))
    taken = min(owed, fen)
    if taken:
        bank, free = account(Family.BANK, row.purse), account(Family.AVAILABLE, row.purse)
        claims, receivable = account(Family.CLAIMS, row.purse), account(Family.RECEIVABLE, row.purse)
        back = Transfer(f"recovered:{entry}", bank, free, taken, row.id)
        books.post(session, [back, Transfer(f"discharged:{entry}", claims, receivable, taken, row.id)], actor)
    if taken == owed:
        row.state = ORDER.move(row.state, OrderState.RECOVERED)
        session.flush()
        events.append(session, _event(row))
    return fen - taken


def order(session: Session, order_id: str) -> Order:
    """By id; raises `Problem(NO_ORDER)`."""
    row = session.get(OrderRow, order_id)
    if row is None:
        raise Problem(NO_ORDER)
    return _orders(session, [row])[0]


def instruction_reference(session: Session, order_id: str) -> str:
    """What the bank knows the order's present instruction by; raises `Problem(NO_ORDER)`."""
    row = session.get(OrderRow, order_id)
    if row is None:
        raise Problem(NO_ORDER)
    return row.end_to_end


def by_ids(session: Session, order_ids: Iterable[str]) -> dict[str, Order]:
    """Several at once; unknown ones are left out."""
    rows = session.scalars(select(OrderRow).where(OrderRow.id.in_(list(order_ids)))).all()
    return {each.id: each for each in _orders(session, rows)}


def orders_of(session: Session, subject_id: str, limit: int = 100) -> list[Order]:
    """What a payee was or will be paid, newest first."""
    query = select(OrderRow).where(OrderRow.subject_id == subject_id).order_by(OrderRow.created_at.desc(), OrderRow.id)
    return _orders(session, session.scalars(query.limit(min(limit, 500))).all())


def listing(session: Session, state: OrderState | None = None, limit: int = 100) -> list[Order]:
    """Newest orders of the installation, for operators."""
    query = select(OrderRow).order_by(OrderRow.created_at.desc(), OrderRow.id.desc()).limit(min(limit, 1000))
    return _orders(session, session.scalars(query.where(OrderRow.state == state) if state else query).all())


def unfinished(session: Session, subject_id: str) -> bool:
    """Whether money is set aside or under way for this payee."""
    query = select(OrderRow.id).where(OrderRow.subject_id == subject_id, OrderRow.state.in_(UNFINISHED)).limit(1)
    return session.scalar(query) is not None


def _orders(session: Session, rows: Sequence[OrderRow]) -> list[Order]:
    found = zip(rows, payees.opened(session, rows), strict=True)
    return [_order(row, payee or Payee(row.subject_id, "", "")) for row, payee in found]


def _order(row: OrderRow, payee: Payee) -> Order:
    return Order(
        row.id, row.key, row.purse, row.subject_id, row.fen, OrderState(row.state), row.purpose,
        payee.account[-4:], payee.bank, row.tries, row.code, row.due_at, row.created_at, row.settled_at,
    )  # fmt: skip


def waiting(session: Session) -> int:
    """How many orders are due or under way, without any lock."""
    query = select(OrderRow.id).where(OrderRow.state.in_(UNDER_WAY), OrderRow.due_at <= clock.now())  # fmt: skip
    return len(session.execute(query.limit(1)).all())
