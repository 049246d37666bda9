"""Who came in, went elsewhere and left is on record: in the tenant where it happened, and under none outside any."""

from uuid import UUID

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import NIL, Scope, unit_of_work
from clais.identity import actions, invitations
from clais.identity.invitations import accept_invitation
from clais.identity.models import Membership, UserAccount
from clais.identity.secrets import email_hash
from clais.services import EXTENSION
from clais.web.context import SESSION_COOKIE
from tests.isolation.world import Visitor
from tests.support.federation import PASSWORD, Federation, Member


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


def trail(agent: Member, tenant_id: UUID) -> list[tuple[str, UUID]]:
    """(verb, membership that acted) of what a person did in one tenant, or in none, the oldest first."""
    with unit_of_work(agent.federation.engine, Scope(tenant_id=tenant_id)) as session:
        rows = session.execute(
            select(AuditEvent.verb, AuditEvent.membership_id)
            .where(AuditEvent.tenant_id == tenant_id, AuditEvent.user_id == agent.membership.user_id)
            .order_by(AuditEvent.happened_at)
        )
        return [(verb, membership_id) for verb, membership_id in rows]


def signed_in(agent: Member) -> Visitor:
    visitor = Visitor(agent.federation.app, "agent", agent.tenant.slug, None)
    data = {"email": agent.email, "password": PASSWORD, "next": ""}
    assert visitor.ask("POST", "/connexion", data).status_code == 303
    cookie = visitor.client.get_cookie(SESSION_COOKIE)
    assert cookie is not None
    return Visitor(agent.federation.app, "agent", agent.tenant.slug, cookie.value)


def second_place(agent: Member) -> Membership:
    other = agent.federation.other_platform
    scope = Scope(tenant_id=other.id, email_hash=email_hash(agent.email))
    with unit_of_work(agent.federation.engine, scope) as session:
        return actions.join_tenant(session, session.get_one(UserAccount, agent.membership.user_id), "agent")


def test_coming_in_and_leaving_are_on_record_where_one_works(agent: Member) -> None:
    assert signed_in(agent).ask("POST", "/deconnexion").status_code == 303
    here = agent.membership.id
    assert trail(agent, agent.tenant.id) == [("session.enter", here), ("session.close", here)]
    assert trail(agent, NIL) == [("session.open", NIL)]


def test_going_elsewhere_is_on_record_there(agent: Member) -> None:
    there = second_place(agent)
    visitor = signed_in(agent)
    assert trail(agent, agent.tenant.id) == [], "with two places one is in neither before choosing"
    assert visitor.ask("POST", f"/ou-travailler/{there.id}").status_code == 303
    assert trail(agent, agent.tenant.id) == []
    assert trail(agent, agent.federation.other_platform.id) == [("session.enter", there.id)]


def test_a_refused_sign_in_is_no_entry(agent: Member) -> None:
    visitor = Visitor(agent.federation.app, "agent", agent.tenant.slug, None)
    data = {"email": agent.email, "password": "pas le bon mot de passe", "next": ""}
    assert visitor.ask("POST", "/connexion", data).status_code == 422
    assert trail(agent, NIL) == trail(agent, agent.tenant.id) == []


def test_a_password_that_is_chosen_is_on_record_and_the_password_is_not(agent: Member) -> None:
    services = agent.federation.app.extensions[EXTENSION]
    with unit_of_work(agent.federation.engine, Scope(user_id=agent.membership.user_id)) as session:
        link = invitations.invite(session, session.get_one(UserAccount, agent.membership.user_id))
    assert accept_invitation(services, link, "quatre pommes vertes roulent") is None
    assert ("account.choose_password", NIL) in trail(agent, NIL)
    with unit_of_work(agent.federation.engine, Scope()) as session:
        details = session.scalars(
            select(AuditEvent.details).where(AuditEvent.subject_id == agent.membership.user_id)
        ).all()
    assert set(map(str, details)) == {"{}"}
