"""On someone's day: the news to ask for of those who left."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import lateness, near_day, relative_day
from tenants.exits.choices import RESULTS
from tenants.exits.queries import news_to_ask
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url


def news(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The people who left some months ago, and of whom the actor was the last referent."""
    for row in news_to_ask(session, actor, services().permissions, MOST):
        yield Waiting(
            LATE + 1 if row.due_on < today() else TODAY if row.due_on == today() else SOON,
            name_in_row(session, row),
            partial(_words, row),
            row.due_on,
            subject=str(row.id),
            icon="telephone",
            person_id=row.person_id,
        )


def _words(row: Row[*tuple[Any, ...]]) -> Words:
    late = row.due_on < today()
    return Words(
        ngettext(
            "Left on %(day)s (%(result)s): what became of them after %(num)d month?",
            "Left on %(day)s (%(result)s): what became of them after %(num)d months?",
            row.months,
            day=near_day(row.left_on),
            result=lower_first(_(RESULTS[row.result])),
        ),
        _("Note the news"),
        url_for("exits.news", person_id=row.person_id, exit_check_id=row.id),
        lateness(row.due_on) if late else relative_day(row.due_on),
        "late" if late else "wait" if row.due_on == today() else "",
        file_url(row.person_id),
    )
