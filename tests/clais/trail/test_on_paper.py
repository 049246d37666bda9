"""A person asks who read their file: the list that they take home (GDPR, article 15)."""

import re

from clais.exchange.referrals import actions as exchange
from clais.exchange.referrals.queries import received_referral
from support_center.routing import actions as routing
from support_center.routing.models import Participant
from tests.clais.trail.conftest import Platform
from tests.clais.trail.test_log import lines
from tests.support.federation import Federation, Member
from tests.support.referrals import a_referral, a_scheme


def paper(platform: Platform) -> str:
    return platform.browser.get(f"/journal-des-acces/personnes/{platform.sofia.id}").get_data(as_text=True)


def test_it_names_members_with_their_organisation_and_speaks_to_the_person(platform: Platform) -> None:
    with platform.agent.at_work() as session:
        member = session.merge(platform.agent.membership)
        member.organisation = "CPAS de Farciennes"
    platform.read(platform.sofia, times=3)
    platform.read(platform.amina)
    page = paper(platform)
    (line,) = (line for line in lines(page) if "Nadia" in line)
    assert re.fullmatch(r"Nadia Lambert \(CPAS de Farciennes\) a lu votre dossier \(3 fois depuis \d\d:\d\d\)", line)
    assert "Diallo" not in page
    assert "article 15" in page
    assert platform.agent.tenant.name in page


def test_it_is_reached_from_the_file_and_from_the_log(platform: Platform, federation: Federation) -> None:
    address = f"/journal-des-acces/personnes/{platform.sofia.id}"
    assert address in platform.browser.get(f"/personnes/{platform.sofia.id}").get_data(as_text=True)
    assert address in platform.log(f"?person={platform.sofia.id}")
    other = federation.agent().browser()
    assert address not in other.get(f"/personnes/{platform.sofia.id}").get_data(as_text=True)


def test_nothing_on_it_is_only_to_be_clicked(platform: Platform) -> None:
    platform.read(platform.sofia, times=2)
    content = paper(platform).partition('class="receipt"')[2].partition("</main>")[0]
    assert content
    assert not re.search(r"<(a|button|details|form)\b", content)


def received(federation: Federation, platform: Platform) -> tuple[Member, Participant]:
    """Sofia is referred to the centre, an officer reads the referral and then accepts it."""
    officer = federation.officer()
    scheme, seats = a_scheme(officer)
    referral = a_referral(platform.agent, platform.sofia, scheme, seats)
    officer.browser().get(f"/a-traiter/{referral.id}")
    with officer.at_work() as session:
        found = received_referral(session, referral.id)
        assert found is not None
        exchange.move(session, officer.actor, found, "receive")
        participant = routing.accept(session, officer.actor, found, federation.keyring)
    return officer, participant


def test_the_centre_lists_what_was_read_before_it_had_a_record_of_the_person(
    federation: Federation, platform: Platform
) -> None:
    _officer, participant = received(federation, platform)
    lead = federation.member(federation.support_centre, "supervisor", "Philippe Andries").browser()
    page = lead.get(f"/journal-des-acces/personnes/{participant.id}").get_data(as_text=True)
    words = [re.sub(r" : .*", "", line) for line in lines(page)]
    assert "Marc Delvaux a lu un relais" in words
    assert "Marc Delvaux a accepté un relais" in words


def test_who_leads_the_network_knows_participants_by_their_number(federation: Federation, platform: Platform) -> None:
    _officer, participant = received(federation, platform)
    lead = federation.member(federation.support_centre, "supervisor", "Philippe Andries").browser()
    for page in ("/journal-des-acces", f"/journal-des-acces/personnes/{participant.id}"):
        shown = lead.get(page).get_data(as_text=True)
        assert participant.reference in shown
        assert "Marchetti" not in shown
    by_name = lead.post("/journal-des-acces/personnes", {"q": "marchetti"}).get_data(as_text=True)
    by_number = lead.post("/journal-des-acces/personnes", {"q": participant.reference.lower()}).get_data(as_text=True)
    assert str(participant.id) not in by_name
    assert str(participant.id) in by_number
