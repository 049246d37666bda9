"""The end of the day: what was forgotten is said, and what nobody agreed to is erased."""

from datetime import timedelta

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import set_to
from clais.due.models import Due
from tenants.desk.actions.evening import ERASE, EVENING, next_evening
from tenants.desk.jobs import erase_names, next_names_at
from tests.support.federation import Federation
from tests.support.work import forget_due
from tests.tenants.agenda.days import a_file
from tests.tenants.desk.test_desk_page import main_of
from tests.tenants.desk.visits import a_receptionist, at, comes, hours, step, stored, visits


def test_names_without_agreement_are_erased_in_the_evening_and_the_visit_stays(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    visit, known = comes(desk), comes(desk, a_file(agent))
    with set_to(at(EVENING.hour) - timedelta(minutes=1)), desk.at_work() as session:
        assert erase_names(session, desk.actor) == 0
    assert "Rachid Zerouali" in main_of(desk)
    with set_to(at(EVENING.hour)), desk.at_work() as session:
        assert erase_names(session, desk.actor) == 1
        assert next_names_at(session) is None
    row = stored(desk, visit)
    assert (row.sealed, row.state) == (None, "waiting")
    assert stored(desk, known).person_id is not None
    page = main_of(desk)
    assert "Zerouali" not in page
    assert "Une personne" in page
    with desk.at_work() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.verb == "visit.erase_names")).one()
    assert told.subject_id == visit.id


def test_who_sent_somebody_without_a_file_is_erased_too(federation: Federation) -> None:
    desk = a_receptionist(federation)
    sent = comes(desk, names={}, manner="partner", sent_by="Madame Lejeune")
    with desk.at_work() as session:
        assert next_names_at(session) == at(EVENING.hour)
    with set_to(at(EVENING.hour)), desk.at_work() as session:
        assert erase_names(session, desk.actor) == 1
    assert (stored(desk, sent).sent_by, stored(desk, sent).manner) == (None, "partner")


def test_typing_a_name_makes_its_erasure_due_that_evening(federation: Federation) -> None:
    desk = a_receptionist(federation)
    forget_due(federation.app)
    comes(desk)
    with desk.at_work() as session:
        due = session.scalars(select(Due).where(Due.job == ERASE, Due.tenant_id == desk.tenant.id)).all()
        assert [row.at for row in due] == [next_evening(session)] == [at(EVENING.hour)]


def test_somebody_without_a_name_leaves_nothing_to_erase(federation: Federation) -> None:
    desk = a_receptionist(federation)
    comes(desk, names={})
    with desk.at_work() as session:
        assert next_evening(session) is None


def test_a_visit_that_nobody_closed_is_asked_about_on_the_next_day_and_never_closed_by_itself(
    federation: Federation,
) -> None:
    desk = a_receptionist(federation)
    with set_to(at(16, 30) - timedelta(days=1)):
        visit = comes(desk)
    page = main_of(desk)
    assert "1 passage d'un jour précédent n'a pas été clos." in page
    desk.browser().post("/guichet/fin", {"visit": visit.id, "outcome": "had_left"}, status=303)
    row = stored(desk, visit)
    assert (row.state, row.reliable) == ("left", False)
    ((kind, minutes),) = hours(desk, visit)
    assert (kind, minutes) == ("waiting", (EVENING.hour - 16) * 60 - 30)
    assert "jour précédent" not in main_of(desk)


def test_all_of_them_are_closed_at_once_and_each_is_taken_back_today(federation: Federation) -> None:
    desk = a_receptionist(federation)
    some = [comes(desk), comes(desk)]
    step(desk, some[1], "receive")
    desk.browser().post("/guichet/fin", {"outcome": "was_received", "reliable": "true"}, status=303)
    assert [(row.state, row.reliable) for row in visits(desk)] == [("done", True)] * 2
    assert "Tous les passages sont clos." in main_of(desk, "/guichet/fin")
    for visit, state in zip(some, ("waiting", "received"), strict=True):
        desk.browser().post(f"/guichet/visites/{visit.id}/retour", status=303)
        assert stored(desk, visit).state == state


def test_what_happened_must_be_said(federation: Federation) -> None:
    desk = a_receptionist(federation)
    visit = comes(desk)
    page = desk.browser().post("/guichet/fin", {"visit": visit.id, "outcome": ""}, status=422).get_data(as_text=True)
    assert "Dites ce qui s&#39;est passé." in page
    assert stored(desk, visit).state == "waiting"
