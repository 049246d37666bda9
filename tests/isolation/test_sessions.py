"""A session ends with sign-out, a new password, a closed account, another role or tenant; each sign-in makes one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text, update

from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.identity import actions
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.secrets import token_hash
from clais.registry.models import Tenant
from clais.web import context
from clais.web.context import SESSION_COOKIE
from tests.isolation.world import Visitor
from tests.support.federation import PASSWORD, Federation, Member


@dataclass
class Signed:
    """Someone who signed in by typing, and the cookie they hold."""

    federation: Federation
    member: Member
    cookie: str

    def replay(self) -> int:
        """What the cookie opens now, from another machine: the status of an unsafe and of a safe request, as one."""
        client = self.federation.app.test_client()
        client.set_cookie(SESSION_COOKIE, self.cookie)
        page = client.get("/ou-travailler")
        signed_out = page.status_code == 302 and "/connexion" in page.headers["Location"]
        posted = client.post("/deconnexion").status_code
        return 401 if signed_out and posted == 401 else 200


def sign_in(federation: Federation, member: Member) -> str:
    """Sign in by typing; the cookie."""
    client = federation.app.test_client()
    visitor = Visitor(federation.app, member.membership.role, member.tenant.slug, None)
    visitor.client = client
    answer = visitor.ask("POST", "/connexion", {"email": member.email, "password": PASSWORD, "next": ""})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:500]
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    return str(cookie.value)


@pytest.fixture
def signed(federation: Federation) -> Signed:
    member = federation.agent()
    return Signed(federation, member, sign_in(federation, member))


def sign_out(signed: Signed) -> None:
    visitor = Visitor(signed.federation.app, "agent", signed.member.tenant.slug, signed.cookie)
    assert visitor.ask("POST", "/deconnexion").status_code == 303


def change_password(signed: Signed) -> None:
    with unit_of_work(signed.federation.engine, Scope(user_id=signed.member.membership.user_id)) as database:
        account = database.get_one(UserAccount, signed.member.membership.user_id)
        actions.choose_password(database, account, "une autre phrase plus longue")


def disable(signed: Signed) -> None:
    with unit_of_work(signed.federation.engine, Scope(user_id=signed.member.membership.user_id)) as database:
        actions.disable_account(database, database.get_one(UserAccount, signed.member.membership.user_id))


def scope_of(signed: Signed) -> Scope:
    return Scope(tenant_id=signed.member.tenant.id, user_id=signed.member.membership.user_id)


def change_role(signed: Signed) -> None:
    with unit_of_work(signed.federation.engine, scope_of(signed)) as database:
        membership = database.get_one(Membership, (signed.member.tenant.id, signed.member.membership.id))
        actions.change_role(database, membership, "receptionist")


def end_membership(signed: Signed) -> None:
    with unit_of_work(signed.federation.engine, scope_of(signed)) as database:
        membership = database.get_one(Membership, (signed.member.tenant.id, signed.member.membership.id))
        actions.end_membership(database, membership)


def suspend_tenant(signed: Signed) -> None:
    with unit_of_work(signed.federation.engine, Scope(administers=True)) as database:
        database.get_one(Tenant, signed.member.tenant.id).state = "suspended"


def suspend_and_resume(signed: Signed) -> None:
    suspend_tenant(signed)
    with unit_of_work(signed.federation.engine, Scope(administers=True)) as database:
        database.get_one(Tenant, signed.member.tenant.id).state = "open"
    # Whoever signs in now comes in.
    assert Signed(signed.federation, signed.member, sign_in(signed.federation, signed.member)).replay() == 200


def switch_tenant(signed: Signed) -> None:
    visitor = Visitor(signed.federation.app, "agent", signed.member.tenant.slug, signed.cookie)
    assert visitor.ask("POST", f"/ou-travailler/{signed.member.membership.id}").status_code == 303
    cookie = visitor.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != signed.cookie
    assert Signed(signed.federation, signed.member, cookie.value).replay() == 200


def age(signed: Signed, superuser: Engine, **values: object) -> None:
    with superuser.begin() as connection:
        connection.execute(
            update(UserSession).where(UserSession.token_hash == token_hash(signed.cookie)).values(**values)
        )


ENDS = [
    sign_out,
    change_password,
    disable,
    change_role,
    end_membership,
    suspend_tenant,
    suspend_and_resume,
    switch_tenant,
]


def check_end(federation: Federation, end: Callable[[Signed], None]) -> list[str]:
    """Sign in, end it, and replay the cookie: what it still opens."""
    member = federation.agent()
    signed = Signed(federation, member, sign_in(federation, member))
    end(signed)
    return [] if signed.replay() == 401 else [f"the cookie lives on after {end.__name__}"]


@pytest.mark.parametrize("end", ENDS)
def test_a_cookie_replayed_after_its_end_opens_nothing(end: Callable[[Signed], None], federation: Federation) -> None:
    assert check_end(federation, end) == []


def test_a_cookie_that_outlives_its_session_is_found(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: who holds a cookie is remembered, as a signed cookie or a cache would."""
    kept: dict[bytes, object] = {}
    real = context._session_row
    monkeypatch.setattr(context, "_session_row", lambda hashed: kept.setdefault(hashed, real(hashed)))

    def look_and_change(signed: Signed) -> None:
        client = federation.app.test_client()
        client.set_cookie(SESSION_COOKIE, signed.cookie)
        assert client.get("/ou-travailler").status_code == 200
        change_password(signed)

    assert check_end(federation, look_and_change)


def test_an_idle_session_is_over(signed: Signed, superuser: Engine) -> None:
    age(signed, superuser, last_seen_at=now() - timedelta(hours=2, minutes=1))
    assert signed.replay() == 401


def test_a_session_ends_however_busy_it_is(signed: Signed, superuser: Engine) -> None:
    age(signed, superuser, expires_at=now() - timedelta(seconds=1))
    assert signed.replay() == 401


def test_every_sign_in_has_a_session_of_its_own(federation: Federation) -> None:
    member = federation.agent()
    assert len({sign_in(federation, member) for _ in range(3)}) == 3


def test_a_cookie_that_was_chosen_beforehand_is_not_kept(federation: Federation) -> None:
    member = federation.agent()
    client = federation.app.test_client()
    client.set_cookie(SESSION_COOKIE, "chosen-by-an-attacker")
    visitor = Visitor(federation.app, "agent", member.tenant.slug, None)
    visitor.client = client
    visitor.ask("POST", "/connexion", {"email": member.email, "password": PASSWORD, "next": ""})
    cookie = client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    assert cookie.value != "chosen-by-an-attacker"
    assert Signed(federation, member, "chosen-by-an-attacker").replay() == 401


def test_the_database_holds_no_token(signed: Signed, superuser: Engine) -> None:
    with superuser.connect() as connection:
        held = connection.execute(
            text("SELECT count(*) FROM user_session s WHERE strpos(s::text, :token) > 0"), {"token": signed.cookie}
        ).scalar_one()
    assert held == 0


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(federation: Federation) -> None:
    member = federation.agent()
    visitor = Visitor(federation.app, "agent", member.tenant.slug, None)
    answer = visitor.ask("POST", "/connexion", {"email": member.email, "password": PASSWORD, "next": ""})
    cookie = next(value for name, value in answer.headers if name == "Set-Cookie" and value.startswith(SESSION_COOKIE))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
