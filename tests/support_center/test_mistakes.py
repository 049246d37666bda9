"""A referral that was sent by mistake closes at once: nobody had agreed to it."""

import pytest
from sqlalchemy import select

from clais.database import new_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage
from clais.exchange.referrals.queries import received_referral, thread, withdrawals
from clais.exchange.referrals.workflow import CANCEL_REASONS, NEVER_MEANT
from support_center.routing import actions as routing
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral
from tests.support_center.test_erasure import a_participant, erase, stored

CROSSING = (Referral, Parcel, ReferralEvent, ReferralMessage)


def cancel(agent: Member, referral: Referral, reason: str = "sent_by_mistake") -> Referral:
    with agent.at_work() as session:
        return referral_actions.cancel(session, agent.actor, referral, reason)


def seen_by(officer: Member) -> list[str]:
    """The tables in which the receiver still reads something."""
    with officer.at_work() as session:
        return [
            table.__tablename__
            for table in CROSSING
            if session.scalars(select(table).where(table.to_tenant_id == officer.tenant.id)).first()
        ]


def test_the_receiver_is_left_with_the_reference(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        received = received_referral(session, referral.id)
        assert received is not None
        referral_actions.post_message(session, officer.actor, received, "Qui est-ce ?")
    assert seen_by(officer) == ["referral", "parcel", "referral_event", "referral_message"]
    cancel(agent, referral)
    assert seen_by(officer) == []
    with officer.at_work() as session:
        assert [row.reference for row in withdrawals(session)] == [referral.reference]


def test_the_sender_keeps_it_as_cancelled_with_its_reason(federation: Federation) -> None:
    agent = federation.agent()
    referral = a_referral(agent, a_person(agent))
    held = cancel(agent, referral)
    assert (held.state, held.reason) == ("cancelled", "sent_by_mistake")
    with agent.at_work() as session:
        assert session.scalars(select(Consent.withdrawn_at)).one() == held.withdrawn_at
        assert [line.event.transition for line in thread(session, held) if line.event] == ["send", "cancel"]


def test_what_was_copied_of_it_is_erased(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    _finished, kept = a_participant(agent, officer)
    referral = a_referral(agent, a_person(agent))
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        copied = routing.accept(session, officer.actor, referral, officer.federation.keyring)
    assert stored(officer, copied)[0]
    cancel(agent, referral)
    erase(federation)
    assert stored(officer, copied)[0] is None
    assert stored(officer, kept)[0]


@pytest.mark.parametrize("reason", sorted(set(CANCEL_REASONS) - NEVER_MEANT))
def test_called_back_for_another_reason_it_is_read_until_the_consent_ends(federation: Federation, reason: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    cancel(agent, a_referral(agent, a_person(agent)), reason)
    assert seen_by(officer) == ["referral", "parcel", "referral_event"]


def test_the_page_says_that_it_is_closed_and_offers_no_further_step(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    desk, path = agent.browser(), f"/relais/{referral.id}"
    assert "y ferme aussitôt" in desk.get(path).get_data(as_text=True)
    form = {"reason": "sent_by_mistake", "_submission": str(new_id())}
    desk.post(f"{path}/annulation", form, status=303)
    page = desk.get(path).get_data(as_text=True)
    assert "Envoyé par erreur" in page
    assert "n&#39;en voit plus rien" in page
    assert f"{path}/retrait" not in page
    assert f"{path}/messages" not in page
    desk.post(f"{path}/retrait", {"note": "", "_submission": str(new_id())}, status=409)
    officer.browser().get(f"/a-traiter/{referral.id}", status=410)


def test_the_check_can_fail_were_it_only_cancelled_it_would_be_read(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    monkeypatch.setattr(referral_actions, "NEVER_MEANT", frozenset())
    cancel(agent, referral)
    assert seen_by(officer) == ["referral", "parcel", "referral_event"]
