"""What a screen of the centre says is true, and said as people say it."""

from html import unescape

from clais.exchange.publications.models import SchemeSession
from tests.support.federation import Federation, Member
from tests.support.referrals import a_participant, a_person, a_referral, a_scheme


def seats_left(federation: Federation, taken: int) -> str:
    """The page of a referral to a session of ten seats."""
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer, seats=10)
    with officer.at_work() as session:
        session.get_one(SchemeSession, (officer.tenant.id, scheme_session.id)).seats_taken = taken
    sent = a_referral(agent, a_person(agent), scheme, scheme_session)
    return page_of(officer, f"/a-traiter/{sent.id}")


def page_of(member: Member, address: str) -> str:
    return unescape(member.browser().get(address).get_data(as_text=True))


def test_one_seat_and_no_seat_are_singular(federation: Federation) -> None:
    assert "1 place libre sur 10" in seats_left(federation, 9)
    assert "0 place libre sur 10" in seats_left(federation, 10)
    assert "2 places libres sur 10" in seats_left(federation, 8)


def test_a_parcel_that_has_all_facts_does_not_say_that_the_person_meets_the_conditions(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    a_referral(agent, a_person(agent), scheme, scheme_session)
    inbox = page_of(officer, "/a-traiter")
    assert "Informations" in inbox
    assert "complètes" in inbox
    assert "remplies" not in inbox


def test_the_sender_is_named_with_the_right_preposition(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    sent = a_referral(agent, a_person(agent), scheme, scheme_session)
    assert f"· de Farciennes {federation.tag}" in page_of(officer, f"/a-traiter/{sent.id}")
    assert f"Écrire à Farciennes {federation.tag}" in page_of(officer, f"/a-traiter/{sent.id}")
    assert f"Écrire au centre d'appui {federation.tag}" in page_of(agent, f"/relais/{sent.id}")


def test_the_phone_that_the_person_shares_is_called_by_a_click(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    sent = a_referral(agent, a_person(agent), scheme, scheme_session)
    link = '<a href="tel:+32470123456">0470 12 34 56</a>'
    assert link in page_of(officer, f"/a-traiter/{sent.id}")
    accepted = a_participant(agent, officer)
    assert link in page_of(officer, f"/participants/{accepted.id}")
