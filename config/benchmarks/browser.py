"""A signed-in client in the process, and the bare view that everything is measured against."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, text

from clais.database import Scope, unit_of_work
from clais.identity import sessions
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.secrets import token_hash
from clais.registry.queries import tenant_by_slug
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application

Call = Callable[[], None]


class UnexpectedAnswerError(RuntimeError):
    """A page answered with an error: measuring it would be wrong."""


class Browser:
    """Someone's session in one tenant: pages are called as the server calls them, without a network between.

    They are the member of that role with that `number`, from nought.
    """

    def __init__(self, app: Application, engine: Engine, slug: str, role: str, number: int = 0) -> None:
        self.slug = slug
        self.client: FlaskClient = app.test_client()
        with unit_of_work(engine, Scope()) as session:
            tenant = tenant_by_slug(session, slug)
        if tenant is None:
            raise LookupError(slug)
        self.tenant = tenant
        scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
        with unit_of_work(engine, scope) as session:
            found = select(Membership).where(Membership.tenant_id == tenant.id, Membership.role == role)
            self.membership = session.scalars(found.order_by(Membership.id).offset(number).limit(1)).one()
        self.scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=self.membership.user_id)
        self.client.set_cookie(SESSION_COOKIE, self._sign_in(engine))
        page = self.client.get("/ou-travailler").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        if token is None:
            raise UnexpectedAnswerError("/ou-travailler")
        self._token = token.group(1)

    def _sign_in(self, engine: Engine) -> str:
        user_id: UUID = self.membership.user_id
        with unit_of_work(engine, Scope(user_id=user_id)) as session:
            token = sessions.open_session(session, session.get_one(UserAccount, user_id))
        with unit_of_work(engine, self.scope) as session:
            current = session.get_one(UserSession, token_hash(token))
            return sessions.rotate_session(session, current, self.membership)

    def get(self, path: str) -> Call:
        """A call of a page."""
        url = f"/{self.slug}{path}"

        def call() -> None:
            status = self.client.get(url).status_code
            if status != 200:  # noqa: PLR2004 - HTTP's code for a page that was found.
                raise UnexpectedAnswerError(f"{url}: {status}")

        return call

    def post(self, path: str, form: Callable[[], Mapping[str, Any]], expected: int) -> Call:
        """A call of a form, with the session's token."""
        url = f"/{self.slug}{path}"

        def call() -> None:
            data = {"csrf_token": self._token, **form()}
            status = self.client.post(url, data=data).status_code
            if status != expected:
                raise UnexpectedAnswerError(f"{url}: {status}")

        return call


def bare_view(engine: Engine) -> Call:
    """The baseline: an empty Flask view that asks `SELECT 1` of the same pool."""
    app = Flask("baseline")

    @app.get("/")
    def one() -> str:
        with engine.connect() as connection:
            return str(connection.execute(text("SELECT 1")).scalar())

    client = app.test_client()

    def call() -> None:
        client.get("/")

    return call


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that `engine` runs inside the block, without those that open a scope."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
