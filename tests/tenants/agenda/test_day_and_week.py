from datetime import time, timedelta
from typing import Any

from babel import Locale
from sqlalchemy import Engine, update

from clais.clock import today
from clais.database import Scope, unit_of_work
from clais.dates import moment_of, monday_of, written_day
from clais.feature import Feature
from clais.feature.day import DaySource, Waiting, Words
from clais.messaging.models import Notification
from clais.registry.models import Tenant
from tenants.follow_up.actions import note_contact
from tenants.orientation.models import ActionPlan, PlanObjective, PlanStep
from tenants.people.models import Person
from tests.support.composition import composed_with
from tests.support.federation import Federation, Member
from tests.support.statements import statements
from tests.tenants.agenda.days import a_file, an_appointment, working_day

BUDGET = 22
"""Beside the session: the rail, one statement a source of the day (training: two), what is put off, what comes next."""


def a_plan(member: Member, person: Person, review_in: int = 60, steps_due: tuple[int, ...] = ()) -> None:
    """An open plan, to be reviewed in some days, with steps due in some days (negative: overdue)."""
    with member.at_work() as session:
        plan = ActionPlan(person_id=person.id, goal="Aide-ménagère", review_on=today() + timedelta(days=review_in))
        session.add(plan)
        session.flush()
        objective = PlanObjective(action_plan_id=plan.id, rank=1, text="Français")
        session.add(objective)
        session.flush()
        session.add_all(
            PlanStep(
                objective_id=objective.id,
                person_id=person.id,
                text=f"Étape à {days}",
                who="person",
                due_on=today() + timedelta(days=days),
            )
            for days in steps_due
        )


def day_of(member: Member) -> str:
    return member.browser().get("/ma-journee").get_data(as_text=True)


def part(page: str, name: str) -> str:
    """One sheet of the page."""
    return page.split(f'id="{name}"')[1].split("</section>", maxsplit=1)[0]


def rows(page: str, name: str) -> str:
    """The rows of one list of the day; nothing when it has none."""
    found = page.partition(f'id="{name}-items"')[2]
    return found.partition("</ul>")[0]


def old(days: int) -> dict[str, Any]:
    return {"stage_since": today() - timedelta(days=days)}


def test_an_empty_day_says_what_will_come_and_what_to_do(federation: Federation) -> None:
    page = day_of(federation.agent())
    assert page.count('class="empty"') == 2
    assert "Nadia" in page


def test_overdue_steps_are_one_row_a_person_with_one_act(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    a_plan(agent, person, steps_due=(-5, -2, 3))
    waiting = rows(day_of(agent), "today")
    assert waiting.count("<li") == 1
    assert "Étape à -5" in waiting
    assert "Étape à 3" not in waiting
    assert waiting.count('<a class="btn') == 1


def test_a_plan_to_review_comes_a_week_ahead_and_not_before(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent, "Soon"), review_in=6)
    a_plan(agent, a_file(agent, "Later"), review_in=20)
    page = day_of(agent)
    assert "Soon" in rows(page, "week")
    assert "Soon" not in rows(page, "today")
    assert "Later" not in page


def test_what_is_late_stands_before_what_is_of_today(federation: Federation) -> None:
    agent = federation.agent()
    a_plan(agent, a_file(agent, "Today"), review_in=0)
    a_plan(agent, a_file(agent, "Late"), steps_due=(-1,))
    waiting = part(day_of(agent), "waiting")
    assert waiting.index("Late") < waiting.index("Today")


