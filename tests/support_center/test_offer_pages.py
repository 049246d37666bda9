"""An offered seat on the pages of both sides: who has it until when, and how it is answered."""

import pytest
from sqlalchemy import select

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.waking import ANNOUNCE, OFFER_SEATS
from clais.exchange.referrals.workflow import OFFER_WORDS, SEAT_OFFER
from clais.messaging.models import Notification
from support_center.routing.models import Participant
from tests.support.federation import Federation, Member
from tests.support.offers import an_offered_seat, pass_on
from tests.support.pages import version_sent_to
from tests.support.work import run_due


def participant_of(officer: Member, referral: Referral) -> Participant:
    with officer.at_work() as session:
        return session.scalars(select(Participant).where(Participant.referral_id == referral.id)).one()


def test_the_platform_hears_of_the_offer_and_answers_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = an_offered_seat(agent, officer)
    browser = agent.browser()
    day = browser.get("/ma-journee").get_data(as_text=True)
    assert "Une place est offerte jusqu" in day
    assert "Karim" in day
    shown = browser.get(f"/relais/{referral.id}").get_data(as_text=True)
    assert 'id="offer"' in shown
    form = {
        "offer-answer": "refuse_seat",
        "offer-comment": "Garde d'enfant",
        "_version": version_sent_to("/place", shown),
    }
    back = browser.post(f"/relais/{referral.id}/place", form, status=422).get_data(as_text=True)
    assert "Choisissez pourquoi" in back
    assert "Garde d&#39;enfant" in back
    browser.post(f"/relais/{referral.id}/place", form | {"offer-reason": "not_now"}, status=303)
    after = browser.get(f"/relais/{referral.id}").get_data(as_text=True)
    assert 'id="offer"' not in after
    assert "reste sur la liste" in after
    # An answer to what is not offered any more is told what stands, and loses nothing.
    late = browser.post(f"/relais/{referral.id}/place", form | {"offer-answer": "accept_seat"}, status=409)
    assert "Garde d&#39;enfant" in late.get_data(as_text=True)


def test_the_session_says_who_has_an_offer_and_the_centre_passes_on(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = an_offered_seat(agent, officer)
    participant, browser = participant_of(officer, referral), officer.browser()
    page = browser.get(f"/places/{referral.offered_session_id}").get_data(as_text=True)
    assert "Place offerte" in page
    assert "Passer au suivant" in page
    shown = browser.get(f"/participants/{participant.id}").get_data(as_text=True)
    form = {"_version": version_sent_to("/suivant", shown)}
    browser.post(f"/participants/{participant.id}/offre/suivant", form, status=303)
    browser.post(f"/participants/{participant.id}/offre/accord", form, status=409)
    assert "reste sur la liste" in browser.get(f"/participants/{participant.id}").get_data(as_text=True).lower()
    assert pass_on(officer) == 0, "nobody else waits, and whose turn it was lets the others have theirs"


def test_the_centre_notes_that_the_person_accepts(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = an_offered_seat(agent, officer)
    participant, browser = participant_of(officer, referral), officer.browser()
    shown = browser.get(f"/participants/{participant.id}").get_data(as_text=True)
    form = {"_version": version_sent_to("/accord", shown)}
    browser.post(f"/participants/{participant.id}/offre/accord", form, status=303)
    assert participant_of(officer, referral).state == "enrolled"


def test_another_platform_neither_sees_nor_answers_an_offer(federation: Federation) -> None:
    agent = federation.agent()
    referral = an_offered_seat(agent, federation.officer())
    other = federation.other_agent().browser()
    other.get(f"/relais/{referral.id}", status=404)
    other.post(f"/relais/{referral.id}/place", {"offer-answer": "accept_seat"}, status=404)
    with agent.at_work() as session:
        assert session.get_one(Referral, (referral.tenant_id, referral.id)).seat_offer == "offered"


@pytest.mark.parametrize("cancelled", [False, True])
def test_an_offer_is_told_once_and_not_when_it_was_cancelled_before(federation: Federation, cancelled: bool) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = an_offered_seat(agent, officer)
    if cancelled:
        participant, browser = participant_of(officer, referral), officer.browser()
        shown = browser.get(f"/participants/{participant.id}").get_data(as_text=True)
        form = {"_version": version_sent_to("/suivant", shown)}
        browser.post(f"/participants/{participant.id}/offre/suivant", form, status=303)
    for _again in range(2):
        run_due(federation.app, ANNOUNCE, OFFER_SEATS)
    with agent.at_work() as session:
        own = (Notification.tenant_id == agent.tenant.id, Notification.membership_id == agent.membership.id)
        told = session.scalars(select(Notification.text).where(*own)).all()
    assert sum("une place est offerte" in text for text in told) == (0 if cancelled else 1)


def test_every_step_of_an_offer_has_its_words() -> None:
    assert {step.name for step in SEAT_OFFER.transitions} == set(OFFER_WORDS)
