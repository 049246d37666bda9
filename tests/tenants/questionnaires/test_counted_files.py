"""The centre reads how many files are on a version, and never whose."""

import re

from sqlalchemy import update

from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import adoption_of
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires.jobs import count_files, next_count_at
from tenants.questionnaires.models import InstrumentFilling
from tests.support.instruments import ASKED, THEN
from tests.support.referrals import a_person
from tests.tenants.merging.files import coordinator, merged
from tests.tenants.questionnaires.rooms import Room
from tests.tenants.questionnaires.test_results import answered


def counted(room: Room) -> InstrumentAdoption:
    with room.agent.at_work() as session:
        count_files(session, room.agent.actor)
        found = adoption_of(session, room.centre.instrument)
        assert found
        return found


def matrix(room: Room) -> str:
    page = room.centre.reviewer.browser().get("/outils").get_data(as_text=True)
    return re.sub(r"\s+", " ", page)


def test_open_files_are_counted_once_on_their_last_version(room: Room) -> None:
    assert "registered" in OPEN_STAGES
    room.adopt(ASKED)
    answered(room, 6, enfants="1")
    room.finish(room.begin(), 303, enfants="2")
    room.adopt(ASKED, THEN)
    answered(room, 5, enfants="0")
    room.begin()
    row = counted(room)
    assert (row.files, row.files_in_use, row.files_open) == (11, 5, 1)
    assert "5 sur 11 dossiers" in matrix(room)
    page = room.centre.reviewer.browser()
    version = room.centre.send(ASKED)
    shown = page.get(f"/outils/versions/{version}/publication").get_data(as_text=True)
    assert "1 questionnaire est en cours" in shown
    assert "11 dossiers gardent" in shown


def test_what_stayed_behind_in_a_merge_is_not_under_way(room: Room) -> None:
    room.adopt(ASKED)
    room.begin()
    member = coordinator(room.agent.federation)
    assert counted(room).files_open == 1
    with room.agent.at_work() as session:
        person = session.get_one(Person, (room.agent.tenant.id, room.person))
    merged(member, a_person(member, "Marcheti"), person)
    assert counted(room).files_open == 1, "it went over to the file that stands"
    with room.agent.at_work() as session:
        session.execute(update(InstrumentFilling).values(person_id=room.person))
    assert counted(room).files_open == 0


def test_a_few_files_are_not_told_apart(room: Room) -> None:
    room.adopt(ASKED)
    answered(room, 3, enfants="1")
    counted(room)
    assert "moins de 5 dossiers" in matrix(room)
    answered(room, 4, enfants="1")
    room.adopt(ASKED, THEN)
    answered(room, 1, enfants="0")
    counted(room)
    assert "8 dossiers, peu dessus" in matrix(room)


def test_what_was_filled_in_is_counted_in_the_night_and_not_before(room: Room) -> None:
    room.adopt(ASKED)
    answered(room, 1, enfants="1")
    with room.agent.at_work() as session:
        assert next_count_at(session) is None


def test_who_retires_a_version_reads_who_still_works_with_it(room: Room) -> None:
    version = room.adopt(ASKED)
    room.begin()
    counted(room)
    page = room.centre.reviewer.browser().get(f"/outils/versions/{version}").get_data(as_text=True)
    shown = page.replace("\u00a0", " ")
    assert "1 plate-forme travaille avec elle. 1 questionnaire y est en cours : il est gardé, et signalé." in shown