def test_another_agents_files_are_not_on_my_day(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent")
    person = a_file(colleague, "Marchetti", "Sofia", **old(90))
    a_plan(colleague, person, review_in=0, steps_due=(-3,))
    an_appointment(colleague, person)
    assert "Marchetti" not in day_of(agent)
    assert "Marchetti" in day_of(colleague)


def test_a_past_appointment_asks_whether_the_person_came(federation: Federation) -> None:
    agent = federation.agent()
    appointment = an_appointment(agent, a_file(agent), moment_of(today() - timedelta(days=3), time(9)))
    assert f"/rendez-vous/{appointment.id}" in part(day_of(agent), "waiting")
    agent.browser().post(f"/rendez-vous/{appointment.id}/absence")
    assert f"/rendez-vous/{appointment.id}" not in part(day_of(agent), "waiting")


def test_files_without_referent_come_to_the_coordinator_only(federation: Federation) -> None:
    agent, coordinator = federation.agent(), federation.member(federation.platform, "coordinator")
    a_file(agent, "Orpheline", "Lina", referent_id=None)
    assert "Orpheline" in part(day_of(coordinator), "waiting")
    assert "Orpheline" not in day_of(agent)


def test_an_unread_notification_is_one_row_and_one_click_reads_it(federation: Federation) -> None:
    agent, colleague = federation.agent(), federation.member(federation.platform, "agent")
    with agent.at_work() as session:
        line = Notification(
            membership_id=agent.membership.id,
            dedupe_key="x",
            kind="moved",
            subject_type="somewhere",
            subject_id=agent.tenant.id,
            text="Place obtenue",
        )
        session.add(line)
    assert "Place obtenue" in rows(day_of(agent), "news")
    assert "Place obtenue" not in day_of(colleague)
    agent.browser().post(f"/notifications/{line.id}/lecture", status=303)
    assert "Place obtenue" not in day_of(agent)


def test_a_source_that_tells_a_subject_better_silences_its_notifications(federation: Federation) -> None:
    agent = federation.agent()
    with agent.at_work() as session:
        session.add(
            Notification(
                membership_id=agent.membership.id,
                dedupe_key="x",
                kind="moved",
                subject_type="announced",
                subject_id=agent.tenant.id,
                text="Dit par la notification",
            )
        )
    said = Words("Dit par la source", "Répondre", "/", "en retard", "late")
    row = Waiting(0, "Karim Benali", lambda: said, subject="1")
    source = DaySource("a test", "referral.read", lambda _session, _actor: [row], frozenset({"announced"}))
    with composed_with(federation.app, Feature(name="test", package="tests.support", day=(source,))):
        page = day_of(agent)
    assert "Dit par la source" in page
    assert "Dit par la notification" not in page


def test_files_without_contact_come_after_thirty_days_the_longest_first(federation: Federation) -> None:
    agent = federation.agent()
    for name, days in (("Trente", 30), ("Quarante", 40), ("Vingt", 29)):
        a_file(agent, name, last_contact_on=today() - timedelta(days=days))
    a_file(agent, "Jamais", **old(35))
    silent = rows(day_of(agent), "silent")
    assert "Vingt" not in silent
    assert silent.index("Quarante") < silent.index("Jamais") < silent.index("Trente")
    assert silent.count("contacts/nouveau") == 3


def test_the_thirty_days_are_a_setting_of_the_platform(federation: Federation) -> None:
    agent = federation.agent()
    a_file(agent, "Trente", last_contact_on=today() - timedelta(days=30))
    with unit_of_work(federation.engine, Scope(administers=True)) as session:
        session.execute(
            update(Tenant).where(Tenant.id == agent.tenant.id).values(settings={"days_without_contact": 45})
        )
    assert "Trente" not in day_of(agent)


def test_a_contact_takes_the_file_off_the_list_and_an_attempt_is_said(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent, last_contact_on=today() - timedelta(days=50))
    for outcome, listed in (("no_answer", True), ("reached", False)):
        with agent.at_work() as session:
            note_contact(session, person, agent.actor, channel="phone", outcome=outcome, happened_on=today())
        assert ("Marchetti" in rows(day_of(agent), "silent")) is listed


def test_a_missed_appointment_is_said_in_the_row(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent, **old(60))
    appointment = an_appointment(agent, person, moment_of(today() - timedelta(days=41), time(11)))
    agent.browser().post(f"/rendez-vous/{appointment.id}/absence")
    assert "Absent·e au rendez-vous" in rows(day_of(agent), "silent")


def test_closed_files_are_at_rest(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent, **old(90))
    a_plan(agent, person, review_in=0, steps_due=(-3,))
    with agent.at_work() as session:
        session.execute(update(Person).where(Person.id == person.id).values(stage="closed"))
    assert "Marchetti" not in day_of(agent)


def test_all_the_files_without_contact_come_page_by_page(federation: Federation) -> None:
    agent = federation.agent()
    for number in range(33):
        a_file(agent, f"Silence{number:02}", **old(100 - number))
    browser = agent.browser()
    assert "/sans-contact" in browser.get("/ma-journee").get_data(as_text=True)
    first = browser.get("/sans-contact").get_data(as_text=True)
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(following).get_data(as_text=True)
    shown = [f"Silence{number:02}" for number in range(33)]
    assert [name for name in shown if name in first] == shown[:30]
    assert [name for name in shown if name in second] == shown[30:]
    browser.get("/sans-contact?after=forged", status=400)


def test_the_reception_sees_everyones_appointments_and_who_waits(federation: Federation) -> None:
    agent, reception = federation.agent(), federation.member(federation.platform, "receptionist", "Julie Ska")
    an_appointment(agent, a_file(agent, "Attendue", "Alice"))
    waiting = a_file(agent, "Nouvelle", "Zoé", referent_id=None)
    served = a_file(agent, "Servie", "Lina", referent_id=None)
    an_appointment(agent, served, moment_of(working_day(), time(9)))
    page = day_of(reception)
    assert "Attendue" in part(page, "appointments")
    assert "Nouvelle" in part(page, "waiting")
    assert "Servie" not in part(page, "waiting")
    assert f"/personnes/{waiting.id}/rendez-vous/nouveau" in page
    assert "Sans contact" not in page
    assert f'href="/{agent.tenant.slug}/personnes/{waiting.id}"' not in page


def test_the_week_shows_mine_and_a_coordinator_sees_a_colleague_and_the_team(federation: Federation) -> None:
    agent, coordinator = federation.agent(), federation.member(federation.platform, "coordinator", "Paul Henin")
    monday = monday_of(working_day())
    an_appointment(agent, a_file(agent, "Marchetti"), moment_of(monday + timedelta(days=1), time(9)))
    an_appointment(coordinator, a_file(agent, "Benali"), moment_of(monday + timedelta(days=5), time(9)))
    browser = coordinator.browser()
    own = browser.get(f"/agenda?day={monday}").get_data(as_text=True)
    assert "Benali" in own
    assert "Marchetti" not in own
    colleague = browser.get(f"/agenda?day={monday}&agent={agent.membership.id}").get_data(as_text=True)
    assert "Marchetti" in colleague
    assert "Benali" not in colleague
    team = browser.get(f"/agenda?day={monday}&agent=all").get_data(as_text=True)
    assert "Marchetti" in team
    assert "Benali" in team
    assert 'class="week six"' in team
    saturday, friday = (written_day(monday + timedelta(days=days), "long", Locale("fr")) for days in (5, 4))
    assert f"au {saturday}" in team
    assert f"au {friday}" in colleague
    assert 'class="week"' in colleague


def test_the_day_view_offers_the_acts_and_an_agenda_of_nonsense_is_refused(federation: Federation) -> None:
    agent = federation.agent()
    appointment = an_appointment(agent, a_file(agent))
    browser = agent.browser()
    assert f"/rendez-vous/{appointment.id}/" in browser.get("/agenda?view=day").get_data(as_text=True)
    for nonsense in ("day=demain", "view=year", "surprise=1"):
        browser.get(f"/agenda?{nonsense}", status=400)
    browser.get("/agenda?agent=nobody", status=404)


def test_a_code_of_another_version_is_shown_as_text_and_never_as_markup(federation: Federation) -> None:
    agent = federation.agent()
    an_appointment(agent, a_file(agent), purpose="<b>inconnu</b>")
    for page in ("/agenda", "/agenda?view=day", "/ma-journee"):
        text = agent.browser().get(page).get_data(as_text=True)
        assert "&lt;b&gt;inconnu" in text
        assert "<b>inconnu" not in text


def test_the_file_shows_the_next_appointment_with_its_acts(federation: Federation) -> None:
    agent = federation.agent()
    person = a_file(agent)
    browser = agent.browser()
    assert f"/personnes/{person.id}/rendez-vous/nouveau" in part(
        browser.get(f"/personnes/{person.id}").get_data(as_text=True), "next"
    )
    appointment = an_appointment(agent, person, moment_of(working_day(), time(9)))
    section = part(browser.get(f"/personnes/{person.id}").get_data(as_text=True), "next")
    assert f"/rendez-vous/{appointment.id}/confirmation" in section


def test_a_full_day_and_a_full_week_keep_their_budget_of_statements(federation: Federation, engine: Engine) -> None:
    agent = federation.agent()
    counted = {}
    for size in (1, 6):
        for number in range(size):
            person = a_file(agent, f"N{size}{number}", **old(60))
            a_plan(agent, person, review_in=0, steps_due=(-3,))
            an_appointment(agent, person, moment_of(today(), time(9 + number)))
            an_appointment(agent, person, moment_of(today() - timedelta(days=2), time(9 + number)))
        browser = agent.browser()
        for page in ("/ma-journee", "/agenda", "/agenda?view=day"):
            browser.get(page)
            with statements(engine) as seen:
                browser.get(page)
            counted[page, size] = len(seen)
            assert len(seen) <= BUDGET, "\n".join(seen)
    for page in ("/ma-journee", "/agenda", "/agenda?view=day"):
        assert counted[page, 1] == counted[page, 6], counted
