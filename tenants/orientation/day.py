"""The plans on someone's day: overdue steps, and plans to evaluate."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, SOON, TODAY, Waiting
from clais.services import services
from clais.text import excerpt
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day, relative_day
from tenants.orientation.models import PlanStep
from tenants.orientation.queries import overdue_steps, plans_to_review
from tenants.people.following import followed_by
from tenants.people.models import Person
from tenants.people.urls import file_url

MOST = 8
NOTICE_DAYS = 7
QUOTED = 90


def _people(actor: Actor) -> Select[Any]:
    return followed_by(actor.tenant_id, actor.membership_id, services().permissions)


def late_steps(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The overdue steps in the plans of the people whom the actor follows, one item per person."""
    by_person: dict[UUID, tuple[Person, list[PlanStep]]] = {}
    for step, person in overdue_steps(session, _people(actor), today()):
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
            person.full_name,
            why,
            _("Open the plan"),
            url_for("orientation.plan", person_id=person.id),
            _("late"),
            "late",
            first.due_on,
            file_url(person.id),
        )


def reviews(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The plans to evaluate within NOTICE_DAYS, and the overdue ones."""
    for plan, person in plans_to_review(session, _people(actor), today(), within_days=NOTICE_DAYS, limit=MOST):
        overdue, due = plan.review_on < today(), plan.review_on == today()
        why = _(
            "Evaluation of the action plan planned %(when)s, %(day)s. Goal: %(goal)s.",
            when=relative_day(plan.review_on),
            day=near_day(plan.review_on),
            goal=excerpt(plan.goal.rstrip("."), QUOTED),
        )
        yield Waiting(
            LATE + 1 if overdue else TODAY if due else SOON,
            person.full_name,
            why,
            _("Prepare"),
            url_for("orientation.evaluate_plan", person_id=person.id),
            _("late") if overdue else _("today") if due else _("soon"),
            "late" if overdue else "wait",
            plan.review_on,
            file_url(person.id),
        )
