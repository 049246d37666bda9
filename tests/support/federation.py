"""A basin for one test, with the names that no other test has."""

import re
import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from clais.actor import Actor
from clais.database import Scope, ScopedSession, unit_of_work
from clais.encryption import Keyring
from clais.identity import actions, sessions, tokens
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.passwords import hash_password
from clais.identity.secrets import email_hash, token_hash
from clais.registry.actions import create_basin, open_tenant
from clais.registry.models import Tenant
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.support.pages import lint_page

PASSWORD = "un cheval bleu dort debout"


@dataclass(frozen=True, slots=True)
class Member:
    """Someone at work in a tenant, and how to act or browse as them."""

    federation: "Federation"
    tenant: Tenant
    membership: Membership
    email: str

    @property
    def scope(self) -> Scope:
        return Scope(tenant_id=self.tenant.id, basin_id=self.tenant.basin_id, user_id=self.membership.user_id)

    @property
    def actor(self) -> Actor:
        table = self.federation.app.extensions["clais"].permissions
        return Actor(
            display_name=self.membership.display_name,
            permissions=table.of(self.membership.role),
            tenant_id=self.tenant.id,
            basin_id=self.tenant.basin_id,
            user_id=self.membership.user_id,
            membership_id=self.membership.id,
            role=self.membership.role,
            tenant_slug=self.tenant.slug,
            tenant_name=self.tenant.name,
            tenant_code=self.tenant.code,
            tenant_kind=self.tenant.kind,
        )

    def at_work(self) -> AbstractContextManager[ScopedSession]:
        """A transaction in this member's scope, as this member: `with member.at_work() as session`."""
        return unit_of_work(self.federation.engine, self.scope, self.actor)

    def bearer(self, *permissions: str, life: timedelta = timedelta(hours=1)) -> dict[str, str]:
        """The header of an API token of this membership."""
        with unit_of_work(self.federation.engine, self.scope) as database:
            token = tokens.create_token(database, self.membership, "Import du CPAS", permissions, life)
        return {"Authorization": f"Bearer {token}"}

    def browser(self) -> "Browser":
        """A signed-in client without a real browser: cookies, CSRF and page lint included."""
        engine = self.federation.engine
        with unit_of_work(engine, Scope(user_id=self.membership.user_id)) as database:
            account = database.get_one(UserAccount, self.membership.user_id)
            token = sessions.open_session(database, account)
        with unit_of_work(engine, self.scope) as database:
            current = database.get_one(UserSession, token_hash(token))
            token = sessions.rotate_session(database, current, self.membership)
        return Browser(self.federation.app, self.tenant.slug, token)


class Browser:
    """Flask's test client, with the token of its session on every POST; every HTML page it gets is linted."""

    def __init__(self, app: Application, slug: str, token: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self.slug = slug
        self._csrf: dict[str, str] = {}
        if token:
            self.client.set_cookie(SESSION_COOKIE, token)

    def url(self, path: str) -> str:
        """`path` below the tenant's slug, unless it is already whole."""
        return (
            path
            if path.startswith((f"/{self.slug}/", "/api/", "/admin/", "/connexion", "/ou-travailler"))
            else f"/{self.slug}{path}"
        )

    def get(self, path: str, *, status: int = 200, **options: Any) -> TestResponse:
        """GET a page and check its status and its lint."""
        response = self.client.get(self.url(path), **options)
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:3000]}"
        )
        if response.mimetype == "text/html" and "HX-Request" not in (options.get("headers") or {}):
            lint_page(response.get_data(as_text=True))
        return response

    def csrf(self) -> str:
        """The session's CSRF token, read from a page as a browser would; once, as it lasts as long as the session."""
        cookie = self.client.get_cookie(SESSION_COOKIE)
        session = cookie.value if cookie else ""
        if session not in self._csrf:
            page = self.client.get("/ou-travailler").get_data(as_text=True)
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert found is not None, page[:500]
            self._csrf[session] = found.group(1)
        return self._csrf[session]

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, status: int | None = None, **options: Any
    ) -> TestResponse:
        """POST a form with the session's token."""
        response = self.client.post(self.url(path), data={"csrf_token": self.csrf(), **(data or {})}, **options)
        if status is not None:
            assert response.status_code == status, (
                f"{path}: {response.status_code}\n{response.get_data(as_text=True)[:3000]}"
            )
        return response


@dataclass
class Federation:
    """A support centre and two platforms. Rows are really committed, under names of their own."""

    app: Application
    engine: Engine
    tag: str = field(default_factory=lambda: secrets.token_hex(5))
    support_centre: Tenant = field(init=False)
    platform: Tenant = field(init=False)
    other_platform: Tenant = field(init=False)

    def __post_init__(self) -> None:
        with unit_of_work(self.engine, Scope(administers=True)) as database:
            self.basin = create_basin(database, f"Bassin {self.tag}")
            self.support_centre = open_tenant(
                database,
                self.basin,
                kind="support_centre",
                name=f"Centre d'appui {self.tag}",
                slug=f"centre-{self.tag}",
                code="CAP",
            )
            self.platform = open_tenant(
                database,
                self.basin,
                kind="local_platform",
                name=f"Farciennes {self.tag}",
                slug=f"farciennes-{self.tag}",
                code="FAR",
            )
            self.other_platform = open_tenant(
                database,
                self.basin,
                kind="local_platform",
                name=f"Thuin {self.tag}",
                slug=f"thuin-{self.tag}",
                code="THU",
            )

    @property
    def keyring(self) -> Keyring:
        """The keys of the installation."""
        found: Keyring = self.app.extensions["clais"].keyring
        return found

    def member(self, tenant: Tenant, role: str, name: str = "Nadia Lambert") -> Member:
        """A new account with one membership in `tenant`."""
        email = f"{role}.{secrets.token_hex(5)}@example.be"
        with unit_of_work(
            self.engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, email_hash=email_hash(email))
        ) as database:
            account = actions.create_account(database, email, name)
            account.password_hash = hash_password(PASSWORD)
            membership = actions.join_tenant(database, account, role)
        return Member(self, tenant, membership, email)

    def administrator(self) -> tuple[UserAccount, "Browser"]:
        """An administrator of the federation, in no tenant, and their browser."""
        email = f"admin.{secrets.token_hex(5)}@example.be"
        with unit_of_work(self.engine, Scope(email_hash=email_hash(email), administers=True)) as database:
            account = actions.create_account(database, email, "Administratrice", administers=True)
        with unit_of_work(self.engine, Scope(user_id=account.id, administers=True)) as database:
            token = sessions.open_session(database, account)
        return account, Browser(self.app, "", token)

    def agent(self) -> Member:
        """An agent of the first platform."""
        return self.member(self.platform, "agent")

    def other_agent(self) -> Member:
        """An agent of the other platform."""
        return self.member(self.other_platform, "agent", "Luc Delhaye")

    def officer(self) -> Member:
        """An officer of the support centre."""
        return self.member(self.support_centre, "support_officer", "Marc Delvaux")
