"""What an administrator sees and decides about mails that failed, or of which nobody knows whether they left."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, select, text, update

from clais.audit.models import AuditEvent
from clais.clock import now
from clais.database import Scope, new_id, unit_of_work
from clais.messaging import outbox
from clais.messaging.actions import post_mail
from clais.messaging.models import OutboxMessage
from config.diagnosis import database
from config.diagnosis.finding import ATTENTION, OK, OUTSIDE
from config.settings import Settings
from tests.support.commands import run
from tests.support.federation import Federation, Member

LONG_AGO = timedelta(hours=2)


def mail(member: Member, state: str, handed: timedelta | None = LONG_AGO) -> UUID:
    """A mail in this state, handed over so long ago."""
    with member.at_work() as session:
        post_mail(session, "secret-recipient@example.be", "secret subject", "secret text", f"key:{state}:{handed}")
        row = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == f"key:{state}:{handed}")).one()
        row.handed_at = now() - handed if handed is not None else None
        row.state = state
        return row.id


def row(member: Member, number: UUID) -> OutboxMessage:
    with member.at_work() as session:
        return session.scalars(select(OutboxMessage).where(OutboxMessage.id == number)).one()


def records(member: Member, number: UUID) -> list[tuple[str, dict[str, str]]]:
    with member.at_work() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.subject_id == number)).all()
        assert all(one.actor_name.startswith("clais (") for one in found)
        return [(one.verb, one.details) for one in found]


def test_the_list_shows_uncertain_and_failed_mails_of_each_tenant_and_nothing_that_they_say(
    settings: Settings, federation: Federation
) -> None:
    agent, other = federation.agent(), federation.other_agent()
    uncertain, failed = mail(agent, "handed_over"), mail(other, "failed", None)
    others = [mail(agent, state) for state in ("waiting", "sending", "sent", "settled")]
    on_its_way = mail(agent, "handed_over", timedelta(minutes=5))
    shown = run(settings, "mail", "list").output
    assert f"<{uncertain}@clais.example>  {agent.tenant.slug}  " in shown
    assert f"<{failed}@clais.example>  {other.tenant.slug}  " in shown
    assert ("key:handed_over" in shown, "key:failed" in shown) == (True, True)
    assert not any(str(number) in shown for number in (*others, on_its_way))
    assert "secret" not in shown
    here = run(settings, "mail", "list", "--tenant", agent.tenant.slug).output
    assert (str(uncertain) in here, str(failed) in here) == (True, False)
    assert run(settings, "mail", "list", "--tenant", "nowhere-at-all").exit_code == 1
    assert "Il n'y en a pas" in run(settings, "mail", "list", "--tenant", federation.support_centre.slug).output


@pytest.mark.parametrize("state", ["handed_over", "failed"])
def test_a_mail_is_sent_again_only_once_and_it_is_on_record(
    settings: Settings, federation: Federation, state: str
) -> None:
    agent = federation.agent()
    number = mail(agent, state)
    done = run(settings, "mail", "resend", f"<{number}@clais.example>")
    assert (done.exit_code, agent.tenant.name in done.output) == (0, True), done.output
    again = row(agent, number)
    assert (again.state, again.body, again.handed_at, again.attempts) == ("waiting", "secret text", None, 0)
    assert records(agent, number) == [("mail.resend", {"state": state})]
    assert run(settings, "mail", "resend", str(number)).exit_code == 1
    with agent.at_work() as session:
        claimed = outbox.claim(session, timedelta(minutes=1))
        assert claimed is not None
        assert claimed.id == number


@pytest.mark.parametrize("state", ["handed_over", "failed"])
def test_a_mail_that_arrived_is_settled_its_text_forgotten_and_it_is_on_record(
    settings: Settings, federation: Federation, state: str
) -> None:
    agent = federation.agent()
    number = mail(agent, state)
    assert run(settings, "mail", "settle", str(number)).exit_code == 0
    settled = row(agent, number)
    assert (settled.state, settled.body) == ("settled", "")
    assert records(agent, number) == [("mail.settle", {"state": state})]
    assert run(settings, "mail", "settle", str(number)).exit_code == 1
    with agent.at_work() as session:
        assert outbox.claim(session, timedelta(minutes=1)) is None


@pytest.mark.parametrize("command", ["resend", "settle"])
def test_nothing_is_decided_about_a_mail_that_is_on_its_way_or_has_left(
    settings: Settings, federation: Federation, command: str
) -> None:
    agent = federation.agent()
    numbers = [mail(agent, state) for state in ("waiting", "sending", "sent")]
    numbers.append(mail(agent, "handed_over", timedelta(minutes=11)))
    for number in (*(str(one) for one in numbers), "x", "", str(UUID(int=7)), "f" * 34):
        refused = run(settings, "mail", command, number)
        assert (refused.exit_code, "Aucun mail de ce numéro" in refused.output) == (1, True)
    assert not any(records(agent, number) for number in numbers)


def test_a_mail_whose_text_is_forgotten_cannot_be_sent_again(settings: Settings, federation: Federation) -> None:
    agent = federation.agent()
    number = mail(agent, "failed")
    with agent.at_work() as session:
        session.execute(update(OutboxMessage).values(body=""))
    refused = run(settings, "mail", "resend", str(number))
    assert (refused.exit_code, "oublié" in refused.output) == (1, True)
    assert row(agent, number).state == "failed"


def test_the_doctor_counts_mails_that_wait_for_a_decision_and_says_where(
    engine: Engine, federation: Federation
) -> None:
    agent, other = federation.agent(), federation.other_agent()
    numbers = [mail(agent, "handed_over"), mail(agent, "failed")]
    mail(other, "handed_over", timedelta(minutes=5))
    with engine.connect() as connection, connection.begin():
        finding = database.mails(connection)
    assert (finding.level, f"{agent.tenant.slug} 2" in finding.text) == (ATTENTION, True)
    assert other.tenant.slug not in finding.text
    assert "clais mail list" in finding.advice
    with agent.at_work() as session:
        assert all(outbox.settle(session, number) for number in numbers)
    with engine.connect() as connection, connection.begin():
        assert agent.tenant.slug not in database.mails(connection).text


def test_the_mails_of_administrators_who_work_nowhere_are_decided_in_the_same_way(
    settings: Settings, engine: Engine
) -> None:
    key = f"password-reset:{new_id().hex}"
    with unit_of_work(engine, Scope()) as session:
        post_mail(session, "administratrice@example.be", "secret subject", "secret text", key)
        posted = session.scalars(select(OutboxMessage).where(OutboxMessage.dedupe_key == key)).one()
        posted.state = "failed"
    shown = run(settings, "mail", "list").output
    assert re.search(rf"<{posted.id}@clais.example>  {OUTSIDE}  .*  échoué .*{key}", shown)
    with engine.connect() as connection, connection.begin():
        assert f"{OUTSIDE} 1" in database.mails(connection).text
    done = run(settings, "mail", "settle", str(posted.id))
    assert (done.exit_code, OUTSIDE in done.output) == (0, True)
    with engine.connect() as connection, connection.begin():
        assert OUTSIDE not in database.mails(connection).text


def test_an_installation_without_such_mails_is_well(superuser: Engine) -> None:
    def without(connection: Connection) -> str:
        connection.execute(text("DELETE FROM outbox_message"))
        return database.mails(connection).level

    with superuser.connect() as connection:
        assert without(connection) == OK
        connection.rollback()
