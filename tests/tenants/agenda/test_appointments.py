from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.dates import moment_of
from tenants.agenda.actions import TooEarly, come, miss
from tenants.agenda.models import Appointment
from tenants.agenda.rules.hours import next_free
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to, versions_on
from tests.tenants.agenda.days import a_file, an_appointment, form_of, reload, state_of, working_day

YESTERDAY = today() - timedelta(days=1)


def appointments(member: Member) -> list[Appointment]:
    with member.at_work() as session:
        return list(session.scalars(select(Appointment).order_by(Appointment.starts_at)))


def contacts(member: Member) -> list[Contact]:
    with member.at_work() as session:
        return list(session.scalars(select(Contact)))


def test_an_hour_typed_in_brussels_is_stored_in_utc_summer_and_winter(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    summer = next(day for day in (working_day(n) for n in range(400)) if day.month == 7)
    winter = next(day for day in (working_day(n) for n in range(400)) if day.month == 2)
    for day in (summer, winter):
        browser.post(f"/personnes/{person.id}/rendez-vous/nouveau", form_of(agent, day), status=303)
    stored = {a.starts_at.astimezone(UTC).date(): a.starts_at.astimezone(UTC).hour for a in appointments(agent)}
    assert stored == {summer: 8, winter: 9}


def test_the_next_free_half_hour_of_the_office_is_proposed() -> None:
    monday = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    nine_thirty = moment_of(monday.date(), time(10, 30))
    assert next_free([], monday, 45) == nine_thirty
    taken = [(nine_thirty, nine_thirty + timedelta(minutes=45))]
    assert next_free(taken, monday, 45) == moment_of(monday.date(), time(11, 30))
    friday_evening = moment_of(datetime(2026, 12, 24, tzinfo=UTC).date(), time(17))
    assert next_free([], friday_evening, 45) == moment_of(datetime(2026, 12, 28, tzinfo=UTC).date(), time(8, 30))


def test_a_blank_form_proposes_my_agenda_at_a_free_hour(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    page = agent.browser().get(f"/personnes/{person.id}/rendez-vous/nouveau").get_data(as_text=True)
    assert f'value="{agent.membership.id}" selected' in page
    assert 'name="hour"' in page
    day = page.split('name="day"')[1].split('value="')[1].split('"')[0]
    assert datetime.strptime(day, "%d/%m/%Y").replace(tzinfo=UTC).date() >= today()


@pytest.mark.parametrize("days", [range(5, 6), range(6, 7)])
def test_a_weekend_is_warned_of_and_allowed(federation: Federation, days: range) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    monday = today() + timedelta(days=14 - today().weekday())
    form = form_of(agent, monday + timedelta(days=days[0]))
    _warned_then_saved(agent, person, form)
    assert len(appointments(agent)) == 1
    assert browser.get("/agenda").status_code == 200


def test_christmas_is_warned_of(federation: Federation) -> None:
    agent = federation.agent()
    christmas = today().replace(month=12, day=25)
    if christmas <= today():
        christmas = christmas.replace(year=christmas.year + 1)
    page = _warned_then_saved(agent, a_file(agent), form_of(agent, christmas))
    assert "Noël" in page


def test_my_own_overlap_and_that_of_the_person_are_warned_of_not_blocked(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    person, other, day = a_file(agent), a_file(agent, "Benali", "Karim"), working_day()
    an_appointment(agent, other, moment_of(day, time(9, 30)))
    an_appointment(colleague, person, moment_of(day, time(10, 15)))
    page = _warned_then_saved(agent, person, form_of(agent, day))
    assert "Karim Benali" in page
    assert "Luc Delhaye" in page
    assert len(appointments(agent)) == 3


def test_appointments_that_only_touch_do_not_overlap(federation: Federation) -> None:
    agent = federation.agent()
    person, day = a_file(agent), working_day()
    an_appointment(agent, a_file(agent, "Benali"), moment_of(day, time(9, 15)))
    an_appointment(agent, a_file(agent, "Rossi"), moment_of(day, time(10, 45)))
    agent.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form_of(agent, day), status=303)
    assert len(appointments(agent)) == 3


def test_what_was_agreed_to_for_one_hour_is_asked_again_for_another(federation: Federation) -> None:
    agent = federation.agent()
    person, browser, day = a_file(agent), agent.browser(), working_day()
    an_appointment(agent, a_file(agent, "Benali"), moment_of(day, time(9)), minutes=180)
    address = f"/personnes/{person.id}/rendez-vous/nouveau"
    page = browser.post(address, form_of(agent, day), status=422).get_data(as_text=True)
    browser.post(address, form_of(agent, day, "11:00", accepted=_accepted(page)), status=422)
    assert len(appointments(agent)) == 1


def _accepted(page: str) -> str:
    return page.split('name="accepted"')[1].split('value="')[1].split('"', maxsplit=1)[0]


def _warned_then_saved(agent: Member, person: Person, form: dict[str, str]) -> str:
    """The page that warns; the same form sent again from it is saved."""
    address, before = f"/personnes/{person.id}/rendez-vous/nouveau", len(appointments(agent))
    browser = agent.browser()
    page = browser.post(address, form, status=422).get_data(as_text=True)
    assert 'id="warnings"' in page
    assert len(appointments(agent)) == before
    browser.post(address, form | {"accepted": _accepted(page)}, status=303)
    assert len(appointments(agent)) == before + 1
    return page


def test_coming_counts_as_a_contact_and_undoing_takes_it_back(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    appointment = an_appointment(agent, person)
    browser.post(f"/rendez-vous/{appointment.id}/presence", {"back": "day"}, status=303)
    assert state_of(agent, appointment) == "came"
    assert reload(agent, person).last_contact_on == today()
    assert [(c.outcome, c.minutes) for c in contacts(agent)] == [("reached", 45)]
    browser.post(f"/rendez-vous/{appointment.id}/retour", status=303)
    assert state_of(agent, appointment) == "planned"
    assert reload(agent, person).last_contact_on is None
    assert contacts(agent) == []


def test_an_absence_is_an_attempt_and_moves_no_last_contact(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person)
    agent.browser().post(f"/rendez-vous/{appointment.id}/absence", status=303)
    assert state_of(agent, appointment) == "absent"
    assert reload(agent, person).last_contact_on is None
    assert [c.outcome for c in contacts(agent)] == ["absent"]


def test_undo_goes_back_to_what_it_was_confirmed_or_not(federation: Federation) -> None:
    agent = federation.agent()
    browser, appointment = agent.browser(), an_appointment(agent, a_file(agent))
    for step, state in (
        ("confirmation", "confirmed"),
        ("absence", "absent"),
        ("retour", "confirmed"),
        ("annulation", "cancelled"),
        ("retour", "confirmed"),
        ("retour", "planned"),
        ("annulation", "cancelled"),
        ("retour", "planned"),
    ):
        browser.post(f"/rendez-vous/{appointment.id}/{step}", status=303)
        assert state_of(agent, appointment) == state, step


def test_a_second_click_changes_nothing_and_shows_where_it_stands(federation: Federation) -> None:
    agent = federation.agent()
    browser, appointment = agent.browser(), an_appointment(agent, a_file(agent))
    for _ in range(3):
        browser.post(f"/rendez-vous/{appointment.id}/presence", status=303)
    assert len(contacts(agent)) == 1
    answer = browser.post(
        f"/rendez-vous/{appointment.id}/absence",
        status=200,
        headers={"HX-Request": "true", "HX-Target": f"li#appointment-{appointment.id}"},
    )
    assert 'class="came' in answer.get_data(as_text=True)
    assert state_of(agent, appointment) == "came"


def test_nobody_came_or_was_absent_before_the_day(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    appointment = an_appointment(agent, person, moment_of(working_day(), time(9)))
    for step in (come, miss):
        with agent.at_work() as session, pytest.raises(TooEarly):
            step(session, session.get_one(Appointment, (agent.tenant.id, appointment.id)), person, agent.actor)
    agent.browser().post(f"/rendez-vous/{appointment.id}/presence", status=303)
    assert state_of(agent, appointment) == "planned"


def test_moving_asks_for_a_new_confirmation_and_correcting_the_place_does_not(federation: Federation) -> None:
    agent = federation.agent()
    browser, day = agent.browser(), working_day()
    appointment = an_appointment(agent, a_file(agent), moment_of(day, time(10)))
    address = f"/rendez-vous/{appointment.id}/modification"
    browser.post(f"/rendez-vous/{appointment.id}/confirmation")
    browser.post(address, form_of(agent, day, place="Bureau 2", _version="2"), status=303)
    assert state_of(agent, appointment) == "confirmed"
    browser.post(address, form_of(agent, day, "11:30", place="Bureau 2", _version="3"), status=303)
    assert state_of(agent, appointment) == "planned"
    assert appointments(agent)[0].starts_at == moment_of(day, time(11, 30))


def test_a_stale_move_shows_both_versions(federation: Federation) -> None:
    agent = federation.agent()
    browser, day = agent.browser(), working_day()
    appointment = an_appointment(agent, a_file(agent), moment_of(day, time(10)))
    address = f"/rendez-vous/{appointment.id}/modification"
    browser.post(address, form_of(agent, day, "11:00", _version="1"), status=303)
    late = form_of(agent, day, "15:00", note="Apporter le CV", _version="1")
    yours, theirs = versions_on(browser.post(address, late, status=409))
    assert all(said in yours for said in ("15:00", "Apporter le CV"))
    assert "11:00" in theirs
    assert appointments(agent)[0].starts_at == moment_of(day, time(11))


def test_an_appointment_that_is_over_is_not_moved(federation: Federation) -> None:
    agent = federation.agent()
    browser, appointment = agent.browser(), an_appointment(agent, a_file(agent))
    browser.post(f"/rendez-vous/{appointment.id}/presence")
    browser.get(f"/rendez-vous/{appointment.id}/modification", status=303)
    assert state_of(agent, appointment) == "came"


def test_a_report_keeps_the_appointment_and_stands_on_the_thread(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    appointment = an_appointment(agent, person, moment_of(YESTERDAY, time(9)))
    address = f"/rendez-vous/{appointment.id}/compte-rendu"
    blank = version_sent_to("/compte-rendu", browser.get(address).get_data(as_text=True))
    first = {"summary": "Accepte la visite.", "minutes": "50", "_version": blank}
    browser.post(address, first, status=303)
    assert state_of(agent, appointment) == "came"
    assert [(c.summary, c.minutes, c.happened_on) for c in contacts(agent)] == [("Accepte la visite.", 50, YESTERDAY)]
    read = version_sent_to("/compte-rendu", browser.get(address).get_data(as_text=True))
    browser.post(address, {"summary": "Accepte, puis hésite.", "_version": read}, status=303)
    assert len(contacts(agent)) == 1
    assert "Accepte, puis hésite." in browser.get(f"/personnes/{person.id}/fil").get_data(as_text=True)


def test_two_who_report_one_interview_see_both_versions_and_no_word_is_overwritten(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent", "Luc Delhaye")
    appointment = an_appointment(agent, a_file(agent))
    address = f"/rendez-vous/{appointment.id}/compte-rendu"
    browser = agent.browser()
    blank = version_sent_to("/compte-rendu", browser.get(address).get_data(as_text=True))
    first = {"summary": "Accepte la visite.", "minutes": "50", "_version": blank}
    colleague.browser().post(address, first, status=303)
    late = {"summary": "Hésite encore.", "minutes": "30", "_version": blank}
    yours, theirs = versions_on(browser.post(address, late, status=409))
    assert all(said in yours for said in ("Hésite encore.", "30"))
    assert all(said in theirs for said in ("Accepte la visite.", "50", "Luc Delhaye"))
    assert [contact.summary for contact in contacts(agent)] == ["Accepte la visite."]


def test_a_report_that_is_being_written_while_the_reception_says_that_the_person_came_is_saved(
    federation: Federation,
) -> None:
    agent, reception = federation.agent(), federation.member(federation.platform, "receptionist")
    appointment = an_appointment(agent, a_file(agent))
    address = f"/rendez-vous/{appointment.id}/compte-rendu"
    browser = agent.browser()
    blank = version_sent_to("/compte-rendu", browser.get(address).get_data(as_text=True))
    reception.browser().post(f"/rendez-vous/{appointment.id}/presence", status=303)
    browser.post(address, {"summary": "Accepte la visite.", "_version": blank}, status=303)
    assert [contact.summary for contact in contacts(agent)] == ["Accepte la visite."]


def test_a_report_or_a_move_of_what_is_over_gives_the_words_back_and_says_where_it_stands(
    federation: Federation,
) -> None:
    agent = federation.agent()
    appointment = an_appointment(agent, a_file(agent))
    browser = agent.browser()
    browser.post(f"/rendez-vous/{appointment.id}/presence", status=303)
    report = f"/rendez-vous/{appointment.id}/compte-rendu"
    read = version_sent_to("/compte-rendu", browser.get(report).get_data(as_text=True))
    browser.post(f"/rendez-vous/{appointment.id}/retour", status=303)
    yours, now = versions_on(browser.post(report, {"summary": "Accepte la visite.", "_version": read}, status=409))
    assert "Accepte la visite." in yours
    assert all(said in now for said in ("À confirmer", "Nadia Lambert"))
    browser.post(f"/rendez-vous/{appointment.id}/annulation", status=303)
    move = form_of(agent, working_day(), note="Apporter le CV", _version="1")
    yours, now = versions_on(browser.post(f"/rendez-vous/{appointment.id}/modification", move, status=409))
    assert "Apporter le CV" in yours
    assert "Annulé" in now


def test_the_reception_sees_the_appointment_and_not_what_was_said(federation: Federation) -> None:
    agent = federation.agent()
    appointment = an_appointment(agent, a_file(agent))
    form = {"summary": "Parle de ses dettes.", "_version": "none"}
    agent.browser().post(f"/rendez-vous/{appointment.id}/compte-rendu", form, status=303)
    reception = federation.member(federation.platform, "receptionist").browser()
    assert "Parle de ses dettes" not in reception.get(f"/rendez-vous/{appointment.id}").get_data(as_text=True)
    reception.get(f"/rendez-vous/{appointment.id}/compte-rendu", status=403)


def test_the_reception_makes_appointments_for_agents_and_not_for_itself(federation: Federation) -> None:
    agent, reception = federation.agent(), federation.member(federation.platform, "receptionist")
    person, day = a_file(agent), working_day()
    form = form_of(agent, day, person_id=str(person.id), back="day")
    reception.browser().post("/rendez-vous/nouveau", form, status=303)
    reception.browser().post("/rendez-vous/nouveau", form_of(reception, day, person_id=str(person.id)), status=422)
    assert [a.agent_id for a in appointments(agent)] == [agent.membership.id]


def test_an_appointment_sent_twice_is_one(federation: Federation) -> None:
    agent = federation.agent()
    person, browser = a_file(agent), agent.browser()
    form = form_of(agent, working_day(), _submission=str(uuid4()))
    for _ in range(2):
        browser.post(f"/personnes/{person.id}/rendez-vous/nouveau", form, status=303)
    assert len(appointments(agent)) == 1


@pytest.mark.parametrize(
    "wrong", [{"hour": "03:00"}, {"hour": "midi"}, {"day": "31/02/2027"}, {"minutes": "1000"}, {"purpose": ""}]
)
def test_what_cannot_be_is_refused_beside_the_field(federation: Federation, wrong: dict[str, str]) -> None:
    agent = federation.agent()
    person = a_file(agent)
    form = form_of(agent, working_day()) | wrong
    page = agent.browser().post(f"/personnes/{person.id}/rendez-vous/nouveau", form, status=422).get_data(as_text=True)
    assert 'class="errors"' in page
    assert appointments(agent) == []


def test_people_and_agents_of_another_platform_cannot_be_put_in_an_agenda(federation: Federation) -> None:
    agent, stranger = federation.agent(), federation.other_agent()
    foreign = a_file(stranger)
    browser, day = agent.browser(), working_day()
    browser.post("/rendez-vous/nouveau", form_of(agent, day, person_id=str(foreign.id)), status=422)
    browser.post(f"/personnes/{a_file(agent).id}/rendez-vous/nouveau", form_of(stranger, day), status=422)
    assert "Marchetti" not in agent.browser().post("/agenda/personnes", {"q": "zz"}).get_data(as_text=True)
    assert str(foreign.id) not in browser.post("/agenda/personnes", {"q": "marchetti"}).get_data(as_text=True)
    assert appointments(agent) == []


def test_another_platforms_ids_answer_like_ids_that_do_not_exist(federation: Federation) -> None:
    stranger = federation.other_agent()
    person = a_file(stranger)
    appointment = an_appointment(stranger, person)
    browser = federation.member(federation.platform, "coordinator").browser()
    for found, unknown in ((person.id, uuid4()), (appointment.id, uuid4())):
        for key in (found, unknown):
            for page in ("notes", "fil", "contacts/nouveau", "rendez-vous/nouveau"):
                browser.get(f"/personnes/{key}/{page}", status=404)
            for page in ("", "/modification", "/compte-rendu"):
                browser.get(f"/rendez-vous/{key}{page}", status=404)
            for step in ("confirmation", "presence", "absence", "annulation", "retour"):
                browser.post(f"/rendez-vous/{key}/{step}", status=404)
            browser.get(f"/notes/{key}/modification", status=404)
            browser.post(f"/contacts/{key}/retrait", status=404)
            browser.post(f"/personnes/{key}/notes", {"note-text": "x"}, status=404)
            browser.post(f"/personnes/{key}/notes/recherche", {"q": "x"}, status=404)
    browser.get(f"/agenda?agent={stranger.membership.id}", status=404)
    assert state_of(stranger, appointment) == "planned"


def test_every_step_is_on_record(federation: Federation) -> None:
    agent = federation.agent()
    browser, appointment = agent.browser(), an_appointment(agent, a_file(agent))
    for step in ("confirmation", "presence", "retour", "annulation"):
        browser.post(f"/rendez-vous/{appointment.id}/{step}")
    with agent.at_work() as session:
        verbs = set(session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_id == appointment.id)))
    assert verbs == {f"appointment.{verb}" for verb in ("make", "confirm", "come", "undo", "cancel")}
