"""What the agenda puts on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import clock_time
from tenants.agenda.choices import PURPOSES
from tenants.agenda.rows import TAG_KINDS
from tenants.agenda.workflow import APPOINTMENT


def appointment_entry(appointment: Any, _actor: Actor) -> Iterator[Entry]:
    """An appointment on the thread of a file, with the summary of its interview."""
    yield Entry(
        body=appointment.summary or "",
        when=appointment.starts_at,
        kind="appointment",
        title=_(
            "Appointment at %(hour)s, %(purpose)s",
            hour=clock_time(appointment.starts_at),
            purpose=lower_first(_(PURPOSES.get(appointment.purpose, appointment.purpose))),
        ),
        by=appointment.agent_name,
        icon="calendar3",
        tag=lower_first(_(APPOINTMENT.states[appointment.state])),
        tag_kind=TAG_KINDS[appointment.state],
        url=url_for("agenda.show", appointment_id=appointment.id),
    )
