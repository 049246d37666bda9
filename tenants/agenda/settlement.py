"""The appointments to come of a person whose file is closed."""

from collections.abc import Iterator
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import KEEP, OpenItem
from clais.text import lower_first
from clais.translation import N_
from clais.translation import gettext as _
from clais.workflow import Refused
from tenants.agenda import actions, queries, rows
from tenants.agenda.choices import PURPOSES
from tenants.agenda.models import Appointment

CHOICES = {"cancel": N_("Cancel the appointment"), KEEP: N_("Keep the appointment")}


def appointments_to_come(session: ScopedSession, person_id: UUID) -> Iterator[OpenItem]:
    """Those at which someone is still expected."""
    for appointment in queries.appointments_to_come(session, person_id):
        text = _(
            "Appointment of %(when)s, %(purpose)s, with %(name)s",
            when=rows.moment_in_words(appointment.starts_at),
            purpose=lower_first(_(PURPOSES.get(appointment.purpose, appointment.purpose))),
            name=appointment.agent_name,
        )
        yield OpenItem(appointment.id, text)


def settle(session: ScopedSession, actor: Actor, key: UUID, _choice: str, _reason: str) -> None:
    """Cancel an appointment. Raises Refused."""
    appointment = session.get(Appointment, (session.scope.tenant_id, key))
    if appointment is None:
        raise Refused("wrong_state")
    actions.cancel(session, appointment, actor)
