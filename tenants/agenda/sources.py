"""What the agenda itself puts on someone's day: steps, plans, files without referent, notifications."""

from collections.abc import Iterator
from uuid import UUID

from flask import url_for

from clais.clock import today
from clais.database import ScopedSession
from clais.identity.actor import Actor
from clais.messaging.queries import unread
from clais.web.formatting import clock_time, relative_day
from clais.words import gettext as _
from clais.words import ngettext
from tenants.agenda import queries
from tenants.agenda.day import LATE, NEWS, SOON, TODAY, Waiting, add_day_source, told_by_sources
from tenants.agenda.rows import file_url
from tenants.follow_up.words import excerpt, near_day
from tenants.orientation.models import PlanStep
from tenants.orientation.queries import overdue_steps, plans_to_review
from tenants.people.models import Person
from tenants.people.presentation import full_name

MOST = 8
NOTICE_DAYS = 7
QUOTED = 90


def _file(person_id: UUID, part: str | None = None) -> str:
    return url_for("people.show", person_id=person_id, _anchor=part)


def late_steps(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The overdue steps of one's plans, one row a person."""
    by_person: dict[UUID, tuple[Person, list[PlanStep]]] = {}
    for step, person in overdue_steps(session, actor.membership_id, today()):
        by_person.setdefault(person.id, (person, []))[1].append(step)
    for person, steps in list(by_person.values())[:MOST]:
        first = steps[0]
        since = relative_day(first.due_on) if first.due_on else ""
        others = len(steps) - 1
        why = _("Step to do by %(since)s: %(text)s.", since=since, text=excerpt(first.text.rstrip("."), QUOTED))
        if others:
            why += " " + ngettext("Another step is overdue.", "%(num)d other steps are overdue.", others)
        yield Waiting(
            LATE,
            full_name(person),
            why,
            _("Open the plan"),
            url_for("orientation.plan", person_id=person.id),
            _("late"),
            "late",
            first.due_on,
            _file(person.id),
        )


def reviews(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The plans to evaluate within the week, or that should have been."""
    for plan, person in plans_to_review(session, actor.membership_id, today(), within_days=NOTICE_DAYS, limit=MOST):
        overdue, due = plan.review_on < today(), plan.review_on == today()
        why = _(
            "Evaluation of the action plan planned %(when)s, %(day)s. Goal: %(goal)s.",
            when=relative_day(plan.review_on),
            day=near_day(plan.review_on),
            goal=excerpt(plan.goal.rstrip("."), QUOTED),
        )
        yield Waiting(
            LATE + 1 if overdue else TODAY if due else SOON,
            full_name(person),
            why,
            _("Prepare"),
            url_for("orientation.evaluate_plan", person_id=person.id),
            _("late") if overdue else _("today") if due else _("soon"),
            "late" if overdue else "wait",
            plan.review_on,
            _file(person.id),
        )


def to_settle(kept: list[queries.Kept], actor: Actor) -> Iterator[Waiting]:
    """One's past appointments of which nobody said whether the person came, the latest first."""
    for appointment, person in kept[: -MOST - 1 : -1]:
        yield Waiting(
            TODAY + 1,
            full_name(person),
            _(
                "Appointment of %(day)s at %(hour)s: did the person come?",
                day=near_day(appointment.starts_at),
                hour=clock_time(appointment.starts_at),
            ),
            _("Say it"),
            url_for("agenda.show", appointment_id=appointment.id),
            _("to settle"),
            "wait",
            appointment.starts_at,
            file_url(person, actor),
        )


def nobodys_files(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """For whoever divides the work: the open files without referent."""
    for person in queries.without_referent(session, limit=MOST):
        yield Waiting(
            TODAY + 2,
            full_name(person),
            _("Nobody follows this file since %(day)s.", day=near_day(person.stage_since)),
            _("Choose a referent"),
            _file(person.id, "steps"),
            _("without referent"),
            "wait",
            person.stage_since,
            _file(person.id),
        )


def people_who_wait(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """For the reception: those who are registered and have no referent nor appointment yet."""
    if actor.may("follow_up.read"):
        return
    people = queries.without_referent(session, stages=("registered", "in_intake"), limit=2 * MOST)
    coming = queries.next_appointments(session, [person.id for person in people])
    for person in [person for person in people if person.id not in coming][:MOST]:
        yield Waiting(
            TODAY,
            full_name(person),
            _("Waits for a first interview since %(day)s.", day=near_day(person.stage_since)),
            _("Make an appointment"),
            url_for("agenda.new", person_id=person.id, back="day"),
            relative_day(person.stage_since),
            "wait" if person.stage_since < today() else "",
            person.stage_since,
            file_url(person, actor),
        )


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """Unread notifications that no source of the day already tells."""
    told = told_by_sources(actor)
    lines = [line for line in unread(session, actor.membership_id) if line.subject_type not in told]
    for line in lines[:MOST]:
        yield Waiting(
            NEWS,
            "",
            line.text,
            _("See"),
            url_for("messaging.open_notification", notification_id=line.id),
            _("new"),
            "done",
            line.created_at,
            by_post=True,
        )


def add_sources() -> None:
    """Put them on the day, each for those whose work it is."""
    add_day_source("steps", "orientation.write", late_steps)
    add_day_source("reviews", "orientation.write", reviews)
    add_day_source("nobodys_files", "member.read", nobodys_files)
    add_day_source("people_who_wait", "intake.create", people_who_wait)
    add_day_source("news", "notification.read", news)
