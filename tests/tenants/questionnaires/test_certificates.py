"""An instrument that requires a certificate warns, then refuses, by date; what is under way goes on."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from clais.clock import now, set_to, today
from clais.exchange.publications.models import Instrument
from support_center.instruments.actions.drafts import begin_version, change_draft
from support_center.instruments.queries import shelf_of
from tests.support.federation import Federation
from tests.support.training import School, a_school, registered, yesterday
from tests.tenants.questionnaires.rooms import Room


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


def require(room: Room, school: School, since: date | None) -> UUID:
    """Adopt a version that requires the certificate of the course, and refuses from a day on who lacks it."""
    author = room.centre.author
    with author.at_work() as session:
        instrument = session.get_one(Instrument, (author.tenant.id, room.centre.instrument))
        version = shelf_of(session, instrument).in_preparation or begin_version(session, author.actor, instrument)
        code = school.course.code
        change = lambda before: replace(before, certificate=code, certificate_from=since)  # noqa: E731
        change_draft(session, author.actor, version, change)
    return room.adopt()


def certify(room: Room, school: School) -> None:
    """Let the agent attend a session that gives the certificate."""
    run = school.run(yesterday(), closes_on=today())
    registered(room.agent.federation.member(room.agent.tenant, "coordinator"), run, room.agent)
    with set_to(now() - timedelta(days=2)):
        school.give_seats()
    school.hold(run)


def test_before_its_day_one_is_warned_and_begins_all_the_same(room: Room, school: School) -> None:
    require(room, school, today() + timedelta(days=20))
    page = room.text()
    assert "demandera la formation « Accueillir une personne » à partir du" in page
    assert room.begin() == str(room.row().id)


def test_from_its_day_on_one_is_refused_and_led_to_the_courses(room: Room, school: School) -> None:
    require(room, school, today())
    page = room.text()
    assert "que vous n'avez pas, ou plus" in page
    assert "Voir les formations" in page
    room.browser.post(f"{room.pages}/debut/{room.centre.instrument}", status=303)
    assert "demande un certificat que vous n'avez pas" in room.text()
    assert room.fillings() == []


def test_who_holds_the_certificate_begins(room: Room, school: School) -> None:
    require(room, school, today())
    certify(room, school)
    assert "que vous n'avez pas, ou plus" not in room.text()
    assert room.begin() == str(room.row().id)


def test_what_is_under_way_goes_on_without_it(room: Room, school: School) -> None:
    room.adopt()
    filling = room.begin()
    require(room, school, today())
    room.answer(filling, "enfants", "2")
    room.finish(filling, enfants="2")
    assert room.row().state == "finished"


def test_the_coordinator_reads_who_lacks_it(room: Room, school: School) -> None:
    version = require(room, school, today())
    page = room.coordinator.get(f"/outils-du-bassin/{version}").get_data(as_text=True)
    assert "Encore sans son certificat" in page
    assert room.agent.membership.display_name in page
    assert "Encore sans son certificat" not in room.browser.get(f"/outils-du-bassin/{version}").get_data(as_text=True)
