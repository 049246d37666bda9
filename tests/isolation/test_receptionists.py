"""Who receives people files what a reception was asked, and neither files nor reads anything else that is filled in."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from clais.clock import today
from clais.instruments.rules.definition import InstrumentKind
from clais.workflow import Refused
from tenants.intake.models import Intake
from tenants.intake.presentation import came_text
from tenants.intake.views import reception
from tenants.people.models import Person
from tenants.questionnaires import elsewhere
from tenants.questionnaires.asked import asked_here
from tenants.questionnaires.models import InstrumentFilling
from tests.isolation.test_sealed_answers import a_room
from tests.support.federation import Federation, Member
from tests.support.instruments import a_centre
from tests.tenants.intake.test_versions import Desk, second
from tests.tenants.questionnaires.rooms import Room

WORDS = {"intake__item_joignable": "Ztroulette", "intake__item_soins": "Zkwalonie", "intake__request": "Zbrimbelle"}


def a_desk(federation: Federation) -> Desk:
    """A reception whose platform works with the second version of the intake form."""
    agent, clerk = federation.agent(), federation.member(federation.platform, "receptionist", "Julie Ska")
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin")
    centre = a_centre(federation, name="Fiche d'accueil", code="intake", kind="intake")
    return Desk(centre, agent, clerk, agent.browser(), clerk.browser(), coordinator)


def filed_by(member: Member, person_id: UUID) -> set[str]:
    """The kinds of which this member could file that a row was asked them, with someone of the platform."""
    found = set()
    with member.at_work() as session:
        person = session.get_one(Person, (member.tenant.id, person_id))
        (version,) = asked_here(session, (InstrumentKind.INTAKE,))
        for kind in InstrumentKind:
            try:
                elsewhere.note_asked(session, member.actor, person, replace(version, kind=kind), today())
            except (Refused, KeyError):
                continue
            found.add(str(kind))
        session.rollback()
    return found


def test_who_receives_people_files_what_a_reception_asked_and_no_other_kind(federation: Federation) -> None:
    desk = a_desk(federation)
    content = desk.publish(second())
    key = UUID(desk.register(content, by=desk.at_desk, **WORDS))
    with desk.agent.at_work() as session:
        (filling,) = session.scalars(select(InstrumentFilling))
        assert (filling.kind, filling.state, filling.begun_by) == ("intake", "finished", "Julie Ska")
    assert filed_by(desk.clerk, key) == {"intake"}
    assert filed_by(desk.agent, key) == {"intake", "bilan"}


def test_another_way_to_file_a_bilan_is_found(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = a_desk(federation)
    key = UUID(desk.register(desk.publish(second()), by=desk.at_desk))
    planted = {**elsewhere.FILED_BY, InstrumentKind.BILAN: "receive"}
    monkeypatch.setattr(elsewhere, "FILED_BY", planted)
    assert filed_by(desk.clerk, key) == {"intake", "bilan"}


def read_by(desk: Desk, person: str) -> set[str]:
    """Which of the words of a reception the receptionist finds on the pages that are open to them."""
    paths = ("/accueil", f"/personnes/{person}/carte", f"/personnes/{person}/accueils/nouveau", "/ma-journee")
    pages = [desk.at_desk.get(path).get_data(as_text=True) for path in (*paths, "/personnes")]
    return {word for word in (*WORDS.values(), "Un logement") if any(word in _main(page) for page in pages)}


def _main(page: str) -> str:
    """A page without the form, whose choices are no answers."""
    return page.partition("<main")[2].partition("<form method")[0]


def test_who_receives_people_reads_no_more_of_a_reception_than_before(federation: Federation) -> None:
    desk = a_desk(federation)
    content = desk.publish(second())
    key = desk.register(content, by=desk.at_desk, intake__request_kinds="housing", **WORDS)
    assert read_by(desk, key) == set()
    with desk.agent.at_work() as session:
        intake = session.scalars(select(Intake)).one()
    closed = (f"/personnes/{key}", f"/personnes/{key}/accueils/{intake.id}", f"/personnes/{key}/questionnaires")
    for path in (*closed, f"/personnes/{key}/questionnaires/{intake.filling_id}"):
        desk.at_desk.get(path, status=403)
    # Nor does an agent open it as a questionnaire: a reception has a page of its own.
    desk.browser.get(f"/personnes/{key}/questionnaires/{intake.filling_id}", status=404)


def test_a_reception_that_tells_more_to_who_receives_is_found(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = a_desk(federation)
    key = desk.register(desk.publish(second()), by=desk.at_desk, intake__request_kinds="housing")
    monkeypatch.setattr(reception, "came_text", lambda asked, row, **_who: came_text(asked, row, may_read=True))
    assert read_by(desk, key) == {"Un logement"}


def test_who_receives_people_neither_reads_nor_writes_what_is_filled_in_with_them(federation: Federation) -> None:
    room = a_room(federation)
    filling = room.begin()
    room.answer(filling, "sante", "Zkwalonie")
    before = room.row()
    assert answers_to(federation.member(federation.platform, "receptionist", "Julie Ska"), room, filling) == {403}
    after = room.row()
    assert (after.state, after.version) == (before.state, before.version) == ("open", before.version)
    assert len(room.rows()) == 1
    # Those that an agent gets are others.
    assert 403 not in answers_to(room.agent, room, filling)


def answers_to(member: Member, room: Room, filling: str) -> set[int]:
    """What the pages of a questionnaire that is under way answer to a member."""
    browser, one = member.browser(), f"{room.pages}/{filling}"
    sent = {"_version": "1", "act": "finish", "csrf_token": browser.csrf()}
    answers = [browser.client.get(browser.url(path)) for path in (room.pages, one, f"{one}/remise")]
    paths = (one, f"{one}/reponses", f"{one}/correction", f"{one}/version", f"{one}/abandon")
    answers += [browser.client.post(browser.url(path), data=sent) for path in paths]
    return {answer.status_code for answer in answers}
