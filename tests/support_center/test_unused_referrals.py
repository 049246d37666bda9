"""What came to nothing closes to the receiver after thirty days, or as many as it set; its count remains."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from clais import clock
from clais.clock import now
from clais.exchange.referrals import actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.jobs import close_unused, lapse_unanswered
from clais.exchange.referrals.models import Referral, Withdrawal
from clais.exchange.referrals.queries import received_referral
from clais.registry.models import Tenant
from tests.clais.exchange.referrals.test_announcements import lines_of, run
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme
from tests.tenants.people.newcomers import words


def ended(agent: Member, officer: Member, how: str) -> Referral:
    """A referral that was refused, or called back, or never answered."""
    referral = a_referral(agent, a_person(agent), *a_scheme(officer))
    if how in {"declined", "advised"}:
        answer, reason = ("decline", "session_full") if how == "declined" else ("advise", "later")
        with officer.at_work() as session:
            actions.move(session, officer.actor, referral, "receive")
            actions.move(session, officer.actor, referral, answer, reason=reason, comment="Plus tard.")
    elif how == "cancelled":
        with agent.at_work() as session:
            actions.cancel(session, agent.actor, referral, "found_work")
    else:
        with clock.set_to(now() + timedelta(days=60)):
            run(agent.federation, agent.federation.platform, lapse_unanswered)
    return referral


def close(federation: Federation, after: timedelta) -> None:
    with clock.set_to(now() + after):
        run(federation, federation.platform, close_unused)


def is_readable(officer: Member, referral: Referral) -> bool:
    with officer.at_work() as session:
        return received_referral(session, referral.id) is not None


@pytest.mark.parametrize("how", ["advised", "declined", "cancelled", "lapsed"])
def test_it_closes_after_thirty_days_and_leaves_its_count(federation: Federation, how: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = ended(agent, officer, how)
    since = timedelta(days=60 if how == "lapsed" else 0)
    close(federation, since + timedelta(days=29))
    assert is_readable(officer, referral)
    close(federation, since + timedelta(days=31))
    assert not is_readable(officer, referral)
    page = words(officer.browser().get(f"/a-traiter/{referral.id}", status=410))
    assert "s'est terminé sans place" in page
    assert "retiré" not in page
    with officer.at_work() as session:
        row = session.scalars(select(Withdrawal).where(Withdrawal.referral_id == referral.id)).one()
    assert (row.cause, row.outcome, row.scheme_id) == ("unused", how, referral.scheme_id)
    run(federation, federation.support_centre, announce)
    assert [line for line in lines_of(officer) if "retiré" in line or "erreur" in line] == [], "it is no news"
    sender = words(agent.browser().get(f"/relais/{referral.id}"))
    assert "n'en voit plus rien" in sender
    assert "Retiré le" not in sender


def test_what_is_written_after_the_end_delays_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = ended(agent, officer, "declined")
    with clock.set_to(now() + timedelta(days=29)), officer.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        actions.post_message(session, officer.actor, received, "Et si une place se libère ?")
    close(federation, timedelta(days=31))
    assert not is_readable(officer, referral)


def test_the_receiver_may_set_fewer_days(federation: Federation, superuser: Engine) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = ended(agent, officer, "declined")
    with superuser.begin() as connection:
        centre = federation.support_centre.id
        connection.execute(update(Tenant).where(Tenant.id == centre).values(settings={"close_days": 7}))
    close(federation, timedelta(days=8))
    assert not is_readable(officer, referral)


def test_what_began_stays_readable_as_long_as_the_agreement(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant = a_participant(agent, officer)
    close(federation, timedelta(days=100))
    officer.browser().get(f"/participants/{participant.id}")
    with officer.at_work() as session:
        assert received_referral(session, participant.referral_id) is not None
