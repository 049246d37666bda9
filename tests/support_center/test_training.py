"""Courses, sessions and seats of the centre: the last seat has one winner, who comes after waits, nobody is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from sqlalchemy import select

from clais import clock
from clais.clock import now, set_to, today
from clais.database import open_engine, unit_of_work
from clais.dates import moment_of
from clais.exchange.training.models import Certificate, CourseRun, CourseSeat, Registration
from clais.exchange.training.rules.half_days import HalfDay
from clais.exchange.training.workflow import COURSE, COURSE_SEAT, REGISTRATION, RUN
from clais.messaging.models import OutboxMessage
from clais.workflow import Refused, Workflow
from support_center.training import jobs
from support_center.training.actions import certificates, presence, runs, seats
from support_center.training.queries import lacks_people, seats_of
from tenants.training import actions as platform_actions
from tests.support.federation import Federation, Member
from tests.support.rail import waiting
from tests.support.training import School, a_school, asked, registered, seat_of, yesterday

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


def coordinator_of(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def mails_of(member: Member) -> list[OutboxMessage]:
    with member.at_work() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def taken(school: School, run: CourseRun) -> int:
    with school.trainer.at_work() as session:
        return session.get_one(CourseRun, (run.tenant_id, run.id)).seats_taken


def test_the_registration_past_the_last_seat_waits_and_moves_up_when_a_seat_is_free(school: School) -> None:
    coordinator = coordinator_of(school.federation)
    agents = [school.federation.agent() for _ in range(3)]
    run = school.run(today() + AHEAD, seats=2)
    made = registered(coordinator, run, *agents)
    school.give_seats()
    assert [seat.state for one in made if (seat := seat_of(coordinator, one.id))] == ["seated", "seated", "waiting"]
    assert taken(school, run) == 2
    with coordinator.at_work() as session:
        first = session.get_one(Registration, (coordinator.tenant.id, made[0].id))
        platform_actions.cancel(session, coordinator.actor, first, "Congé")
    school.give_seats()
    assert [seat.state for one in made if (seat := seat_of(coordinator, one.id))] == ["released", "seated", "seated"]
    assert taken(school, run) == 2


def test_two_workers_at_once_never_seat_one_more_than_there_are_seats(school: School) -> None:
    coordinator = coordinator_of(school.federation)
    run = school.run(today() + AHEAD, seats=1)
    registered(coordinator, run, *[school.federation.agent() for _ in range(4)])
    workers = 4
    engine, start = open_engine(school.federation.engine.url, pool_size=workers), Barrier(workers)

    def work(_turn: int) -> int:
        with unit_of_work(engine, school.trainer.scope, school.trainer.actor) as session:
            start.wait()
            return seats.give_seats(session, school.trainer.actor)

    try:
        with ThreadPoolExecutor(workers) as pool:
            assert sum(pool.map(work, range(workers))) == workers
    finally:
        engine.dispose()
    with school.trainer.at_work() as session:
        states = sorted(session.scalars(select(CourseSeat.state).where(CourseSeat.course_run_id == run.id)))
    assert states == ["seated", "waiting", "waiting", "waiting"]
    assert taken(school, run) == 1


def test_the_convocation_brings_a_calendar_and_is_sent_once(school: School) -> None:
    agent = school.federation.agent()
    run = school.run(today() + AHEAD)
    registered(coordinator_of(school.federation), run, agent)
    school.give_seats()
    school.give_seats()
    (mail,) = mails_of(school.trainer)
    assert mail.recipient == agent.email
    assert mail.calendar is not None
    assert mail.calendar.count("BEGIN:VEVENT") == 1
    assert f"DTSTART:{run.starts_on:%Y%m%d}T" in mail.calendar
    assert "Charleroi\\, salle 12" in mail.calendar


def test_who_has_a_seat_hears_of_other_days_of_the_day_before_and_of_the_end(school: School) -> None:
    coordinator, agent = coordinator_of(school.federation), school.federation.agent()
    run = school.run(today() + AHEAD)
    registered(coordinator, run, agent)
    school.give_seats()
    facts = {
        "half_days": [HalfDay(today() + timedelta(days=2), "am")], "closes_on": today(), "place": run.place,
        "link": None, "note": None, "seats": 2, "minimum": 1,
    }  # fmt: skip
    with school.trainer.at_work() as session:
        runs.edit_run(session, session.get_one(CourseRun, (run.tenant_id, run.id)), school.course, facts)
    for _twice in range(2):
        with school.trainer.at_work() as session:
            jobs.remind_of_sessions(session, school.trainer.actor)
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        runs.cancel_run(session, school.trainer.actor, found, school.course, "La formatrice est malade.")
    subjects = [mail.subject.partition(":")[0] for mail in mails_of(school.trainer)]
    assert subjects == ["You have a seat", "Changed", "Soon", "Cancelled"]
    cancelled = mails_of(school.trainer)[-1]
    assert "METHOD:CANCEL" in (cancelled.calendar or "")
    assert "La formatrice est malade." in cancelled.body
    assert taken(school, run) == 0


def test_fewer_seats_than_are_held_are_refused(school: School) -> None:
    run = school.run(today() + AHEAD, seats=2)
    registered(coordinator_of(school.federation), run, school.federation.agent(), school.federation.agent())
    school.give_seats()
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        facts = {"half_days": [HalfDay(found.starts_on, "am")], "seats": 1}
        with pytest.raises(Refused, match="seats_taken"):
            runs.edit_run(session, found, school.course, facts)


def test_a_session_that_begins_soon_without_its_minimum_is_flagged(school: School) -> None:
    near, far = school.run(today() + timedelta(days=5), minimum=2), school.run(today() + AHEAD, minimum=2)
    assert lacks_people(near)
    assert not lacks_people(far)
    page = school.trainer.browser().get("/formation-des-agents").get_data(as_text=True)
    assert "0 personne sur les 2 qu'il faut" in page.replace("&#39;", "'")


def test_nobody_is_there_before_a_half_day_has_begun(school: School) -> None:
    run = school.run(today() + AHEAD)
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        with pytest.raises(Refused, match="not_begun"):
            presence.mark_presence(session, found, HalfDay(found.starts_on, "am"), {})


def test_who_was_there_enough_is_given_a_certificate_when_the_session_is_closed(school: School) -> None:
    coordinator, here, away = coordinator_of(school.federation), school.federation.agent(), school.federation.agent()
    run = school.run(yesterday(), closes_on=today())
    registered(coordinator, run, here, away)
    with clock.set_to(now() - timedelta(days=2)):
        school.give_seats()
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        first, second = seats_of(session, [run.id], "seated")
        presence.mark_presence(session, found, HalfDay(run.starts_on, "am"), {first.id: True, second.id: True})
        with pytest.raises(Refused, match="unsaid"):
            presence.close_run(session, school.trainer.actor, found, school.course)
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        presence.mark_presence(session, found, HalfDay(run.starts_on, "pm"), {first.id: True, second.id: False})
        outcome = presence.close_run(session, school.trainer.actor, found, school.course)
    assert (outcome.attended, outcome.absent, len(outcome.certificates)) == (1, 1, 1)
    (given,) = outcome.certificates
    assert given.membership_id == here.membership.id
    assert given.valid_from == run.ends_on
    with coordinator.at_work() as session:
        assert session.scalars(select(Certificate.number)).one() == given.number


def test_periods_of_one_agent_in_one_course_never_overlap(school: School) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator_of(school.federation), school.run(today() + AHEAD), agent)
    course, actor = school.course, school.trainer.actor
    with school.trainer.at_work() as session:
        past = today() - timedelta(days=400)
        evidence = "repris du registre papier"
        certificates.take_over(session, actor, course, registration, past, today() + timedelta(days=9), evidence)
        with pytest.raises(Refused, match="overlaps"):
            certificates.give_provisional(session, actor, course, registration, today() + timedelta(days=30))
        renewed = certificates.give(session, actor, course, registration, today())
        assert renewed.valid_from == today() + timedelta(days=10)


def test_two_who_give_one_at_the_same_time_give_one(school: School) -> None:
    (registration,) = registered(
        coordinator_of(school.federation), school.run(today() + AHEAD), school.federation.agent()
    )
    engine, start = open_engine(school.federation.engine.url, pool_size=2), Barrier(2)

    def give(_turn: int) -> str:
        with unit_of_work(engine, school.trainer.scope, school.trainer.actor) as session:
            start.wait()
            try:
                certificates.give(session, school.trainer.actor, school.course, registration, today())
            except Refused as refused:
                return refused.code
        return "given"

    try:
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(give, range(2)))
    finally:
        engine.dispose()
    with school.trainer.at_work() as session:
        kept = list(session.scalars(select(Certificate).order_by(Certificate.sequence)))
    # The second one was refused, or came so late that it saw the first one and goes on after it.
    assert len(kept) == answers.count("given")
    assert all(one.valid_until < other.valid_from for one, other in pairwise(kept))


def test_a_full_certificate_stands_in_the_place_of_a_provisional_one(school: School) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator_of(school.federation), school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        until = today() + timedelta(days=60)
        before = certificates.give_provisional(session, school.trainer.actor, school.course, registration, until)
        full = certificates.give(session, school.trainer.actor, school.course, registration, today())
        assert before.replaced_on == full.valid_from == today()


FLOWS: dict[str, Workflow] = {"course": COURSE, "run": RUN, "registration": REGISTRATION, "seat": COURSE_SEAT}


@pytest.mark.parametrize("name", FLOWS)
def test_who_takes_which_step_is_what_the_house_decided(name: str, federation: Federation) -> None:
    flow, table = FLOWS[name], federation.app.extensions["clais"].permissions
    holders = {step.name: set(table.holders(step.permission)) for step in flow.transitions}
    expected = {
        "course": {"publish": {"trainer"}, "withdraw": {"trainer"}},
        "run": {"confirm": {"trainer"}, "cancel": {"trainer"}, "close": {"trainer"}},
        "registration": {
            "approve": {"coordinator"},
            "decline": {"coordinator"},
            "cancel": {"receptionist", "agent", "coordinator", "system"},
        },
        "seat": {
            "queue": {"trainer", "system"},
            "seat": {"trainer", "system"},
            "release": {"trainer", "system"},
            "attend": {"trainer"},
            "miss": {"trainer"},
        },
    }
    assert holders == expected[name]


def page_of(member: Member, path: str) -> str:
    text = member.browser().get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", text.replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " "))


def test_the_trainer_says_on_the_page_who_is_there_and_closes_the_session(school: School) -> None:
    agent = school.federation.agent()
    run = school.run(yesterday(), closes_on=today())
    registered(coordinator_of(school.federation), run, agent)
    with clock.set_to(now() - timedelta(days=2)):
        school.give_seats()
    browser, path = school.trainer.browser(), f"/formation-des-agents/sessions/{run.id}"
    for half in ("am", "pm"):
        place = f"{path}/presences?demi={run.starts_on.isoformat()}-{half}"
        page = browser.get(place).get_data(as_text=True)
        key = re.search(r'name="(seat_[0-9a-f]{32})"', page)
        version = re.search(r'name="_version" value="([^"]+)"', page)
        assert key is not None
        assert version is not None
        browser.post(place, {key[1]: "yes", "_version": version[1]}, status=303)
    assert "Toutes les présences" not in page_of(school.trainer, f"{path}/cloture")
    browser.post(f"{path}/cloture", status=303)
    page = page_of(school.trainer, path)
    assert "A suivi" in page
    assert "Tenue" in page


def test_what_a_colleague_said_meanwhile_is_shown_and_not_written_over(school: School) -> None:
    run = school.run(yesterday(), closes_on=today())
    registered(coordinator_of(school.federation), run, school.federation.agent())
    with clock.set_to(now() - timedelta(days=2)):
        school.give_seats()
    browser = school.trainer.browser()
    place = f"/formation-des-agents/sessions/{run.id}/presences?demi={run.starts_on.isoformat()}-am"
    page = browser.get(place).get_data(as_text=True)
    key = re.search(r'name="(seat_[0-9a-f]{32})"', page)
    assert key is not None
    browser.post(place, {key[1]: "yes", "_version": "p-"}, status=303)
    browser.post(place, {key[1]: "no", "_version": "p-"}, status=409)


def test_the_supervisor_reads_and_writes_nothing(school: School) -> None:
    supervisor = school.federation.member(school.federation.support_centre, "supervisor", "Philippe Andries")
    run = school.run(today() + AHEAD)
    browser = supervisor.browser()
    assert "Planifier" in page_of(school.trainer, f"/formation-des-agents/cours/{school.course.id}")
    assert "Planifier" not in page_of(supervisor, f"/formation-des-agents/cours/{school.course.id}")
    browser.get(f"/formation-des-agents/sessions/{run.id}")
    browser.get(f"/formation-des-agents/sessions/{run.id}/cloture", status=403)
    browser.post(f"/formation-des-agents/sessions/{run.id}/confirmation", status=403)
    with school.trainer.at_work() as session:
        assert session.get_one(CourseRun, (run.tenant_id, run.id)).state == "planned"


def test_the_centre_sees_what_ends_soon_by_platform(school: School) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator_of(school.federation), school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        until = today() + timedelta(days=20)
        certificates.give_provisional(session, school.trainer.actor, school.course, registration, until)
    page = page_of(school.trainer, "/formation-des-agents/certificats")
    assert school.federation.platform.name in page
    assert re.search(r'<td class="num">1</td> ?<td class="num">1</td> ?<td class="num">1</td>', page)


def test_a_request_that_nobody_approved_holds_no_seat(school: School) -> None:
    run, agent = school.run(today() + AHEAD), school.federation.agent()
    registration = asked(agent, run)
    school.give_seats()
    assert registration.state == "asked"
    assert seat_of(agent, registration.id) is None
    assert taken(school, run) == 0


def test_the_worker_comes_when_a_session_is_near_or_a_name_is_to_be_forgotten_and_not_before(school: School) -> None:
    with school.trainer.at_work() as session:
        assert (jobs.next_reminder_at(session), jobs.next_to_forget_at(session)) == (None, None)
    run = school.run(today() + timedelta(days=20))
    (registration,) = registered(coordinator_of(school.federation), run, school.federation.agent())
    with school.trainer.at_work() as session:
        given = certificates.give(session, school.trainer.actor, school.course, registration, today())
        until = given.valid_until
    with school.trainer.at_work() as session:
        assert jobs.next_reminder_at(session) == moment_of(run.starts_on - jobs.BEFORE, jobs.MORNING)
        assert jobs.next_to_forget_at(session) == moment_of(until + timedelta(days=366), jobs.MORNING)
        with set_to(moment_of(until + timedelta(days=400), jobs.MORNING)):
            assert jobs.next_to_forget_at(session) == now()
            assert jobs.forget_names(session, school.trainer.actor) == 1
            assert jobs.next_to_forget_at(session) is None


def test_sessions_that_have_begun_wait_on_the_rail_of_the_trainer_until_they_are_closed(school: School) -> None:
    desk, path = school.trainer.browser(), "/formation-des-agents"
    supervisor = school.federation.member(school.federation.support_centre, "supervisor", "Philippe Andries")
    school.run(today() + AHEAD)
    assert waiting(desk, path) == 0
    run = school.run(yesterday())
    assert (waiting(desk, path), waiting(supervisor.browser(), path)) == (1, 0)
    school.hold(run)
    assert waiting(desk, path) == 0
