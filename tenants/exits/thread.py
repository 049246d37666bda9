"""Exits and the news after them, on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.dates import noon_unless_written_on
from clais.feature.file import Entry
from clais.thread import Source
from clais.translation import gettext as _
from clais.translation import ngettext
from tenants.exits.choices import RESULTS
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.workflow import ASKED

EXITS = Source(
    PersonExit.person_id,
    {
        "id": PersonExit.id,
        "left_on": PersonExit.left_on,
        "noted_by": PersonExit.noted_by,
        "reason": PersonExit.reason,
        "result": PersonExit.result,
        "created_at": PersonExit.created_at,
    },
    order=(PersonExit.left_on.desc(), PersonExit.id.desc()),
)
CHECKS = Source(
    ExitCheck.person_id,
    {
        "id": ExitCheck.id,
        "exit_id": ExitCheck.exit_id,
        "person_id": ExitCheck.person_id,
        "months": ExitCheck.months,
        "due_on": ExitCheck.due_on,
        "state": ExitCheck.state,
        "asked_on": ExitCheck.asked_on,
        "asked_by": ExitCheck.asked_by,
        "result": ExitCheck.result,
        "comment": ExitCheck.comment,
        "updated_at": ExitCheck.updated_at,
    },
    where=(ExitCheck.state != "dropped",),
    order=(ExitCheck.due_on.desc(), ExitCheck.id.desc()),
)


def exit_entry(left: Any, _actor: Actor) -> Iterator[Entry]:
    """What the person had when they left; that the file was closed is an entry of its own."""
    yield Entry(
        left.created_at,
        "exit",
        _("At the exit: %(result)s", result=_(RESULTS[left.result])),
        by=left.noted_by,
        icon="box-arrow-right",
    )


def check_entry(check: Any, _actor: Actor) -> Iterator[Entry]:
    """The news that were noted; those to come are no entry."""
    if check.state not in ASKED:
        return
    told = news_in_words(check)
    yield Entry(
        noon_unless_written_on(check.asked_on, check.updated_at),
        "exit",
        ngettext("News after %(num)d month: %(news)s", "News after %(num)d months: %(news)s", check.months, news=told),
        check.comment or "",
        by=check.asked_by,
        icon="telephone",
    )


def news_in_words(check: Any) -> str:
    """What became of someone, or that they were not reached."""
    return _(RESULTS[check.result]) if check.result else _("not reached")
