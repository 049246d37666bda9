"""On someone's day: whether the step that was advised some weeks ago was done."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.text import excerpt
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.advice.queries import to_ask
from tenants.advice.rules.asking import is_due
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url

QUOTED = 90


def advised_steps(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The people whom the actor follows, and who were advised something four weeks ago or more."""
    for row in to_ask(session, actor, services().permissions, MOST):
        yield Waiting(
            TODAY + 2 if is_due(row.since, today()) else SOON,
            name_in_row(session, row),
            partial(_words, row),
            row.since,
            # With the day: after « not yet » it is asked anew.
            subject=f"{row.id} {row.since.isoformat()}",
            icon="compass",
            person_id=row.person_id,
        )


def _words(row: Row[*tuple[Any, ...]]) -> Words:
    goal = excerpt(row.goal.rstrip("."), QUOTED)
    return Words(
        _("Advised on %(day)s: %(goal)s. Was it done?", day=near_day(row.decided_on), goal=goal),
        _("Answer it"),
        url_for("advice.ask", person_id=row.person_id, orientation_decision_id=row.id),
        _("to ask"),
        "wait" if is_due(row.since, today()) else "",
        file_url(row.person_id),
    )
