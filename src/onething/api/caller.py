"""Who calls, and what a request works with: bearer token → principal, one transaction, the process's exchange."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.orm import Session

from onething.api.errors import TOKEN_NEEDED
from onething.core.access import Principal, Role
from onething.core.db import get_database
from onething.core.errors import FORBIDDEN, Problem
from onething.core.rights.service import Act, require_somewhere
from onething.exchange.service import Exchange

REMEMBERED_SECONDS = 120.0
MOST_REMEMBERED = 10_000
Authenticate = Callable[[str], Principal]


@dataclass
class Surroundings:
    """What the process that mounts the API lends it."""

    authenticate: Authenticate
    """Checks a token and gives its principal; raises `Problem` when it is not for us."""
    exchange: Callable[[], Exchange]
    wake_reading: Callable[[], None]
    """Tell the reading queue that uploads have been committed."""
    _known: OrderedDict[str, tuple[float, Principal]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def principal(self, token: str) -> Principal:
        """Checked once, then remembered for two minutes: a signature costs more than a look-up."""
        key, moment = hashlib.sha256(token.encode()).hexdigest(), time.monotonic()
        with self._lock:
            until, known = self._known.get(key, (0.0, None))
            if known is not None and until > moment:
                return known
        principal = self.authenticate(token)
        with self._lock:
            self._known[key] = (moment + REMEMBERED_SECONDS, principal)
            while len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return principal


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="idToken",
    bearerFormat="JWT",
    description=(
        "An ID token that the installation's identity provider (OpenID Connect) has signed for this installation's client id. "
        "The roles in it decide what may be called; an operation names them as its scopes: citizen, officer, admin, auditor."
    ),
)


def surroundings(request: Request) -> Surroundings:
    return request.app.state.surroundings


def anyone(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Principal:
    if credentials is None or not credentials.credentials:
        raise Problem(TOKEN_NEEDED)
    found = surroundings(request).principal(credentials.credentials)
    request.state.principal = found
    if proven := getattr(request.state, "proven", None):
        proven(f"{found.role}:{found.user_id}")  # from now on counted by account, not by network
    return found


def citizen(caller: Annotated[Principal, Depends(anyone)]) -> Principal:
    if caller.role is not Role.CITIZEN:
        raise Problem(FORBIDDEN)
    return caller


@dataclass(frozen=True)
class Acting:
    """A dependency that asks for an act: whoever may do it to nothing at all is told why and who may."""

    act: Act

    def __call__(self, caller: Annotated[Principal, Depends(anyone)]) -> Principal:
        require_somewhere(caller, self.act)
        return caller


def Doing(act: Act) -> Any:  # noqa: N802 - stands where a type's name stands
    """Of operations: only for who may do this act to anything at all; the room's door asks again for the thing itself."""
    return Depends(Acting(act))


def roles_of(call: object) -> tuple[Role, ...] | None:
    """Who may call what depends on this, for the description; None where it narrows nothing."""
    if isinstance(call, Acting):
        return tuple(sorted(call.act.roles))
    return (Role.CITIZEN,) if call is citizen else None


def _work(request: Request) -> Iterator[Session]:
    """One request, one transaction; reads take no lock."""
    database = get_database()
    with database.reading() if request.method == "GET" else database.transaction() as session:
        yield session


def _traced(request: Request, caller: Annotated[Principal, Depends(anyone)]) -> Iterator[Session]:
    """An official's look at a person's data is written down, so even her reads need a transaction that saves."""
    database = get_database()
    reading = request.method == "GET" and caller.role is Role.CITIZEN
    with database.reading() if reading else database.transaction() as session:
        yield session


EVERYBODY = (Role.CITIZEN, Role.OFFICER, Role.ADMIN, Role.AUDITOR)
Caller = Annotated[Principal, Depends(anyone)]
Citizen = Annotated[Principal, Depends(citizen)]
# scope="function": committed before the answer leaves, so that a caller who reads again sees her own write.
Unit = Annotated[Session, Depends(_work, scope="function")]
Traced = Annotated[Session, Depends(_traced, scope="function")]
Around = Annotated[Surroundings, Depends(surroundings)]
