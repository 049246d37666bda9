"""A visit from the door to the end: its hours, what it tells the agenda, and each step taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from clais.clock import set_to
from clais.identity.models import Membership
from clais.registry.models import Partner
from clais.workflow import Refused, StateChange
from tenants.agenda.models import Appointment
from tenants.desk.actions import arrivals, files, steps
from tenants.desk.models import Visit
from tenants.desk.queries import figures_of, visits_of_today
from tenants.follow_up.models import Contact
from tenants.intake.models import InformationRequest
from tenants.partners.actions import add_partner
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.agenda.days import a_file, an_appointment, reload, state_of
from tests.tenants.desk.visits import NAMES, a_receptionist, asked, at, comes, hours, step, stored, visits


def arrived(member: Member, appointment: Appointment, person: Person) -> Visit:
    """Somebody comes to their appointment."""
    with member.at_work() as session:
        row = session.get_one(Appointment, (member.tenant.id, appointment.id))
        return arrivals.arrive(session, member.actor, row, session.get_one(Person, (member.tenant.id, person.id)))


def there_since(member: Member, appointment: Appointment) -> object:
    with member.at_work() as session:
        return session.get_one(Appointment, (member.tenant.id, appointment.id)).arrived_at


def a_partner(member: Member) -> Partner:
    with member.at_work() as session:
        return add_partner(session, {"name": "Maison de l'emploi de Châtelet", "kind": "forem", "phone": "+3271386000"})


def directed(member: Member, visit: Visit, partner: Partner, reason: str = "service") -> None:
    with member.at_work() as session:
        row = session.get_one(Visit, (member.tenant.id, visit.id))
        here = session.get_one(Partner, (member.tenant.id, partner.id))
        steps.direct(session, member.actor, row, here, reason)


def test_the_hours_of_a_visit_are_those_of_the_clicks(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    with set_to(at(9, 46)):
        visit = comes(desk, theme="training")
    with set_to(at(10, 12)):
        step(desk, visit, "receive", agent.membership.id)
    with set_to(at(10, 20)):
        step(desk, visit, "hold", "paper")
    with set_to(at(10, 27)):
        step(agent, visit, "resume")
    with set_to(at(10, 40)):
        step(agent, visit, "finish")
    assert hours(desk, visit) == [("waiting", 26), ("served", 8), ("on_hold", 7), ("served", 13)]
    assert asked(desk, visit) == [("training", "answered")]
    with desk.at_work() as session, set_to(at(11)):
        figures = figures_of(visits_of_today(session))
    assert (figures.came, figures.waited, figures.left) == (1, 26, 0)


def test_hours_in_doubt_are_counted_in_no_figure(federation: Federation) -> None:
    desk = a_receptionist(federation)
    with set_to(at(9)):
        clear, doubtful = comes(desk), comes(desk)
    with set_to(at(9, 10)):
        step(desk, clear, "receive")
    with set_to(at(9, 12)):
        step(desk, clear, "finish")
        step(desk, doubtful, "receive")
    with set_to(at(17)):
        step(desk, doubtful, "settle", "was_received", at(17), reliable=False)
        with desk.at_work() as session:
            figures = figures_of(visits_of_today(session))
    assert (figures.came, figures.waited, figures.doubtful) == (2, 10, 1)


def test_an_arrival_before_the_hour_shows_in_the_agenda_and_is_no_contact_yet(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    with set_to(at(10, 4)):
        appointment = an_appointment(agent, person, at(10, 30))
        visit = arrived(desk, appointment, person)
        assert there_since(agent, appointment) == at(10, 4)
        assert state_of(agent, appointment) == "planned"
        assert reload(agent, person).last_contact_on is None
        assert "là depuis 10:04" in agent.browser().get("/agenda?view=day").get_data(as_text=True)
    with set_to(at(10, 31)):
        step(desk, visit, "receive")
    assert state_of(agent, appointment) == "came"
    assert stored(desk, visit).agent_id == agent.membership.id
    with agent.at_work() as session:
        assert session.scalars(select(Contact)).one().appointment_id == appointment.id


def test_who_was_received_by_mistake_is_expected_again_and_the_contact_is_gone(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person, at(10))
    visit = arrived(desk, appointment, person)
    step(desk, visit, "receive")
    step(desk, visit, "undo")
    assert (stored(desk, visit).state, state_of(agent, appointment)) == ("waiting", "planned")
    assert [kind for kind, _minutes in hours(desk, visit)] == ["waiting"]
    with agent.at_work() as session:
        assert session.scalars(select(Contact)).all() == []


def test_who_left_is_not_there_any_more_and_may_come_again(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person, at(15))
    visit = arrived(desk, appointment, person)
    step(desk, visit, "leave")
    assert there_since(agent, appointment) is None
    again = arrived(desk, appointment, person)
    assert there_since(agent, appointment) is not None
    with pytest.raises(Refused, match="wrong_state"):
        step(desk, visit, "undo")  # They have come again: they are not here twice.
    assert stored(desk, again).state == "waiting"


def test_two_colleagues_note_one_arrival_once(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person, at(10))
    arrived(desk, appointment, person)
    with pytest.raises(arrivals.AlreadyHere):
        arrived(agent, appointment, person)
    with pytest.raises(arrivals.AlreadyHere):
        comes(agent, person)
    assert len(visits(desk)) == 1


def test_nobody_arrives_for_an_appointment_that_is_over(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person, at(9))
    agent.browser().post(f"/rendez-vous/{appointment.id}/annulation", status=303)
    with pytest.raises(arrivals.NotExpected):
        arrived(agent, appointment, person)


ENDS = {
    "receive": ("receive", "waiting"),
    "hold": ("hold", "waiting"),
    "leave": ("leave", "waiting"),
    "cancel": ("cancel", "waiting"),
    "direct": ("direct", "waiting"),
    "finish": ("finish", "received"),
    "queue": ("queue", "received"),
    "resume": ("resume", "on_hold"),
}
"""Step → the state in which it is taken, and to which its undoing leads."""


@pytest.mark.parametrize("name", ENDS)
def test_each_step_is_taken_back_with_its_hours_and_once(federation: Federation, name: str) -> None:
    desk = a_receptionist(federation)
    visit, before = comes(desk), ENDS[name][1]
    if before != "waiting":
        step(desk, visit, "receive")
    if before == "on_hold":
        step(desk, visit, "hold", "call")
    stretches = hours(desk, visit)
    if name == "direct":
        directed(desk, visit, a_partner(desk))
    else:
        step(desk, visit, name, *(["paper"] if name == "hold" else []))
    step(desk, visit, "undo")
    row = stored(desk, visit)
    assert (row.state, row.sent_to_id, row.sent_reason) == (before, None, None)
    assert hours(desk, visit) == stretches
    assert asked(desk, visit) == [("training", "asked")]
    with pytest.raises(Refused, match="too_late"):
        step(desk, visit, "undo")


def test_a_step_of_yesterday_is_not_taken_back(federation: Federation) -> None:
    desk = a_receptionist(federation)
    with set_to(at(10) - timedelta(days=1)):
        visit = comes(desk)
        step(desk, visit, "leave")
    with pytest.raises(Refused, match="too_late"):
        step(desk, visit, "undo")


def test_one_visit_holds_several_requests_and_keeps_its_place(federation: Federation) -> None:
    desk = a_receptionist(federation)
    with set_to(at(9)):
        first = comes(desk, theme="papers")
    with set_to(at(9, 5)):
        comes(desk)
    with set_to(at(9, 10)), desk.at_work() as session:
        arrivals.ask_more(session, session.get_one(Visit, (desk.tenant.id, first.id)), "housing")
    agent = federation.agent()
    with set_to(at(9, 20)), agent.at_work() as session:
        found = steps.invite_next(session, agent.actor)
        assert found is not None
        assert found.id == first.id
    assert asked(desk, first) == [("papers", "asked"), ("housing", "asked")]


def test_who_is_next_is_invited_by_whoever_is_free_and_nobody_twice(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    colleague = federation.member(federation.platform, "agent", "Luc Delhaye")
    with set_to(at(9)):
        first = comes(desk)
    with set_to(at(9, 1)):
        for_luc = comes(desk, agent_id=colleague.membership.id)
    with agent.at_work() as session:
        invited = steps.invite_next(session, agent.actor)
        assert invited is not None
        assert invited.id == first.id
    with agent.at_work() as session:
        assert steps.invite_next(session, agent.actor) is None
    assert stored(desk, for_luc).state == "waiting"


def test_a_question_without_a_name_is_counted_by_its_theme(federation: Federation) -> None:
    desk = a_receptionist(federation)
    visit = comes(desk, theme="childcare", names={}, manner="phone")
    step(desk, visit, "count")
    with desk.at_work() as session:
        counted = session.scalars(select(InformationRequest)).one()
    assert (counted.topic, counted.channel, counted.answer) == ("childcare", "phone", "informed")
    assert stored(desk, visit).state == "done"


def test_being_directed_elsewhere_has_a_coded_reason_and_a_place(federation: Federation) -> None:
    desk = a_receptionist(federation)
    visit, partner = comes(desk), a_partner(desk)
    with pytest.raises(Refused, match="reason_missing"):
        directed(desk, visit, partner, "")
    directed(desk, visit, partner)
    row = stored(desk, visit)
    assert (row.state, row.sent_to_id, row.sent_reason) == ("directed", partner.id, "service")
    assert asked(desk, visit) == [("training", "directed")]


def test_every_step_says_who_and_why(federation: Federation) -> None:
    desk = a_receptionist(federation)
    visit = comes(desk)
    step(desk, visit, "hold", "outside")
    with desk.at_work() as session:
        change = session.scalars(select(StateChange).where(StateChange.subject_id == visit.id)).one()
    assert (change.transition, change.reason, change.actor_name) == ("hold", "outside", "Julie Skalski")


def test_an_agent_is_told_again(federation: Federation) -> None:
    desk, agent = a_receptionist(federation), federation.agent()
    with set_to(at(9)):
        visit = comes(desk)
    assert stored(desk, visit).told_at is None
    for minute in (5, 15):
        with set_to(at(9, minute)), desk.at_work() as session:
            row = session.get_one(Visit, (desk.tenant.id, visit.id))
            if minute == 5:
                steps.choose_agent(session, row, agent.membership.id)
            else:
                steps.call_again(session, row)
        assert stored(desk, visit).told_at == at(9, minute)


def test_a_file_is_opened_for_who_agrees_and_what_was_typed_goes(federation: Federation) -> None:
    desk = a_receptionist(federation)
    visit = comes(desk)
    facts = {**NAMES, "registration_consent_manner": "spoken"}
    with desk.at_work() as session:
        row = session.get_one(Visit, (desk.tenant.id, visit.id))
        person, _made = files.register(session, desk.actor, row, facts, federation.keyring)
    kept = stored(desk, visit)
    assert (kept.person_id, kept.sealed) == (person.id, None)
    with desk.at_work() as session:
        stored_person = session.get_one(Person, (desk.tenant.id, person.id))
        assert (stored_person.stage, stored_person.referent_id) == ("registered", None)
        assert session.get_one(Membership, (desk.tenant.id, desk.membership.id)).role == "receptionist"
    with pytest.raises(Refused, match="wrong_state"), desk.at_work() as session:
        files.identify(session, session.get_one(Visit, (desk.tenant.id, visit.id)), person)
