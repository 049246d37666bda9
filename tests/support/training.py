"""Courses, sessions and registrations, made by the actions of the two wings."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.clock import now, set_to, today
from clais.exchange.training.models import Certificate, Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.queries import seats_received
from clais.exchange.training.rules.half_days import HALVES, HalfDay, half_days_of
from support_center.training.actions import certificates, courses, runs, seats
from support_center.training.actions.presence import Outcome, close_run, mark_presence
from support_center.training.queries import seats_of
from tenants.training import actions
from tests.support.federation import Federation, Member

FACTS: dict[str, Any] = {
    "code": "ACC-1",
    "title": "Accueillir une personne",
    "aims": "Mener un accueil avec l'outil commun.",
    "programme": "Écouter, expliquer, écrire.",
    "half_days": 2,
    "required_half_days": 2,
    "trainer": "Christine Dupuis",
    "renews_id": None,
    "certificate_months": 24,
    "window_days": 90,
    "grace_days": 30,
}


@dataclass
class School:
    """A centre with a course that is published, and its trainer."""

    federation: Federation
    trainer: Member
    course: Course

    def run(self, day: date, *, seats: int = 2, minimum: int = 1, **facts: Any) -> CourseRun:
        """A session of one whole day."""
        given = {
            "half_days": [HalfDay(day, half) for half in HALVES],
            "closes_on": day,
            "place": "Charleroi, salle 12",
            "link": None,
            "note": None,
            "seats": seats,
            "minimum": minimum,
            **facts,
        }
        with self.trainer.at_work() as session:
            return runs.plan_run(session, self.trainer.actor, self.course, given)

    def give_seats(self) -> None:
        """What the job of the centre does."""
        with self.trainer.at_work() as session:
            seats.give_seats(session, self.trainer.actor)

    def hold(self, run: CourseRun, there: bool = True) -> Outcome:
        """Say of everyone that they were there, or not, and close the session."""
        self.mark(run, there)
        return self.close(run)

    def mark(self, run: CourseRun, there: bool = True) -> None:
        """Say of everyone that they were there, or not."""
        with self.trainer.at_work() as session:
            found = session.get_one(CourseRun, (run.tenant_id, run.id))
            held = seats_of(session, [run.id], "seated")
            for half in HALVES:
                mark_presence(session, found, HalfDay(found.starts_on, half), {seat.id: there for seat in held})

    def close(self, run: CourseRun) -> Outcome:
        """Close the session."""
        with self.trainer.at_work() as session:
            found = session.get_one(CourseRun, (run.tenant_id, run.id))
            course = session.get_one(Course, (self.course.owner_tenant_id, self.course.id))
            return close_run(session, self.trainer.actor, found, course)


def a_school(federation: Federation, **facts: Any) -> School:
    """The centre of a federation with one course, published."""
    trainer = federation.member(federation.support_centre, "trainer", "Christine Dupuis")
    with trainer.at_work() as session:
        course = courses.create_course(session, trainer.actor, FACTS | facts)
        courses.move_course(session, trainer.actor, course, "publish")
    return School(federation, trainer, course)


def renewing(school: School) -> School:
    """The same centre with the renewal of its course, published."""
    facts = {"code": "ACC-R", "title": "Recyclage de l'accueil", "renews_id": school.course.id}
    with school.trainer.at_work() as session:
        course = courses.create_course(session, school.trainer.actor, FACTS | facts)
        courses.move_course(session, school.trainer.actor, course, "publish")
    return School(school.federation, school.trainer, course)


def took_over(school: School, registration: Registration, until: date) -> Certificate:
    """A certificate of two years from before, which ends on a day."""
    with school.trainer.at_work() as session:
        begins, words = until - timedelta(days=729), "repris du registre"
        return certificates.take_over(session, school.trainer.actor, school.course, registration, begins, until, words)


def registered(coordinator: Member, run: CourseRun, *members: Member) -> list[Registration]:
    """Agents whom their coordinator registers: the day before, for a session that has begun."""
    before = half_days_of(run.half_days)[0].begins - timedelta(days=1)
    with set_to(min(now(), before)), coordinator.at_work() as session:
        return actions.register(session, coordinator.actor, run, [member.membership for member in members])


def asked(agent: Member, run: CourseRun) -> Registration:
    """An agent who asks for a seat."""
    with agent.at_work() as session:
        return actions.ask(session, agent.actor, run, agent.membership)


def seat_of(member: Member, registration_id: UUID) -> CourseSeat | None:
    """What a registration was given, as its platform reads it."""
    with member.at_work() as session:
        return seats_received(session, [registration_id]).get(registration_id)


def yesterday() -> date:
    """A day on which a session can be over."""
    return today() - timedelta(days=1)
