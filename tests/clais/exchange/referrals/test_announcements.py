"""Both sides hear of what the other did: once, without anybody's name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import g
from sqlalchemy import Engine, select, text

from clais import clock
from clais.actor import Actor
from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.exchange.referrals import actions, news
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import lapse_unanswered
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import sent_referral
from clais.messaging.models import Notification, OutboxMessage
from clais.registry.models import Tenant
from tenants.referrals.queries import moved, moved_count
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral


@contextmanager
def the_system(federation: Federation, tenant: Tenant) -> Iterator[Actor]:
    """The system at work in a tenant, as the worker enters it."""
    permissions = federation.app.extensions["clais"].permissions.of("system")
    actor = Actor(
        "Système", permissions, tenant_id=tenant.id, basin_id=tenant.basin_id, role="system",
        tenant_slug=tenant.slug, tenant_name=tenant.name, tenant_code=tenant.code, tenant_kind=tenant.kind,
    )  # fmt: skip
    with federation.app.test_request_context(base_url="https://clais.example"):
        g.actor = actor
        yield actor


def run(federation: Federation, tenant: Tenant, job: Callable[..., int]) -> int:
    with (
        the_system(federation, tenant) as actor,
        unit_of_work(federation.engine, Scope(tenant.id, tenant.basin_id), actor) as session,
    ):
        return job(session, actor)


def lines_of(member: Member) -> list[str]:
    with member.at_work() as session:
        rows = session.scalars(select(Notification).where(Notification.membership_id == member.membership.id))
        return [row.text for row in rows]


def mails_of(member: Member) -> list[OutboxMessage]:
    with member.at_work() as session:
        return list(session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == member.email)))


def test_a_new_referral_is_announced_to_every_officer_once_and_names_nobody(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    second = federation.member(federation.support_centre, "support_officer", "Aline Dubois")
    trainer = federation.member(federation.support_centre, "trainer", "Rosa Pirlot")
    referral = a_referral(agent, a_person(agent))
    assert run(federation, federation.support_centre, announce) == 2
    assert run(federation, federation.support_centre, announce) == 0
    for member in (officer, second):
        assert [referral.reference in line for line in lines_of(member)] == [True]
        (mail,) = mails_of(member)
        assert "Marchetti" not in mail.subject + mail.body
        assert f"https://clais.example/{federation.support_centre.slug}/a-traiter/{referral.id}" in mail.body
    assert lines_of(trainer) == []
    assert run(federation, federation.platform, announce) == 0


def test_the_sender_hears_of_each_step_and_message_and_a_colleague_does_not(federation: Federation) -> None:
    agent, colleague, officer = federation.agent(), federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
        actions.post_message(session, officer.actor, referral, "Marchetti peut-elle venir mardi ?")
    assert run(federation, federation.platform, announce) == 2
    assert lines_of(colleague) == []
    lines = lines_of(agent)
    assert len(lines) == 2
    assert all(referral.reference in line and "Marchetti" not in line for line in lines)
    assert all("Marchetti" not in mail.subject + mail.body for mail in mails_of(agent))
    assert f"/{federation.platform.slug}/relais/{referral.id}" in mails_of(agent)[0].body


def test_what_was_seen_on_the_screen_is_not_announced_afterwards(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
    table = federation.app.extensions["clais"].permissions
    with agent.at_work() as session:
        assert [row.id for row in moved(session, agent.actor, table)] == [referral.id]
        # Built once, as the rail builds it, it counts what is recent at the moment at which it is asked.
        count = select(moved_count(agent.actor, table))
        assert session.scalar(count) == 1
        with clock.set_to(clock.now() + news.RECENT + timedelta(days=1)):
            assert session.scalar(count) == 0
    agent.browser().get(f"/relais/{referral.id}")
    with agent.at_work() as session:
        assert moved(session, agent.actor, table) == []
    assert run(federation, federation.platform, announce) == 0
    assert mails_of(agent) == []


def test_a_withdrawal_is_told_by_its_number_only(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with agent.at_work() as session:
        actions.withdraw(session, agent.actor, referral)
    assert run(federation, federation.support_centre, announce) == 1
    assert run(federation, federation.support_centre, announce) == 0
    (line,) = lines_of(officer)
    assert referral.reference in line
    page = officer.browser().get("/a-traiter").get_data(as_text=True)
    assert referral.reference in page
    assert "Marchetti" not in page


@pytest.mark.parametrize(("late_by", "state"), [(1, "requested"), (40, "lapsed")])
def test_an_unanswered_referral_is_escalated_then_lapses(
    federation: Federation, superuser: Engine, late_by: int, state: str
) -> None:
    agent = federation.agent()
    federation.officer()
    referral = a_referral(agent, a_person(agent))
    with superuser.begin() as connection:
        due = today() - timedelta(days=late_by)
        connection.execute(
            text("UPDATE referral SET answer_due_on = :due WHERE id = :id"), {"due": due, "id": referral.id}
        )
    run(federation, federation.platform, lapse_unanswered)
    run(federation, federation.platform, lapse_unanswered)
    with agent.at_work() as session:
        found: Referral | None = sent_referral(session, referral.id)
        assert found is not None
        assert found.state == state
    if state == "lapsed":
        assert run(federation, federation.platform, announce) == 1
    assert len(lines_of(agent)) == 1
