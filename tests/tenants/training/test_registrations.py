"""What a platform does about training: an agent asks, the coordinator decides, registers, and sees who lacks what."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from clais import clock
from clais.clock import now, today
from clais.dates import moment_of
from clais.exchange.training.models import Course, CourseRun, Registration
from clais.exchange.training.queries import holding
from clais.exchange.training.rules.periods import Path, Standing
from clais.identity.models import Membership
from clais.messaging.models import OutboxMessage
from clais.workflow import Refused
from support_center.training.actions import certificates, courses, runs
from tenants.training import actions, jobs
from tests.support.federation import Browser, Federation, Member
from tests.support.rail import waiting
from tests.support.training import FACTS, School, a_school, asked, registered, renewing, seat_of, took_over

AHEAD = timedelta(days=30)


@pytest.fixture
def school(federation: Federation) -> School:
    return a_school(federation)


@pytest.fixture
def coordinator(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator", "Paul Henin")


def text_of(browser: Browser, path: str) -> str:
    text = browser.get(path).get_data(as_text=True)
    return re.sub(r"\s+", " ", text.replace("&#39;", "'").replace("\u00a0", " ").replace("\u202f", " "))


def state_of(member: Member, registration: Registration) -> str:
    with member.at_work() as session:
        return session.get_one(Registration, (registration.tenant_id, registration.id)).state


def test_an_agent_asks_and_the_coordinator_approves(school: School, coordinator: Member) -> None:
    agent, run = school.federation.agent(), school.run(today() + AHEAD)
    agent.browser().post(f"/formations/sessions/{run.id}/demande", status=303)
    with agent.at_work() as session:
        registration = session.scalars(select(Registration)).one()
    assert registration.state == "asked"
    browser = coordinator.browser()
    assert "À décider" in text_of(browser, "/formations")
    browser.post(f"/formations/inscriptions/{registration.id}/approbation", status=303)
    assert state_of(agent, registration) == "approved"
    browser.post(f"/formations/inscriptions/{registration.id}/approbation", status=409)
    school.give_seats()
    assert "A une place" in text_of(agent.browser(), "/formations")


def test_a_coordinator_registers_several_and_is_told_who_waits(school: School, coordinator: Member) -> None:
    agents, run = [school.federation.agent() for _ in range(3)], school.run(today() + AHEAD, seats=2)
    browser = coordinator.browser()
    keys = [str(agent.membership.id) for agent in agents]
    browser.post(f"/formations/sessions/{run.id}/inscription", {"members": keys}, status=303)
    page = text_of(browser, f"/formations/cours/{school.course.id}")
    assert "3 personnes sont inscrites. La session est complète : 1 personne passe en liste d'attente." in page
    school.give_seats()
    assert "complet : liste d'attente" in text_of(browser, f"/formations/cours/{school.course.id}")
    assert "Liste d'attente" in text_of(browser, "/formations/equipe")


def test_an_agent_neither_approves_nor_sees_the_team(school: School) -> None:
    agent, colleague = school.federation.agent(), school.federation.agent()
    registration = asked(colleague, school.run(today() + AHEAD))
    browser = agent.browser()
    browser.post(f"/formations/inscriptions/{registration.id}/approbation", status=403)
    browser.get("/formations/equipe", status=403)
    browser.get(f"/formations/inscriptions/{registration.id}/annulation", status=404)
    assert state_of(colleague, registration) == "asked"
    assert "/formations/equipe" not in text_of(browser, "/formations")


def test_who_asks_twice_is_registered_once(school: School) -> None:
    agent, run = school.federation.agent(), school.run(today() + AHEAD)
    asked(agent, run)
    with pytest.raises(Refused, match="already"):
        asked(agent, run)


def test_registrations_end_on_their_day(school: School) -> None:
    run = school.run(today() + AHEAD, closes_on=today() - timedelta(days=1))
    with pytest.raises(Refused, match="over"):
        asked(school.federation.agent(), run)


@pytest.mark.parametrize("what", ["begun", "cancelled"])
def test_nobody_is_approved_for_a_session_that_has_begun_or_is_cancelled(
    school: School, coordinator: Member, what: str
) -> None:
    run = school.run(today() + AHEAD)
    registration = asked(school.federation.agent(), run)
    approval = f"/formations/inscriptions/{registration.id}/approbation"
    assert approval in text_of(coordinator.browser(), "/formations")
    if what == "cancelled":
        with school.trainer.at_work() as session:
            found = session.get_one(CourseRun, (run.tenant_id, run.id))
            runs.cancel_run(session, school.trainer.actor, found, school.course, "Trop peu de monde")
    with clock.set_to(now() + (AHEAD + timedelta(days=1) if what == "begun" else timedelta())):
        browser = coordinator.browser()
        assert approval not in text_of(browser, "/formations")
        assert "Demande une place" not in text_of(browser, "/ma-journee")
        browser.post(approval, status=303)
        assert "plus personne ne peut y être approuvé" in text_of(browser, "/formations")
    assert state_of(coordinator, registration) == "asked"


def test_who_has_nothing_to_renew_on_the_first_day_is_sent_to_the_first_course(
    school: School, coordinator: Member
) -> None:
    holder, late, none = (
        school.federation.member(school.federation.platform, "agent", name) for name in ("Ana", "Bea Late", "Cid None")
    )
    held = registered(coordinator, school.run(today() + AHEAD), holder, late)
    renewal = renewing(school)
    run = renewal.run(today() + AHEAD, seats=9)
    # In grace on the first day of the session; the other one is over by a day.
    for registration, ends in zip(held, (today(), today() - timedelta(days=1)), strict=True):
        took_over(school, registration, ends)
    browser = none.browser()
    browser.post(f"/formations/sessions/{run.id}/demande", status=303)
    assert "que vous n'avez pas à son premier jour" in text_of(browser, f"/formations/cours/{renewal.course.id}")
    browser, path = coordinator.browser(), f"/formations/sessions/{run.id}/inscription"
    keys = [str(agent.membership.id) for agent in (holder, late, none)]
    page = browser.post(path, {"members": keys}, status=422).get_data(as_text=True)
    assert "La première formation est pour : Bea Late, Cid None." in page.replace("\u00a0", " ")
    with coordinator.at_work() as session:
        assert not list(session.scalars(select(Registration).where(Registration.course_run_id == run.id)))
    browser.post(path, {"members": keys[:1]}, status=303)


def test_what_is_declined_or_cancelled_says_why(school: School, coordinator: Member) -> None:
    agent, run = school.federation.agent(), school.run(today() + AHEAD)
    registration = asked(agent, run)
    browser, path = coordinator.browser(), f"/formations/inscriptions/{registration.id}/refus"
    browser.post(path, {"reason": ""}, status=422)
    browser.post(path, {"reason": "Trop de monde en même temps"}, status=303)
    assert state_of(agent, registration) == "declined"
    again = asked(agent, run)
    cancel = f"/formations/inscriptions/{again.id}/annulation"
    agent.browser().post(cancel, {"reason": "Malade"}, status=303)
    assert state_of(agent, again) == "cancelled"


def test_no_registration_is_taken_back_once_the_session_has_been(school: School, coordinator: Member) -> None:
    (registration,) = registered(coordinator, school.run(today() + AHEAD), school.federation.agent())
    with clock.set_to(now() + AHEAD + timedelta(days=1)):
        browser = coordinator.browser()
        browser.post(f"/formations/inscriptions/{registration.id}/annulation", {"reason": "Malade"}, status=303)
        assert "l'inscription ne peut plus être annulée" in text_of(browser, "/formations")
    assert state_of(coordinator, registration) == "approved"


def test_a_draft_is_no_course_for_a_platform(school: School) -> None:
    facts = FACTS | {"code": "BROUILLON", "title": "Un brouillon"}
    with school.trainer.at_work() as session:
        course = courses.create_course(session, school.trainer.actor, facts)
    browser = school.federation.agent().browser()
    browser.get(f"/formations/cours/{course.id}", status=404)
    assert "Un brouillon" not in text_of(browser, "/formations")
    assert "Un brouillon" in text_of(school.trainer.browser(), "/formation-des-agents/cours")


def test_a_course_that_is_withdrawn_is_found_for_its_last_sessions_and_its_trainer_is_warned(
    school: School, coordinator: Member
) -> None:
    registered(coordinator, school.run(today() + AHEAD), school.federation.agent())
    page = text_of(school.trainer.browser(), f"/formation-des-agents/cours/{school.course.id}")
    assert "1 personne est inscrite à ses sessions à venir." in page
    with school.trainer.at_work() as session:
        course = session.get_one(Course, (school.course.owner_tenant_id, school.course.id))
        courses.move_course(session, school.trainer.actor, course, "withdraw")
    agent = school.federation.agent()
    assert "retirée, dernières sessions" in text_of(agent.browser(), "/formations")
    with clock.set_to(now() + AHEAD + timedelta(days=1)):
        assert school.course.title not in text_of(agent.browser(), "/formations")


def test_the_ground_floor_says_who_may_do_it_and_what_is_missing(school: School, coordinator: Member) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    with agent.at_work() as session:
        none = holding(session, agent.membership.id, school.course.id, today())
    assert (none.counts, none.standing, none.path) == (False, None, Path.FIRST)
    with school.trainer.at_work() as session:
        certificates.give(session, school.trainer.actor, school.course, registration, today())
    with agent.at_work() as session:
        held = holding(session, agent.membership.id, school.course.id, today())
        late = holding(session, agent.membership.id, school.course.id, today() + timedelta(days=2000))
    assert (held.counts, held.standing, held.path) == (True, Standing.VALID, Path.NOT_YET)
    assert (late.counts, late.standing, late.path) == (False, Standing.EXPIRED, Path.FIRST)


def test_a_provisional_certificate_counts_to_its_last_day_and_leads_to_the_first_course(
    school: School, coordinator: Member
) -> None:
    agent, until = school.federation.agent(), today() + timedelta(days=10)
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        certificates.give_provisional(session, school.trainer.actor, school.course, registration, until)
    with agent.at_work() as session:
        held = holding(session, agent.membership.id, school.course.id, until)
        after = holding(session, agent.membership.id, school.course.id, until + timedelta(days=1))
    assert (held.counts, held.standing, held.path) == (True, Standing.VALID, Path.FIRST)
    assert (after.counts, after.path) == (False, Path.FIRST)
    page = text_of(agent.browser(), f"/formations/cours/{school.course.id}")
    assert "Il est provisoire : la première formation est à suivre." in page


def test_whose_certificate_was_withdrawn_reads_so_even_after_one_that_ended(
    school: School, coordinator: Member
) -> None:
    agent, past = school.federation.agent(), today() - timedelta(days=1000)
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        course, actor = school.course, school.trainer.actor
        certificates.take_over(session, actor, course, registration, past, past + timedelta(days=365), "registre")
        certificates.revoke(session, certificates.give(session, actor, course, registration, today()), "Erreur")
    page = text_of(agent.browser(), f"/formations/cours/{school.course.id}")
    assert "Il a été retiré : la première formation est à refaire." in page
    assert "échu depuis trop longtemps" not in page


def test_the_coordinator_sees_who_lacks_what(school: School, coordinator: Member) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        certificates.give(session, school.trainer.actor, school.course, registration, today())
    page = text_of(coordinator.browser(), "/formations/equipe")
    assert "valable" in page
    assert "La première formation est à suivre." in page


def mails(member: Member) -> list[OutboxMessage]:
    with member.at_work() as session:
        return list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at)))


def test_holder_and_coordinator_are_reminded_at_60_and_at_15_days_once_each(
    school: School, coordinator: Member
) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    with school.trainer.at_work() as session:
        until = today() + timedelta(days=70)
        certificates.give_provisional(session, school.trainer.actor, school.course, registration, until)
    told, following = list[int](), list[datetime | None]()
    for ahead in (0, 10, 11, 40, 55, 56, 69):
        context = school.federation.app.test_request_context("/")
        with clock.set_to(now() + timedelta(days=ahead)), context, coordinator.at_work() as session:
            told.append(jobs.remind(session, coordinator.actor))
            following.append(jobs.next_reminder_at(session))
    assert told == [0, 2, 0, 0, 2, 0, 0]
    assert {mail.recipient for mail in mails(coordinator)} == {agent.email, coordinator.email}
    mornings = [moment_of(until - timedelta(days=days), jobs.MORNING) for days in (60, 15)]
    assert following[0] == mornings[0]
    assert following[-1] is None
    assert set(following) <= {*mornings, None}


def test_who_left_comes_no_more_and_is_named_no_more(school: School, coordinator: Member) -> None:
    agent = school.federation.agent()
    (registration,) = registered(coordinator, school.run(today() + AHEAD), agent)
    school.give_seats()
    with coordinator.at_work() as session:
        gone = update(Membership).where(Membership.id == agent.membership.id).values(ended_at=now())
        session.execute(gone)
    with coordinator.at_work() as session:
        assert jobs.next_to_forget_at(session) is not None
    for _twice in range(2):
        with coordinator.at_work() as session:
            actions.forget_who_left(session, coordinator.actor)
    with coordinator.at_work() as session:
        assert jobs.next_to_forget_at(session) is None
    with coordinator.at_work() as session:
        row = session.get_one(Registration, (registration.tenant_id, registration.id))
        assert (row.state, row.member_name, row.member_email) == ("cancelled", "", "")
    school.give_seats()
    seat = seat_of(coordinator, registration.id)
    assert seat is not None
    assert seat.state == "released"


def test_the_day_shows_what_is_to_approve_and_the_session_that_comes(school: School, coordinator: Member) -> None:
    agent, run = school.federation.agent(), school.run(today() + timedelta(days=3))
    asked(agent, run)
    assert "Demande une place : Accueillir une personne" in text_of(coordinator.browser(), "/ma-journee")
    registered(coordinator, run, coordinator)
    school.give_seats()
    assert "Voir la formation" in text_of(coordinator.browser(), "/ma-journee")
    assert "Demande une place" not in text_of(agent.browser(), "/ma-journee")


def test_a_cancelled_session_is_said_to_who_was_going(school: School, coordinator: Member) -> None:
    agent, run = school.federation.agent(), school.run(today() + AHEAD)
    registered(coordinator, run, agent)
    school.give_seats()
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        runs.cancel_run(session, school.trainer.actor, found, school.course, "Trop peu de monde")
    assert "Session annulée" in text_of(agent.browser(), "/formations")


def test_what_is_asked_waits_on_the_rail_of_who_decides_even_once_the_session_is_cancelled(
    school: School, coordinator: Member
) -> None:
    agent, office = school.federation.agent(), coordinator.browser()
    run = school.run(today() + AHEAD)
    registration = asked(agent, run)
    assert (waiting(office, "/formations"), waiting(agent.browser(), "/formations", "/ma-journee")) == (1, 0)
    with school.trainer.at_work() as session:
        found = session.get_one(CourseRun, (run.tenant_id, run.id))
        runs.cancel_run(session, school.trainer.actor, found, school.course, "Salle fermée")
    page = office.get("/formations").get_data(as_text=True)
    assert "elle a commencé ou est annulée" in page
    assert f"/formations/inscriptions/{registration.id}/approbation" not in page
    assert waiting(office, "/formations") == 1
    declined = {"reason": "La séance est annulée."}
    office.post(f"/formations/inscriptions/{registration.id}/refus", declined, status=303)
    assert waiting(office, "/formations") == 0
