"""The visits on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from clais.actor import Actor
from clais.feature.file import Entry
from clais.translation import gettext as _
from tenants.desk.choices import MANNERS
from tenants.desk.workflow import VISIT


def visit_entry(row: Any, _actor: Actor) -> Iterator[Entry]:
    """A coming without appointment; one to an appointment is on the thread as its meeting."""
    if row.appointment_id is not None and row.state != "left":
        return
    yield Entry(
        when=row.arrived_at,
        kind="visit",
        title=_("At the desk: %(how)s", how=_(MANNERS.get(row.manner, row.manner)).lower()),
        by=row.recorded_by,
        icon="person-check",
        body=_(VISIT.states[row.state]),
    )
