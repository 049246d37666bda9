import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.database import new_id
from clais.messaging.actions import mark_read, notify, post_mail
from clais.messaging.models import Notification, OutboxMessage
from tests.support.federation import Federation


def test_a_mail_is_posted_once_per_key_and_the_rest_of_the_transaction_stands(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        assert post_mail(session, "a@example.be", "Bonjour", "Texte", "welcome:1")
        assert not post_mail(session, "b@example.be", "Encore", "Texte", "welcome:1")
        assert post_mail(session, "a@example.be", "Autre", "Texte", "welcome:2")
    with agent.at_work() as session:
        assert not post_mail(session, "a@example.be", "Plus tard", "Texte", "welcome:1")
        posted = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(mail.subject, mail.state) for mail in posted] == [("Bonjour", "waiting"), ("Autre", "waiting")]


def test_another_tenant_may_use_the_same_key(federation: Federation) -> None:
    for member in (federation.agent(), federation.other_agent()):
        with member.at_work() as session:
            assert post_mail(session, "a@example.be", "Bonjour", "Texte", "same key")


def test_a_subject_stays_one_header_of_one_line(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        post_mail(session, "a@example.be", "Bonjour\r\nBcc: x@example.be " + "é" * 300, "Texte", "k")
        mail = session.scalars(select(OutboxMessage)).one()
        assert mail.subject.startswith("Bonjour Bcc:")
        assert len(mail.subject) == 200


def test_a_member_gets_a_line_once_and_reads_it_once(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.agent()
    subject = new_id()
    with agent.at_work() as session:
        assert notify(session, agent.membership.id, "moved", "referral", subject, "Relais accepté.", "r:accepted")
        assert not notify(session, agent.membership.id, "moved", "referral", subject, "Relais accepté.", "r:accepted")
        assert notify(session, colleague.membership.id, "moved", "referral", subject, "Relais accepté.", "r:accepted")
        assert mark_read(session, agent.membership.id) == 1
        assert mark_read(session, agent.membership.id) == 0
        unread = select(func.count()).select_from(Notification).where(Notification.read_at.is_(None))
        assert session.scalar(unread) == 1


def test_a_line_for_nobody_is_an_error_and_not_a_duplicate(federation: Federation) -> None:
    agent = federation.agent()
    with pytest.raises(IntegrityError), agent.at_work() as session:
        notify(session, new_id(), "moved", "referral", new_id(), "Texte", "k")
