"""A one-time link is used once, by whoever types a password; working elsewhere is a new session in the other place."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text, update

from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.identity import actions, invitations
from clais.identity.models import Invitation, Membership, UserAccount
from clais.identity.secrets import email_hash, token_hash
from clais.web.context import SESSION_COOKIE
from clais.web.routing import Application
from tests.support.federation import Federation, Member

NEW = "quatre pommes vertes roulent"


@pytest.fixture
def member(federation: Federation) -> Member:
    return federation.agent()


def invite(engine: Engine, member: Member) -> str:
    """A fresh link for someone."""
    with unit_of_work(engine, Scope(user_id=member.membership.user_id)) as database:
        return invitations.invite(database, database.get_one(UserAccount, member.membership.user_id))


def choose(app: Application, token: str, password: str = NEW, again: str | None = None) -> int:
    """Open the link and send a password, in a fresh browser."""
    client = app.test_client()
    page = client.get("/connexion").get_data(as_text=True)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert csrf is not None
    data = {"csrf_token": csrf[1], "password": password, "again": password if again is None else again}
    return client.post(f"/invitation/{token}", data=data).status_code


def test_a_link_sets_a_password_once(app: Application, engine: Engine, member: Member) -> None:
    token = invite(engine, member)
    assert choose(app, token) == 303
    assert choose(app, token, "une phrase toute neuve encore") == 404
    assert app.test_client().get(f"/invitation/{token}").status_code == 404


def test_looking_at_the_link_does_not_use_it_up(app: Application, engine: Engine, member: Member) -> None:
    token = invite(engine, member)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert app.test_client().open(f"/invitation/{token}", method=method).status_code == 200
    assert choose(app, token) == 303


def test_a_refused_password_leaves_the_link(app: Application, engine: Engine, member: Member) -> None:
    token = invite(engine, member)
    assert choose(app, token, "court") == 422
    assert choose(app, token, NEW, "autre chose de long") == 422
    assert choose(app, token, "motdepasse1234") == 422
    assert choose(app, token) == 303


def test_an_old_link_is_dead(app: Application, engine: Engine, superuser: Engine, member: Member) -> None:
    token = invite(engine, member)
    with superuser.begin() as connection:
        hashed = token_hash(token)
        connection.execute(
            update(Invitation).where(Invitation.token_hash == hashed).values(expires_at=now() - timedelta(seconds=1))
        )
    assert choose(app, token) == 404


def test_a_new_link_kills_the_former(app: Application, engine: Engine, member: Member) -> None:
    former, token = invite(engine, member), invite(engine, member)
    assert choose(app, former) == 404
    assert choose(app, token) == 303


def test_an_unknown_link_answers_like_a_dead_one(app: Application) -> None:
    client = app.test_client()
    assert {client.get(f"/invitation/{token}").status_code for token in ("x", "a" * 43, "b" * 5000)} == {404}


def test_of_two_tabs_one_sets_the_password(app: Application, engine: Engine, member: Member) -> None:
    token = invite(engine, member)
    passwords = [f"phrase numéro {n} assez longue" for n in range(6)]
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda password: choose(app, token, password), passwords))
    assert sorted(answers) == [303, 404, 404, 404, 404, 404]


def test_choosing_a_password_signs_out_everywhere(app: Application, engine: Engine, member: Member) -> None:
    browser = member.browser()
    assert browser.client.get("/ou-travailler").status_code == 200
    assert choose(app, invite(engine, member)) == 303
    assert browser.client.get("/ou-travailler").status_code == 302


def test_the_link_itself_is_not_stored(engine: Engine, superuser: Engine, member: Member) -> None:
    token = invite(engine, member)
    with superuser.connect() as connection:
        held = connection.execute(
            text("SELECT count(*) FROM invitation i WHERE strpos(i::text, :token) > 0"), {"token": token}
        )
        assert held.scalar_one() == 0


@pytest.fixture
def elsewhere(federation: Federation, member: Member) -> Membership:
    """A second membership of the same person, in the other platform."""
    scope = Scope(tenant_id=federation.other_platform.id, email_hash=email_hash(member.email))
    with unit_of_work(federation.engine, scope) as database:
        account = database.get_one(UserAccount, member.membership.user_id)
        return actions.join_tenant(database, account, "receptionist")


def test_one_works_in_one_place_at_a_time(federation: Federation, member: Member, elsewhere: Membership) -> None:
    browser = member.browser()
    assert browser.client.get(f"/{federation.platform.slug}/personnes").status_code == 200
    assert browser.client.get(f"/{federation.other_platform.slug}/personnes").status_code == 409
    before = browser.client.get_cookie(SESSION_COOKIE)
    assert browser.post(f"/ou-travailler/{elsewhere.id}").status_code == 303
    after = browser.client.get_cookie(SESSION_COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert browser.client.get(f"/{federation.platform.slug}/personnes").status_code == 409
    assert browser.client.get(f"/{federation.other_platform.slug}/personnes").status_code == 200


def test_the_role_is_that_of_the_place(federation: Federation, member: Member, elsewhere: Membership) -> None:
    browser = member.browser()
    assert browser.post(f"/ou-travailler/{elsewhere.id}").status_code == 303
    assert browser.client.get(f"/{federation.other_platform.slug}/relais").status_code == 403


def test_one_cannot_enter_where_one_is_not_a_member(federation: Federation, member: Member) -> None:
    stranger = federation.other_agent()
    assert member.browser().post(f"/ou-travailler/{stranger.membership.id}").status_code == 404


def test_an_ended_membership_is_no_place_any_more(
    federation: Federation, member: Member, elsewhere: Membership
) -> None:
    scope = Scope(tenant_id=federation.other_platform.id, user_id=member.membership.user_id)
    with unit_of_work(federation.engine, scope) as database:
        actions.end_membership(database, database.get_one(Membership, (federation.other_platform.id, elsewhere.id)))
    assert member.browser().post(f"/ou-travailler/{elsewhere.id}").status_code == 404


def test_the_same_absolute_end_follows_to_the_other_place(
    member: Member, elsewhere: Membership, superuser: Engine
) -> None:
    def ends() -> set[object]:
        with superuser.connect() as connection:
            rows = connection.execute(
                text("SELECT expires_at FROM user_session WHERE user_id = :user"), {"user": member.membership.user_id}
            )
            return set(rows.scalars())

    browser = member.browser()
    before = ends()
    browser.post(f"/ou-travailler/{elsewhere.id}")
    assert ends() == before


def test_an_administrator_is_in_no_tenant(federation: Federation) -> None:
    _account, browser = federation.administrator()
    assert browser.client.get(f"/{federation.platform.slug}/personnes").status_code == 404


def test_the_language_is_chosen_from_any_page_and_stays(member: Member) -> None:
    browser = member.browser()
    assert "Se déconnecter" in browser.get("/personnes").text
    choice = {"csrf_token": browser.csrf(), "language": "en", "next": browser.url("/personnes")}
    answer = browser.client.post("/langue", data=choice)
    assert answer.headers["Location"] == browser.url("/personnes")
    page = browser.get("/personnes").text
    assert '<html lang="en"' in page
    assert "Sign out" in page
    assert "Sign out" in member.browser().get("/personnes").text, "the next session speaks it too"
    for wrong in ({"language": "xx"}, {"language": "en", "role": "coordinator"}):
        assert browser.client.post("/langue", data={"csrf_token": browser.csrf(), **wrong}).status_code == 400
