"""A referral's whole life through the pages of both sides: sent, received, accepted with a seat, started, completed,
seen.
"""

import re
from typing import Any
from uuid import UUID

from clais.clock import today
from clais.database import new_id
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals.models import Referral
from support_center.routing.queries import participant_of
from tests.support.federation import Browser, Federation, Member
from tests.support.pages import version_sent_to
from tests.support.referrals import a_person, a_scheme


def letter_of(page: str) -> str:
    found = re.search(r'name="letter" value="([0-9a-f]+)"', page)
    assert found is not None
    return found.group(1)


def send_by_page(
    browser: Browser, person_id: UUID, scheme_id: UUID, session_id: UUID, fields: list[str], **more: str
) -> str:
    """Refer through the pages; returns the address of the referral."""
    address = f"/personnes/{person_id}/relais/nouveau?scheme={scheme_id}&session={session_id}"
    data: dict[str, Any] = {
        "fields": fields,
        "purpose": "Trouver une alternance",
        "language": "fr-facile",
        "until": "",
        **more,
    }
    page = browser.get(address).get_data(as_text=True)
    data["until"] = re.search(r'name="until"[^>]*value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    data["shown"] = re.findall(r'name="shown" value="([^"]+)"', page)
    preview = browser.post(address.replace("relais/nouveau", "relais/lettre"), data, status=200).get_data(as_text=True)
    sent = browser.post(
        address,
        data | {"letter": letter_of(preview), "manner": "screen", "urgency": "normal", "_submission": str(new_id())},
        status=303,
    )
    return str(sent.location)


def the_referral(member: Member, address: str) -> Referral:
    with member.at_work() as session:
        found: Referral | None = session.get(Referral, (member.tenant.id, UUID(address.rpartition("/")[2])))
    assert found is not None
    return found


def test_from_the_file_to_the_result_and_back(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    person = a_person(agent, stage="registered")
    scheme, scheme_session = a_scheme(officer, seats=2)
    desk, centre = agent.browser(), officer.browser()

    assert f"/personnes/{person.id}/orienter" in desk.get(f"/personnes/{person.id}").get_data(as_text=True)
    choice = desk.get(f"/personnes/{person.id}/orienter").get_data(as_text=True)
    assert str(scheme_session.id) in choice
    address = send_by_page(desk, person.id, scheme.id, scheme_session.id, ["name", "age", "phone"])
    referral = the_referral(agent, address)
    assert referral.reference in desk.get(address).get_data(as_text=True)

    inbox = centre.get("/a-traiter").get_data(as_text=True)
    assert str(referral.id) in inbox
    assert not [told for told in ("Marchetti", "0470 12 34 56", "470123456") if told in inbox]
    received = centre.get(f"/a-traiter/{referral.id}").get_data(as_text=True)
    assert "Sofia Marchetti" in received
    assert "0470 12 34 56" in received
    assert "Rue du Puits" not in received

    centre.post(f"/a-traiter/{referral.id}/reception", {"_submission": str(new_id())}, status=303)
    accepted = centre.post(
        f"/a-traiter/{referral.id}/acceptation",
        {"accept-place": str(scheme_session.id), "accept-comment": "Bienvenue", "_submission": str(new_id())},
        status=303,
    )
    assert "Sofia Marchetti" in centre.get(str(accepted.location)).get_data(as_text=True)
    assert "Sofia Marchetti" in centre.get("/participants").get_data(as_text=True)
    assert centre.post("/participants/recherche", {"q": "sof march"}, status=303).location == accepted.location
    assert "Sofia" in centre.get(f"/places/{scheme_session.id}").get_data(as_text=True)
    assert scheme.name in centre.get("/places").get_data(as_text=True)
    with officer.at_work() as session:
        seats = session.get(SchemeSession, (officer.tenant.id, scheme_session.id))
        assert seats is not None
        assert seats.seats_taken == 1

    read = version_sent_to("/suivi", centre.get(str(accepted.location)).get_data(as_text=True))
    centre.post(f"{accepted.location}/suivi", {"text": "Très motivée", "_version": read}, status=303)
    centre.post(f"/a-traiter/{referral.id}/messages", {"text": "Elle commence lundi"}, status=303)
    centre.post(f"/a-traiter/{referral.id}/demarrage", {"start-happened_on": f"{today():%d/%m/%Y}"}, status=303)
    centre.post(f"/a-traiter/{referral.id}/pause", {"hold-comment": "Malade une semaine"}, status=303)
    centre.post(f"/a-traiter/{referral.id}/reprise", status=303)
    centre.post(
        f"/a-traiter/{referral.id}/resultat",
        {"complete-reason": "hired", "complete-comment": "CDI chez Aide+"},
        status=303,
    )

    moved = desk.get("/relais").get_data(as_text=True)
    assert referral.reference in moved
    seen = desk.get(address).get_data(as_text=True)
    assert "CDI chez Aide+" in seen
    assert "Elle commence lundi" in seen
    assert "Bienvenue" in seen
    assert "Très motivée" not in seen
    assert referral.reference not in desk.get("/relais").get_data(as_text=True)
    assert referral.reference in desk.get("/relais?group=closed").get_data(as_text=True)
    assert referral.reference in desk.get(f"/personnes/{person.id}").get_data(as_text=True)
    assert "Mon accord" in desk.get(f"{address}/accord").get_data(as_text=True)
    with officer.at_work() as session:
        participant = participant_of(session, referral.id)
        assert participant is not None
        assert participant.state == "completed"
