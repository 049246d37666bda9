"""Texts of several pages: files without contact, and how busy each member is."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from clais.clock import now, today
from clais.database import ScopedSession
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day, relative_day
from tenants.agenda.colleagues import appointments_of_week
from tenants.agenda.models import Appointment
from tenants.agenda.rows import moment_in_words
from tenants.agenda.workflow import AHEAD
from tenants.follow_up.choices import CHANNELS, OUTCOMES, REACHED
from tenants.follow_up.models import Contact
from tenants.people.models import Person


@dataclass(frozen=True, slots=True)
class WithoutContactLine:
    """One file without contact, as a row of a list."""

    person_id: UUID
    name: str
    days: str
    why: str


def may_be_written_about(appointment: Appointment) -> bool:
    """Whether its page offers a letter that invites to it."""
    return appointment.state in AHEAD and appointment.starts_at > now()


def without_contact_line(person: Person, last: Contact | None, following: Appointment | None) -> WithoutContactLine:
    """The row of a file without contact."""
    return WithoutContactLine(
        person.id,
        person.full_name,
        _days(person.last_contact_on or person.stage_since),
        _sentence(person, last, following),
    )


def _days(since: date) -> str:
    return ngettext("%(num)d day", "%(num)d days", (today() - since).days)


def _sentence(person: Person, last: Contact | None, following: Appointment | None) -> str:
    parts = [_last_contact(person, last)]
    if last is not None and last.outcome != REACHED:
        parts.append(_attempt(last))
    if following is not None:
        parts.append(_("Appointment %(when)s.", when=moment_in_words(following.starts_at)))
    return " ".join(parts)


def _last_contact(person: Person, last: Contact | None) -> str:
    if person.last_contact_on is None:
        return _("No contact noted since %(day)s.", day=near_day(person.stage_since))
    if last is not None and last.outcome == REACHED and last.happened_on == person.last_contact_on:
        channel = lower_first(_(CHANNELS.get(last.channel, last.channel)))
        return _("Last contact: %(channel)s, %(day)s.", channel=channel, day=near_day(last.happened_on))
    return _("Last contact: %(day)s.", day=near_day(person.last_contact_on))


def _attempt(last: Contact) -> str:
    if last.appointment_id is not None:
        return _("Absent at the appointment of %(day)s.", day=near_day(last.happened_on))
    return _(
        "Tried %(when)s: %(channel)s, %(outcome)s.",
        when=relative_day(last.happened_on),
        channel=lower_first(_(CHANNELS.get(last.channel, last.channel))),
        outcome=lower_first(_(OUTCOMES.get(last.outcome, last.outcome))),
    )


def appointments_this_week(session: ScopedSession) -> dict[UUID, str]:
    """Membership → how many appointments they have this week, in words."""
    return {
        member_id: ngettext("%(num)d appointment this week", "%(num)d appointments this week", number)
        for member_id, number in appointments_of_week(session).items()
    }
