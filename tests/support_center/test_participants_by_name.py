"""The support centre finds its participants by name, with whatever letters they are typed, and lists them in order."""

import re

import pytest

from clais.exchange.referrals.actions import move
from clais.exchange.referrals.parcels import Offer
from clais.exchange.referrals.queries import received_referral
from clais.text import full_name
from support_center.routing.actions import accept
from support_center.routing.models import Participant
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral


def received(agent: Member, officer: Member, family_name: str, given_names: str) -> Participant:
    """Someone whom the centre received under this name."""
    name = {"family_name": family_name, "given_names": given_names}
    phone = Offer("phone", "Téléphone", "+32470123456", "0470 12 34 56")
    offers = [Offer("name", "Nom et prénom", name, full_name(family_name, given_names)), phone]
    referral = a_referral(agent, a_person(agent, family_name, given_names), offers=offers, ticked=["name", "phone"])
    with officer.at_work() as session:
        held = received_referral(session, referral.id)
        assert held is not None
        move(session, officer.actor, held, "receive")
        return accept(session, officer.actor, held, officer.federation.keyring)


def names_in(page: str) -> list[str]:
    """The names of a list of participants, in its order."""
    return re.findall(r'class="who"><a [^>]*>([^<]+)</a>', page)


@pytest.mark.parametrize(
    ("family_name", "typed"),
    [("Yıldırım", "yildirim"), ("Łukaszewska", "lukaszewska"), ("Sørensen", "sorensen"), ("Œuvrard", "oeuvrard")],
)
def test_a_name_is_found_by_its_plain_letters(federation: Federation, family_name: str, typed: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    received(agent, officer, "Autre", "Personne")
    received(agent, officer, family_name, "Sofia")
    for search in (typed, family_name, typed[:4].upper()):
        found = officer.browser().post("/participants/recherche", {"q": search}).get_data(as_text=True)
        assert names_in(found) == [f"Sofia {family_name}"]


def test_a_letter_with_a_stroke_sorts_as_the_plain_one(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    for family_name in ("Zola", "Đurić", "Dupont", "Dvorak", "Ørsted", "Martin", "Peeters"):
        received(agent, officer, family_name, "Ana")
    page = officer.browser().get("/participants").get_data(as_text=True)
    assert [name.removeprefix("Ana ") for name in names_in(page)] == [
        "Dupont", "Đurić", "Dvorak", "Martin", "Ørsted", "Peeters", "Zola",
    ]  # fmt: skip


def test_who_has_no_given_name_is_known_by_the_family_name(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant = received(agent, officer, "Sukarno", "-")
    assert (participant.display_name, participant.sort_name) == ("Sukarno", "sukarno")
    assert names_in(officer.browser().get("/participants").get_data(as_text=True)) == ["Sukarno"]
