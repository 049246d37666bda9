"""Two basins, four tenants with rows in every table, and someone in every role to send requests."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, update
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from clais.database import Scope, ScopedSession, unit_of_work
from clais.identity import sessions, tokens
from clais.identity.models import UserAccount, UserSession
from clais.identity.secrets import token_hash
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application, permission_of
from tests.isolation.canaries import Seed, Writer, canary, fill, plain
from tests.support.federation import Federation, Member

PLACES = {"support_officer": "centre", "trainer": "centre", "supervisor": "centre", "federation_admin": "none"}
"""Where a role works; every other one works in a platform."""
NOBODY = frozenset({"system"})
"""Roles that no person has: the worker's."""
ANONYMOUS = "anonymous"
IN_PARTS = "multipart/form-data"


@dataclass
class Visitor:
    """Someone with a session of their own, and the token of that session on every unsafe request."""

    app: Application
    role: str
    slug: str
    token: str | None
    bearer: str | None = None
    _csrf: str | None = None
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        if self.token:
            self.client.set_cookie(SESSION_COOKIE, self.token)

    @property
    def csrf(self) -> str:
        """The CSRF token of this session, read from a page."""
        if self._csrf is None:
            page = self.client.get("/ou-travailler" if self.token else "/connexion").get_data(as_text=True)
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            self._csrf = found[1] if found else ""
        return self._csrf

    def address(self, endpoint: str, **values: Any) -> str:
        """Where a view is served to this person. Raises BuildError for one that the application does not have."""
        given = {"tenant_slug": self.slug, **values}
        return self.app.url_map.bind("localhost").build(endpoint, given, append_unknown=False)

    def ask(
        self,
        method: str,
        path: str,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Send a request as this person, in a way that is not forged."""
        given = dict(headers or {})
        if path.startswith("/api/") and self.bearer:
            given.setdefault("Authorization", f"Bearer {self.bearer}")
        if method in {"GET", "HEAD", "OPTIONS"}:
            return legible(self.client.open(path, method=method, headers=given, **options))
        if path.startswith("/api/") and "json" not in options:
            return self.client.open(
                path, method=method, data=data or {}, headers=given, content_type=IN_PARTS, **options
            )
        if "json" in options:
            return self.client.open(path, method=method, headers={"X-CSRF-Token": self.csrf, **given}, **options)
        return self.client.open(
            path, method=method, data={"csrf_token": self.csrf, **(data or {})}, headers=given, **options
        )


def legible(answer: TestResponse) -> TestResponse:
    """An answer whose text can be searched: a spreadsheet becomes the texts of its parts, a document its bytes."""
    if answer.mimetype == "application/pdf":
        answer.set_data(answer.get_data().decode("latin-1"))
    if (answer.mimetype or "").endswith("spreadsheetml.sheet"):
        with ZipFile(BytesIO(answer.get_data())) as parts:
            answer.set_data("".join(parts.read(name).decode() for name in parts.namelist()))
    return answer


@dataclass
class World:
    """Platform A and its centre with rows of their own; platform B and a foreign basin full of canaries."""

    federation: Federation
    superuser: Engine
    write: Writer = plain
    own: Seed = field(init=False)
    centre: Seed = field(init=False)
    foreign: Seed = field(init=False)
    abroad: Seed = field(init=False)
    members: dict[str, Member] = field(default_factory=dict)

    def __post_init__(self) -> None:
        near, far = self.federation, Federation(self.app, self.engine)
        with self.superuser.begin() as connection:
            self.centre = fill(
                connection,
                Seed(near.support_centre.id, near.basin.id, near.platform.id, near.keyring),
                self.write,
                publications=True,
                plausible=True,
            )
            self.own = Seed(near.platform.id, near.basin.id, near.support_centre.id, near.keyring)
            self.own.ids.update(
                {name: self.centre.ids[name] for name in ("scheme", "scheme_session", "course", "course_run")}
            )
            # What is asked of someone here was released there.
            self.own.ids["content"] = self.centre.ids["instrument_content"]
            fill(connection, self.own, self.write, plausible=True)
            # B's referrals go to the other basin: sent to our own centre, it would rightly see them.
            self.foreign = fill(
                connection, Seed(near.other_platform.id, near.basin.id, far.support_centre.id, near.keyring), canary
            )
            self.abroad = fill(
                connection,
                Seed(far.support_centre.id, far.basin.id, far.platform.id, near.keyring),
                canary,
                publications=True,
            )

    def copied(self, engine: Engine, superuser: Engine) -> "World":
        """This world in a copy of its database, where nobody has come yet."""
        other = copy(self)
        other.federation, other.superuser, other.members = copy(self.federation), superuser, {}
        other.federation.engine = engine
        for name in ("own", "centre", "foreign", "abroad"):
            seed: Seed = getattr(self, name)
            setattr(other, name, replace(seed, ids=dict(seed.ids), rows=dict(seed.rows)))
        return other

    @property
    def app(self) -> Application:
        return self.federation.app

    @property
    def engine(self) -> Engine:
        return self.federation.engine

    @property
    def roles(self) -> list[str]:
        """Every role that a person may have."""
        return sorted(set(self.app.extensions["clais"].permissions.roles) - NOBODY)

    def may(self, role: str, permission: str) -> bool:
        """What the table of permissions says."""
        return permission in self.app.extensions["clais"].permissions.of(role)

    def seed_of(self, role: str) -> Seed:
        """The rows of the tenant where `role` works."""
        return self.centre if PLACES.get(role) == "centre" else self.own

    def member(self, role: str) -> Member:
        """Someone in `role` where that role works."""
        if role not in self.members:
            near = self.federation
            tenant = near.support_centre if PLACES.get(role) == "centre" else near.platform
            self.members[role] = near.member(tenant, role)
        return self.members[role]

    def visitor(self, role: str) -> Visitor:
        """A fresh session of someone in `role`, with an API token of all that the role may do."""
        if role == ANONYMOUS:
            return Visitor(self.app, role, self.federation.platform.slug, None)
        if PLACES.get(role) == "none":
            _account, browser = self.federation.administrator()
            cookie = browser.client.get_cookie(SESSION_COOKIE)
            assert cookie is not None
            return Visitor(self.app, role, self.federation.platform.slug, cookie.value)
        member = self.member(role)
        scope = Scope(user_id=member.membership.user_id)
        with unit_of_work(self.engine, scope) as database:
            account = database.get_one(UserAccount, member.membership.user_id)
            token = sessions.open_session(database, account)
        with unit_of_work(self.engine, member.scope) as database:
            current = database.get_one(UserSession, token_hash(token))
            token = sessions.rotate_session(database, current, member.membership)
            bearer = tokens.create_token(
                database, member.membership, "Essai", member.actor.permissions, timedelta(hours=1)
            )
        return Visitor(self.app, role, member.tenant.slug, token, bearer)

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A superuser's look at what is really stored."""
        with self.superuser.connect() as connection:
            yield connection

    def session_in(self, seed: Seed) -> ScopedSession:
        """A session in the scope of a seeded tenant."""
        return ScopedSession(self.engine, Scope(tenant_id=seed.tenant_id, basin_id=seed.basin_id, user_id=seed.user_id))

    def confuse(self, visitor: Visitor, tenant_id: UUID) -> None:
        """Plant a fault: the visitor's session and tokens open another tenant, under the name of their own."""
        assert visitor.token is not None
        with self.superuser.begin() as connection:
            connection.execute(
                update(UserSession)
                .where(UserSession.token_hash == token_hash(visitor.token))
                .values(active_tenant_id=tenant_id)
            )


@dataclass(frozen=True)
class Route:
    """One rule with one of its methods, and the permission that it declares."""

    rule: Rule
    method: str
    permission: str | None

    @property
    def id_arguments(self) -> list[str]:
        """The positions that take the id of something."""
        return sorted(name for name in self.rule.arguments if name != "tenant_slug")

    def path(self, slug: str, values: dict[str, Any]) -> str:
        """The address with `values` in its positions."""
        given = {name: values[name] for name in self.id_arguments}
        if "tenant_slug" in self.rule.arguments:
            given["tenant_slug"] = slug
        built = self.rule.build(given, append_unknown=False)
        assert built is not None, self
        return built[1]

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"


def routes(app: Application) -> list[Route]:
    """Every rule of the application with each method that it answers on its own."""
    return [
        Route(rule, method, permission_of(app, rule.endpoint))
        for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def arguments(route: Route, seed: Seed, fallback: UUID) -> dict[str, Any]:
    """Ids for the positions of a route: those of `seed` where a table is named so, else `fallback`."""
    converters = route.rule._converters
    given: dict[str, Any] = {}
    for name in route.id_arguments:
        kind = type(converters[name]).__name__
        if kind == "UUIDConverter":
            given[name] = seed.id_for(name) or fallback
        elif kind == "IntegerConverter":
            given[name] = 1
        elif kind == "AnyConverter":
            given[name] = min(getattr(converters[name], "items", ["x"]))
        else:
            given[name] = "inconnu"
    return given


VOLATILE = re.compile(
    r"[0-9a-f]{64}"  # the token against forged requests
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # the id that was asked for, a blank form's key
    r"|\b[0-9a-f]{32}\b|\b[0-9a-f]{10}\b"  # the reference of a request
)


def essence(response: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what differs from one request to the next: nonce, tokens, references, the id asked for."""
    policy = response.headers.get("Content-Security-Policy", "")
    nonce = re.search(r"'nonce-([^']+)'", policy)
    body = response.get_data(as_text=True)
    if nonce:
        policy, body = policy.replace(nonce[1], "NONCE"), body.replace(nonce[1], "NONCE")
    headers = [
        (name, value)
        for name, value in response.headers
        if name not in {"Date", "Content-Security-Policy", "Set-Cookie"}
    ]
    cleaned = [(name, VOLATILE.sub("…", value)) for name, value in headers]
    return response.status_code, sorted([*cleaned, ("Content-Security-Policy", policy)]), VOLATILE.sub("…", body)
