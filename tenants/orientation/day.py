"""On someone's day: overdue steps, plans to evaluate, bilans under way."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.text import excerpt
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import lateness, relative_day
from tenants.orientation.queries import drafts_of_files, overdue_steps, plans_to_review
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url

NOTICE_DAYS = 7
QUOTED = 90


def late_steps(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The overdue steps in the plans of the people whom the actor follows, one item per person."""
    by_person: dict[UUID, list[Row[*tuple[Any, ...]]]] = {}
    for step in overdue_steps(session, actor, services().permissions, today()):
        by_person.setdefault(step.person_id, []).append(step)
    for person_id, steps in by_person.items():
        first = steps[0]
        yield Waiting(
            LATE,
            name_in_row(session, first),
            partial(_late, steps),
            first.due_on,
            subject=str(first.id),
            icon="list-check",
            person_id=person_id,
        )


def _late(steps: Sequence[Row[*tuple[Any, ...]]]) -> Words:
    first, *others = steps
    why = _("Step: %(text)s.", text=excerpt(first.text.rstrip("."), QUOTED))
    if others:
        why += " " + ngettext("Another step is overdue.", "%(num)d other steps are overdue.", len(others))
    return Words(
        why,
        _("Open the plan"),
        url_for("orientation.plan", person_id=first.person_id),
        lateness(first.due_on),
        "late",
        file_url(first.person_id),
    )


def bilans_under_way(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The bilans that were begun with the people whom the actor follows, and not finished."""
    for draft in drafts_of_files(session, actor, services().permissions, MOST):
        yield Waiting(
            SOON if draft.begun_on == today() else TODAY,
            name_in_row(session, draft),
            partial(_to_finish, draft),
            draft.begun_on,
            subject=str(draft.id),
            icon="bar-chart",
            person_id=draft.person_id,
        )


def _to_finish(draft: Row[*tuple[Any, ...]]) -> Words:
    return Words(
        _("Bilan begun with %(name)s, and not finished.", name=draft.begun_by),
        _("Continue"),
        url_for("orientation.new_bilan", person_id=draft.person_id),
        relative_day(draft.begun_on),
        "wait" if draft.begun_on < today() else "",
        file_url(draft.person_id),
    )


def reviews(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The plans to evaluate within NOTICE_DAYS, and the overdue ones."""
    table = services().permissions
    for plan in plans_to_review(session, actor, table, today(), within_days=NOTICE_DAYS, limit=MOST):
        yield Waiting(
            LATE + 1 if plan.review_on < today() else TODAY if plan.review_on == today() else SOON,
            name_in_row(session, plan),
            partial(_to_evaluate, plan),
            plan.review_on,
            # With the day: a plan that is to be evaluated on another one waits anew.
            subject=f"{plan.id} {plan.review_on.isoformat()}",
            icon="journal-text",
            person_id=plan.person_id,
        )


def _to_evaluate(plan: Row[*tuple[Any, ...]]) -> Words:
    overdue, due = plan.review_on < today(), plan.review_on == today()
    return Words(
        _("Plan to evaluate: %(goal)s.", goal=excerpt(plan.goal.rstrip("."), QUOTED)),
        _("Prepare"),
        url_for("orientation.evaluate_plan", person_id=plan.person_id),
        lateness(plan.review_on) if overdue else relative_day(plan.review_on),
        "late" if overdue else "wait" if due else "",
        file_url(plan.person_id),
    )
