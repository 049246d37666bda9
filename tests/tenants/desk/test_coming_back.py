"""Somebody comes back: the closed file is opened at the desk, or asked for; what stands on the card is confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clais.clock import now, set_to
from clais.messaging.models import Notification
from clais.workflow import Refused
from tenants.people.actions import confirm_card, take_confirmation_back
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, reload
from tests.tenants.desk.test_desk_page import main_of, section
from tests.tenants.desk.visits import a_receptionist, comes


def a_closed_file(agent: Member) -> Person:
    person = a_file(agent)
    agent.browser().post(f"/personnes/{person.id}/cloture", {"reason": "moved", "comment": ""}, status=303)
    return person


def told(member: Member) -> list[str]:
    with member.at_work() as session:
        lines = session.scalars(select(Notification).where(Notification.membership_id == member.membership.id))
        return [line.text for line in lines if line.kind == "reopening_asked"]


def test_an_agent_opens_the_closed_file_of_who_comes_back(federation: Federation) -> None:
    agent = federation.agent()
    person = a_closed_file(agent)
    visit = comes(agent, person)
    here = section(main_of(agent), "here")
    assert "dossier fermé" in here
    assert "Rouvrir le dossier" in here
    agent.browser().post(f"/guichet/visites/{visit.id}/reouverture", status=303)
    assert reload(agent, person).stage == "in_intake"
    assert "dossier fermé" not in section(main_of(agent), "here")


def test_a_receptionist_asks_the_coordination_once_and_tells_no_name(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    person = a_closed_file(agent)
    visit = comes(desk, person)
    assert "Demander de rouvrir le dossier" in section(main_of(desk), "here")
    for _click in range(2):
        desk.browser().post(f"/guichet/visites/{visit.id}/reouverture", status=303)
    assert reload(agent, person).stage == "closed"
    (text,) = told(coordinator)
    assert person.reference in text
    assert "Marchetti" not in text
    assert told(agent) == []
    assert "Sofia Marchetti" in main_of(coordinator, "/ma-journee")


def test_without_a_coordinator_the_agents_are_asked(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit = comes(desk, a_closed_file(agent))
    desk.browser().post(f"/guichet/visites/{visit.id}/reouverture", status=303)
    assert len(told(agent)) == 1


def test_an_open_file_is_not_asked_for(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit = comes(desk, a_file(agent))
    assert "reouverture" not in main_of(desk)
    desk.browser().post(f"/guichet/visites/{visit.id}/reouverture", status=303)
    assert told(agent) == []


def test_unchanged_is_said_with_one_click_dated_and_taken_back_today(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    card = f"/personnes/{person.id}/carte"
    assert "Inchangé" in main_of(desk, card)
    desk.browser().post(f"/personnes/{person.id}/inchange", status=303)
    kept = reload(agent, person)
    assert kept.confirmed_by == "Julie Skalski"
    assert kept.version == person.version  # Nobody's edit of the card becomes stale.
    for member, page in ((desk, card), (agent, f"/personnes/{person.id}")):
        assert "à Julie Skalski" in main_of(member, page)
    desk.browser().post(f"/personnes/{person.id}/inchange/retour", status=303)
    assert reload(agent, person).confirmed_at is None


def test_what_was_confirmed_on_another_day_stays(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    with set_to(now() - timedelta(days=30)), agent.at_work() as session:
        confirm_card(session, agent.actor, session.get_one(Person, (agent.tenant.id, person.id)))
    with pytest.raises(Refused, match="too_late"), agent.at_work() as session:
        take_confirmation_back(session, session.get_one(Person, (agent.tenant.id, person.id)))
    assert reload(agent, person).confirmed_at is not None
    assert "Retirer" not in main_of(agent, f"/personnes/{person.id}/carte")
