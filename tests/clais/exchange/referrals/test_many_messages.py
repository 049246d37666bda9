"""Many messages are one line and one mail, hide no other news, and cost the announcement next to nothing."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, event, insert, select
from sqlalchemy.engine.interfaces import DBAPICursor

from clais.clock import now, set_to
from clais.database import new_id
from clais.exchange.referrals import actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.models import Referral, ReferralMessage
from clais.exchange.referrals.news import unread_messages
from clais.messaging.actions import mark_read
from clais.messaging.models import Notification
from clais.messaging.queries import recently_read, unread
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tests.clais.exchange.referrals.test_announcements import mails_of, run
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral

MANY = 200


def wrote(author: Member, referral: Referral, count: int) -> None:
    """So many messages on a referral, whoever of both sides wrote them."""
    moment = now()
    rows = [
        {
            **referral.crossing,
            "id": new_id(),
            "referral_id": referral.id,
            "by_tenant_id": author.tenant.id,
            "actor_name": author.membership.display_name,
            "text": "Peut-elle venir mardi ?",
            "sent_at": moment + timedelta(milliseconds=number),
        }
        for number in range(count)
    ]
    with author.at_work() as session:
        session.execute(insert(ReferralMessage), rows)


def a_quiet_referral(agent: Member, name: str = "Marchetti") -> Referral:
    """A referral of which everybody has been told."""
    referral = a_referral(agent, a_person(agent, name))
    run(agent.federation, agent.federation.support_centre, announce)
    return referral


def lines_of(member: Member) -> Sequence[str]:
    with member.at_work() as session:
        return [line.text for line in unread(session, member.membership.id)]


def messages_told(member: Member) -> Sequence[str]:
    """The unread lines of a member about messages."""
    return [line for line in lines_of(member) if "message" in line]


def test_many_messages_are_one_line_and_one_mail(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, other = a_quiet_referral(agent), a_quiet_referral(agent, "Delcourt")
    before = len(mails_of(officer))
    wrote(agent, referral, MANY)
    wrote(agent, other, 1)
    assert run(federation, federation.support_centre, announce) == 2
    told = messages_told(officer)
    assert sorted(told) == sorted(
        [
            f"Relais {referral.reference}\u00a0: de nouveaux messages",
            f"Relais {other.reference}\u00a0: un nouveau message",
        ]
    )
    mails = mails_of(officer)[before:]
    assert [mail.subject for mail in mails] == ["2 nouveautés pour vous"]
    assert mails[0].body.count("https://") == 2
    assert "Marchetti" not in mails[0].body
    assert run(federation, federation.support_centre, announce) == 0


def test_while_it_is_unread_the_line_stands_for_later_messages_too(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    for _time in range(3):
        wrote(agent, referral, 3)
        run(federation, federation.support_centre, announce)
    assert len(messages_told(officer)) == 1
    assert len([mail for mail in mails_of(officer) if "message" in mail.subject]) == 1


def test_once_it_is_read_the_next_message_is_told_again_and_the_earlier_ones_are_not(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    wrote(agent, referral, 5)
    run(federation, federation.support_centre, announce)
    with officer.at_work() as session:
        mark_read(session, officer.membership.id)
    assert run(federation, federation.support_centre, announce) == 0
    with officer.at_work() as session:
        shown = [line.text for line in recently_read(session, officer.membership.id) if "message" in line.text]
        assert unread_messages(session, officer.membership.id, [referral]) == set()
    assert len(shown) == 1, "what a line stands for is not shown beside it"
    wrote(agent, referral, 1)
    assert run(federation, federation.support_centre, announce) == 1
    with officer.at_work() as session:
        assert unread_messages(session, officer.membership.id, [referral]) == {referral.id}


def test_a_colleague_who_has_not_read_is_told_though_another_looked_first(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    second = federation.member(federation.support_centre, "support_officer", "Aline Dubois")
    referral = a_quiet_referral(agent)
    wrote(agent, referral, 2)
    officer.browser().get(f"/a-traiter/{referral.id}")
    run(federation, federation.support_centre, announce)
    assert messages_told(officer) == []
    assert len(messages_told(second)) == 1


def test_a_step_is_told_and_mailed_beside_many_unread_messages(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    wrote(officer, referral, MANY)
    run(federation, federation.platform, announce)
    with officer.at_work() as session:
        actions.move(session, officer.actor, referral, "receive")
    assert run(federation, federation.platform, announce) == 1
    assert [mail.subject for mail in mails_of(agent)] == [
        f"Relais {referral.reference}\u00a0: de nouveaux messages",
        f"Relais {referral.reference}\u00a0: reçu",
    ]


def test_the_number_of_statements_does_not_grow_with_the_messages(federation: Federation) -> None:
    agent = federation.agent()
    referral = a_quiet_referral(agent)
    counts = []
    for messages in (2, MANY):
        wrote(agent, referral, messages)
        counts.append(statements_of_a_run(federation))
    assert counts[1] <= counts[0]


def statements_of_a_run(federation: Federation) -> int:
    """How many statements one announcement at the centre takes."""
    asked: list[str] = []

    def note(_connection: Connection, _cursor: DBAPICursor, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(federation.engine, "before_cursor_execute", note)
    try:
        run(federation, federation.support_centre, announce)
    finally:
        event.remove(federation.engine, "before_cursor_execute", note)
    return len(asked)


def test_every_message_is_known_to_whoever_was_told(federation: Federation) -> None:
    """So that none is announced twice: also those for which another line stands."""
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    wrote(agent, referral, 7)
    run(federation, federation.support_centre, announce)
    with officer.at_work() as session:
        mine = Notification.membership_id == officer.membership.id
        known = set(session.scalars(select(Notification.dedupe_key).where(mine)))
        sent = session.scalars(select(ReferralMessage.id).where(ReferralMessage.referral_id == referral.id))
        assert {str(key) for key in sent} <= known


def test_a_line_stands_for_later_messages_for_a_day(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    with set_to(now() - timedelta(hours=25)):
        wrote(agent, referral, 2)
        run(federation, federation.support_centre, announce)
    wrote(agent, referral, 1)
    assert run(federation, federation.support_centre, announce) == 1
    assert len(messages_told(officer)) == 2


def test_what_a_line_stood_for_is_told_when_only_the_line_was_read(federation: Federation) -> None:
    """As when a member reads it in the moment in which the next one is written."""
    agent, officer = federation.agent(), federation.officer()
    referral = a_quiet_referral(agent)
    wrote(agent, referral, 3)
    run(federation, federation.support_centre, announce)
    with officer.at_work() as session:
        (loud,) = [line for line in unread(session, officer.membership.id) if "message" in line.text]
        mark_read(session, officer.membership.id, loud.id)
    before = len(mails_of(officer))
    assert run(federation, federation.support_centre, announce) == 1
    assert len(messages_told(officer)) == 1
    assert len(mails_of(officer)) == before + 1
    assert run(federation, federation.support_centre, announce) == 0


def test_what_the_giver_of_a_file_was_not_shown_is_told_to_who_takes_it(federation: Federation) -> None:
    """Though the taker had read the message whose line stood for it."""
    agent, officer = federation.agent(), federation.officer()
    luc = federation.member(federation.platform, "agent", "Luc Dewit")
    person = a_person(agent)
    referral = a_referral(agent, person)
    wrote(officer, referral, 1)
    run(federation, federation.platform, announce)
    luc.browser().get(f"/relais/{referral.id}")
    wrote(officer, referral, 1)
    run(federation, federation.platform, announce)
    with agent.at_work() as session:
        hand_over(session, agent.actor, session.get_one(Person, (agent.tenant.id, person.id)), luc.membership)
    run(federation, federation.platform, announce)
    assert len(messages_told(luc)) == 1
    assert len(mails_of(luc)) == 1
