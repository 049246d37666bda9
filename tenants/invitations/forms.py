"""What writing to several people would do: who gets what, and who is left out."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clais.database import ScopedSession
from tenants.agenda.models import Appointment
from tenants.agenda.queries import next_appointments
from tenants.invitations.choices import BY_HAND, LEFT_OUT, LETTER, MAIL
from tenants.invitations.rules.sending import Known, Wanted, manner_of
from tenants.people.models import Person
from tenants.people.presentation import has_postal_address
from tenants.people.workflow import OPEN_STAGES

SAID = ("heading", "text", "day", "hour", "place", "by_mail", "by_hand", "not_expected")


@dataclass(frozen=True, slots=True)
class Line:
    """One of several people: how they are written to, or why not, and when they come anyway."""

    person: Person
    manner: str
    reason: str
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What the act would do, person by person: first who is left out, then by name."""

    lines: Sequence[Line]

    def of(self, manner: str) -> int:
        """How many are written to in a way."""
        return Counter(line.manner for line in self.lines)[manner]

    @property
    def letters(self) -> int:
        """How many letters there are to print."""
        return self.of(LETTER) + self.of(BY_HAND)

    @property
    def mails(self) -> int:
        """How many mails leave."""
        return self.of(MAIL)

    @property
    def left_out(self) -> int:
        """How many get nothing."""
        return self.of(LEFT_OUT)

    @property
    def expected(self) -> int:
        """How many have an appointment to come."""
        return sum(line.appointment is not None for line in self.lines)

    @property
    def reached(self) -> list[Line]:
        """Those who are written to."""
        return [line for line in self.lines if line.manner != LEFT_OUT]

    def mark(self, data: Mapping[str, Any]) -> str:
        """What tells this act from another one: who accepts it accepts what they saw."""
        said = [str(data[name]) for name in SAID]
        pairs = sorted(f"{line.person.id} {line.manner}" for line in self.lines)
        return hashlib.sha256("\n".join((*said, *pairs)).encode()).hexdigest()


def preview(session: ScopedSession, people: Sequence[Person], data: Mapping[str, Any]) -> Preview:
    """What a valid form would do, as things stand."""
    wanted = Wanted(data["by_mail"], data["by_hand"], data["not_expected"])
    appointments = next_appointments(session, [person.id for person in people])
    lines = [
        Line(person, *manner_of(_known(person, appointments), wanted), appointments.get(person.id)) for person in people
    ]
    return Preview(sorted(lines, key=lambda line: (line.manner != LEFT_OUT, line.person.sort_name, line.person.id)))


def _known(person: Person, appointments: Mapping[Any, Appointment]) -> Known:
    return Known(
        is_open=person.stage in OPEN_STAGES,
        is_expected=person.id in appointments,
        wants_mail=person.wants_mail,
        has_email=bool(person.email),
        has_postal_address=has_postal_address(person),
    )
