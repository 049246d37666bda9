"""The actor and the database session of a request; the session has the scope of the actor and is committed once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID

from flask import abort, g, redirect, request, url_for
from sqlalchemy import Connection, Row, Select, bindparam, inspect, select, update

from clais.actor import Actor
from clais.audit.frequency import LIMITS
from clais.clock import now
from clais.database import HERE, NIL, Base, Scope, ScopedSession, built_once
from clais.feature import composition
from clais.identity.models import UserSession
from clais.identity.secrets import token_hash
from clais.identity.sessions import active_session
from clais.identity.tokens import active_token
from clais.services import services

Model = TypeVar("Model", bound=Base)

SESSION_COOKIE = "clais_session"
SECURE_SESSION_COOKIE = "__Host-clais_session"
LAST_SEEN_INTERVAL_SECONDS = 60
API = "/api/"
BEARER = "Bearer "


def session_cookie() -> str:
    """The name of the session cookie; under HTTPS its prefix binds it to this host."""
    return SECURE_SESSION_COOKIE if services().secure_cookies else SESSION_COOKIE


def identify() -> None:
    """Set the actor from the session cookie or, under /api/, from a bearer token; runs before everything else."""
    g.actor = None
    g.session_token_hash = None
    g.handed_to = None
    header = request.headers.get("Authorization", "")
    if request.path.startswith(API):
        if header.startswith(BEARER):
            g.actor = _token_owner(token_hash(header.removeprefix(BEARER).strip()))
        return
    cookie = request.cookies.get(session_cookie())
    if cookie:
        _take_session(cookie)


def adopt_session(token: str) -> None:
    """Show the rest of the answer in the session that the request has just opened, whose cookie it sets."""
    close_database()
    _take_session(token)


def _take_session(token: str) -> None:
    hashed = token_hash(token)
    row = _session_row(hashed)
    g.actor = _actor(row, services().permissions.of(row.role)) if row is not None else None
    if row is not None:
        g.session_token_hash = hashed
        g.handed_to = row.handed_to
        g.locale = row.language


def _session_row(hashed: bytes) -> Row[*tuple[Any, ...]] | None:
    with _credential_transaction(hashed) as connection:
        row = active_session(connection, hashed)
        if row is not None and (now() - row.last_seen_at).total_seconds() > LAST_SEEN_INTERVAL_SECONDS:
            connection.execute(update(UserSession).where(UserSession.token_hash == hashed).values(last_seen_at=now()))
    return row


@contextmanager
def _credential_transaction(hashed: bytes) -> Iterator[Connection]:
    """A transaction whose scope gives access to the session or token of one credential. It needs no ORM session."""
    with services().engine.connect() as connection:
        # Options of the connection: an engine with its own would be made, with its events, for each request.
        connection.execution_options(scope=Scope(credential_hash=hashed))
        with connection.begin():
            yield connection


def _token_owner(hashed: bytes) -> Actor | None:
    with _credential_transaction(hashed) as connection:
        row = active_token(connection, hashed)
    if row is None:
        return None
    return _actor(row, services().permissions.of(row.role) & frozenset(row.permissions))


def _actor(row: Row[*tuple[Any, ...]], permissions: frozenset[str]) -> Actor:
    return Actor(
        display_name=row.display_name,
        permissions=permissions,
        tenant_id=row.tenant_id or NIL,
        basin_id=row.basin_id or NIL,
        user_id=row.user_id,
        membership_id=row.membership_id,
        role=row.role,
        organisation=row.organisation,
        language=row.language,
        tenant_slug=row.slug or "",
        tenant_name=row.name or "",
        tenant_code=row.code or "",
        tenant_kind=row.kind or "",
        assurance_level=row.assurance_level,
    )


def actor() -> Actor:
    """The actor of the request; 401 without one."""
    found: Actor | None = g.get("actor")
    if found is None:
        abort(401)
    return found


def database() -> ScopedSession:
    """The database session of the request, in the scope of the actor; the request commits it once, at its end."""
    if "database" not in g:
        who = actor()
        scope = Scope(
            tenant_id=who.tenant_id,
            basin_id=who.basin_id,
            user_id=who.user_id,
            administers=who.may("registry.write"),
        )
        g.database = ScopedSession(services().engine, scope, who)
        g.database.info["request_id"] = g.get("request_id")
        g.database.info[LIMITS] = services().limits
    found: ScopedSession = g.database
    return found


def get_or_404(model: type[Model], key: UUID) -> Model:
    """One row of the current tenant; the same 404 for a row of another tenant and for a missing one."""
    row: Model | None = database().scalars(_by_key(model), {"here": actor().tenant_id, "key": key}).one_or_none()
    if row is None:
        _lead_on(model, key)
        abort(404)
    return row


class StoodFor(Exception):  # noqa: N818 - an expected event, not a fault
    """A form was sent about a row for which another one stands by now. `url` is the page of that one."""

    def __init__(self, url: str) -> None:
        super().__init__("stood for")
        self.url = url


def _lead_on(model: type[Base], key: UUID) -> None:
    """Lead an address to the row that stands for the one that it names.

    What was sent is not done to the other one, of which its sender has not seen anything. Raises StoodFor.
    """
    successor = composition().successors.get(model)
    named = [name for name, value in (request.view_args or {}).items() if value == key]
    found = successor.find(database(), key) if successor and named else None
    if successor is None or found is None:
        return
    if request.method not in {"GET", "HEAD"}:
        raise StoodFor(successor.page(found))
    close_database()
    arguments = {**(request.view_args or {}), **dict.fromkeys(named, found)}
    here = url_for(request.endpoint or "", **arguments)
    abort(redirect(f"{here}?{request.query_string.decode()}" if request.query_string else here, 307))


@built_once
def _by_key(model: type[Base]) -> Select[Any]:
    # `Session.get` would build it on every call.
    owner, identity = inspect(model).primary_key
    return select(model).where(owner == HERE, identity == bindparam("key"))


def close_database(_error: BaseException | None = None) -> None:
    """Close the database session of the request."""
    session: ScopedSession | None = g.pop("database", None)
    if session is not None:
        session.close()
