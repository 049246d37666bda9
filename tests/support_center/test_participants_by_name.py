"""The support centre finds its participants by name, with whatever letters they are typed, and lists them in order."""

import html
import re
from typing import Any

import pytest
from sqlalchemy import delete, select

from clais.exchange.referrals.actions import move, withdraw
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import Offer
from clais.exchange.referrals.queries import received_referral
from clais.text import full_name
from support_center.routing.actions import accept, forget
from support_center.routing.jobs import complete_keys
from support_center.routing.models import Participant, ParticipantKey
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
    participant = received(agent, officer, family_name, "Sofia")
    for search in (typed, family_name, typed[:4].upper()):
        found = officer.browser().post("/participants/recherche", {"q": search}, status=303)
        assert str(found.location).endswith(f"/participants/{participant.id}")


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


def shared(agent: Member, officer: Member, **facts: Any) -> tuple[Participant, str]:
    """Someone received with a phone, an e-mail and a birth date; with the number of their referral."""
    values = {"phone": "+32470987654", "email": "Sofia.M@example.be", "birth_date": "1988-04-03", **facts}
    offers = [Offer("name", "Nom", {"family_name": "Marchetti", "given_names": "Sofia"}, "Sofia Marchetti")]
    offers += [Offer(code, code, value, str(value)) for code, value in values.items()]
    referral = a_referral(agent, a_person(agent), offers=offers, ticked=["name", *values])
    with officer.at_work() as session:
        held = received_referral(session, referral.id)
        assert held is not None
        move(session, officer.actor, held, "receive")
        return accept(session, officer.actor, held, officer.federation.keyring), referral.reference


def sought(officer: Member, typed: str) -> str:
    """Where the search of the centre leads, or the names that it shows."""
    answer = officer.browser().post("/participants/recherche", {"q": typed})
    page = answer.get_data(as_text=True)
    return str(answer.location) if answer.status_code == 303 else ", ".join(names_in(page))


KNOWN = ["S Marchetti", "marchetti, sofia", "0470 98 76 54", "470987654", "+32470987654", "sofia.m@example.be",
         "3 avril 1988", "marchetti 3/4/88", "sofia 1988"]  # fmt: skip


@pytest.mark.parametrize("typed", KNOWN)
def test_what_was_shared_of_someone_finds_them(federation: Federation, typed: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant, _referral = shared(agent, officer)
    received(agent, officer, "Peeters", "Luc")
    assert sought(officer, typed).endswith(f"/participants/{participant.id}")


def test_their_number_and_that_of_their_referral_find_them(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant, referral = shared(agent, officer)
    for typed in (participant.reference, participant.reference.lower(), referral, referral.replace("-0000", "-")):
        assert sought(officer, typed).endswith(f"/participants/{participant.id}")


def test_the_number_of_a_referral_that_waits_opens_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    assert sought(officer, referral.reference).endswith(f"/a-traiter/{referral.id}")
    page = officer.browser().post("/participants/recherche/propositions", {"q": referral.reference})
    assert referral.reference in page.get_data(as_text=True)
    assert "Marchetti" not in page.get_data(as_text=True)


@pytest.mark.parametrize("typed", ["Marcheti", "Narchetti", "Sofia Marhcetti"])
def test_a_slip_still_shows_the_participant_and_says_that_it_is_only_near(federation: Federation, typed: str) -> None:
    agent, officer = federation.agent(), federation.officer()
    shared(agent, officer)
    received(agent, officer, "Martin", "Sofie")
    page = html.unescape(officer.browser().post("/participants/recherche", {"q": typed}).get_data(as_text=True))
    assert "Noms proches" in page
    assert names_in(page) == ["Sofia Marchetti"]


def test_once_the_agreement_is_withdrawn_no_search_finds_them_and_no_key_is_left(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant, reference = shared(agent, officer)
    with agent.at_work() as session:
        withdraw(session, agent.actor, session.get_one(Referral, (agent.tenant.id, participant.referral_id)))
    for typed in (*KNOWN, "Marcheti", reference, participant.reference):
        assert sought(officer, typed) == ""
    with officer.at_work() as session:
        forget(session, officer.actor, session.get_one(Participant, (officer.tenant.id, participant.id)))
    with officer.at_work() as session:
        assert session.scalars(select(ParticipantKey)).all() == []


def test_no_key_of_a_participant_can_be_read_as_phone_mail_or_birth(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    shared(agent, officer)
    with officer.at_work() as session:
        kept = " ".join(session.scalars(select(ParticipantKey.key)))
    for fact in ("470987654", "example", "1988"):
        assert fact not in kept


def test_who_was_received_before_there_were_keys_becomes_findable(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    participant, _referral = shared(agent, officer)
    with officer.at_work() as session:
        session.execute(delete(ParticipantKey).where(ParticipantKey.tenant_id == officer.tenant.id))
    assert sought(officer, "marchetti") == ""
    with federation.app.app_context(), officer.at_work() as session:
        assert complete_keys(session, officer.actor) == 1
        assert complete_keys(session, officer.actor) == 0
    assert sought(officer, "0470 98 76 54").endswith(f"/participants/{participant.id}")
