"""Who is at the desk and who is free, in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from clais.clock import now, today
from clais.encryption import DecryptionFailed, Keyring
from clais.identity.models import Membership
from clais.sealing import unseal
from clais.text import full_name
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import clock_time, exact_day, person_initials
from tenants.agenda.queries import AppointmentWithPerson
from tenants.agenda.rows import ends_at
from tenants.agenda.workflow import AHEAD
from tenants.desk.choices import HOLDS, KNOWN, MANNERS
from tenants.desk.models import Visit
from tenants.desk.queries import Period, Seen
from tenants.desk.rules.presence import Booked, Presence, presence_at
from tenants.intake.choices import TOPICS
from tenants.people.matching.duplicates import Match
from tenants.people.models import Person
from tenants.people.presentation import born_in_list
from tenants.people.urls import home_of
from tenants.printing.giving import Expected

LATE = timedelta(minutes=5)
"""So long after the hour of an appointment the desk says that somebody is late."""


@dataclass(frozen=True, slots=True)
class Screen:
    """How the desk names people: in full, or by initials where others can see the screen."""

    keyring: Keyring
    discreet: bool

    def name_of(self, seen: Seen) -> str:
        """Who it is: by their file, by what they said today, or somebody."""
        if seen.person is not None:
            return self.name(seen.person)
        said = names_typed(seen.visit, self.keyring)
        name = full_name(said.get("family_name") or "", said.get("given_names") or "")
        if not name:
            return _("Somebody")
        return person_initials(name) if self.discreet else name

    def name(self, person: Person) -> str:
        """The name of a person; the initials are on record as nobody's name."""
        if self.discreet:
            return person_initials(full_name(person.family_name, person.given_names))
        return person.full_name

    def url_of(self, seen: Seen) -> str:
        """The file, or the card, of whoever has one."""
        return home_of(seen.person) if seen.person is not None else ""


def names_typed(visit: Visit, keyring: Keyring) -> dict[str, Any]:
    """What somebody without a file said of themselves, until the evening."""
    if visit.sealed is None:
        return {}
    try:
        said: dict[str, Any] = dict(unseal(keyring, visit))
    except DecryptionFailed:
        # The keyring of another installation: the desk goes on without the name.
        return {}
    if said.get("birth_date"):
        said["birth_date"] = date.fromisoformat(said["birth_date"])
    return said


def asked_text(seen: Seen) -> str:
    """How they came and what they ask: sans rendez-vous · formation."""
    came = _(MANNERS.get(seen.visit.manner, seen.visit.manner)).lower()
    if seen.expected_at is not None:
        came = _("appointment of %(hour)s", hour=clock_time(seen.expected_at))
    if seen.visit.sent_by:
        came = _("sent by %(name)s", name=seen.visit.sent_by)
    themes = [_(TOPICS.get(theme, theme)).lower() for theme in seen.themes]
    return " · ".join((came, *themes))


def minutes_text(minutes: int) -> str:
    """« 26 min », « 1 h 05 »."""
    hours, rest = divmod(minutes, 60)
    return _("%(hours)s h %(rest)s", hours=hours, rest=f"{rest:02d}") if hours else _("%(minutes)s min", minutes=rest)


def lateness_of(starts_at: datetime) -> str:
    """« 12 min de retard », once it is worth saying."""
    late = now() - starts_at
    minutes = int(late.total_seconds() // 60)
    return _("%(time)s late", time=minutes_text(minutes)) if late > LATE else ""


@dataclass(frozen=True, slots=True)
class AgentLine:
    """A colleague in the strip of those who receive."""

    key: str
    name: str
    text: str
    free: bool


def agent_lines(
    agents: Iterable[Membership],
    appointments: Sequence[AppointmentWithPerson],
    seen: Sequence[Seen],
    away: Collection[UUID],
) -> list[AgentLine]:
    """Who receives today, and who is free; who is `away` is not, unless they receive somebody all the same."""
    receiving = {
        one.visit.agent_id: one.current.began_at for one in seen if one.visit.state == "received" and one.current
    }
    lines = []
    for agent in agents:
        presence, place = _presence(agent.id, appointments, receiving.get(agent.id))
        is_away = presence.free and agent.id in away
        text = _("not at work today") if is_away else _presence_text(presence, place)
        lines.append(AgentLine(str(agent.id), agent.display_name, text, presence.free and not is_away))
    return lines


def _presence(
    agent_id: UUID, appointments: Sequence[AppointmentWithPerson], receives_since: datetime | None
) -> tuple[Presence, str]:
    own = [one for one, _person in appointments if one.agent_id == agent_id and one.state in {*AHEAD, "came"}]
    booked = [Booked(one.starts_at, ends_at(one), one.state == "came") for one in own]
    place = next((one.place for one in own if one.place and ends_at(one) > now()), "")
    return presence_at(now(), booked, receives_since), place or ""


def _presence_text(presence: Presence, place: str) -> str:
    if presence.free:
        text = _("free until %(hour)s", hour=clock_time(presence.until)) if presence.until else _("free")
    elif presence.until:
        text = _("in an interview until %(hour)s", hour=clock_time(presence.until))
    elif presence.since:
        text = _("in an interview since %(hour)s", hour=clock_time(presence.since))
    else:
        text = _("in an interview")
    return " · ".join(filter(None, (text, place)))


def free_text(lines: Sequence[AgentLine]) -> str:
    """Who could receive now, beside somebody who waits for anybody."""
    free = [line.name.split()[0] for line in lines if line.free]
    if not free:
        return _("nobody is free")
    return ngettext("%(names)s is free", "%(names)s are free", len(free), names=", ".join(free))


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A file that may be of who comes: who, and whether it is open, and nothing of what it holds."""

    key: UUID
    name: str
    about: str
    known: str


def known_rows(matches: Sequence[Match[Person]], screen: Screen) -> list[KnownRow]:
    """The files that may be of who comes, likeliest first."""
    known = {code: _(label) for code, label in KNOWN.items()}
    return [
        KnownRow(
            match.key.id,
            screen.name(match.key),
            ", ".join(filter(None, ("" if screen.discreet else born_in_list(match.key), match.key.reference))),
            known["former"] if match.key.stage == "closed" else known["active"],
        )
        for match in matches
    ]


def said_in_words(said: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was typed of somebody without a file, for the page of the visit."""
    labels = {"family_name": _("Family name"), "given_names": _("Given names"), "birth_date": _("Birth date")}
    facts = [(label, said.get(name)) for name, label in labels.items()]
    return [(label, exact_day(value) if isinstance(value, date) else value) for label, value in facts if value]


PERIODS = {"waiting": N_("waited"), "served": N_("was with somebody"), "on_hold": N_("was on hold")}


def period_rows(seen: Seen, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """The hours of a visit: from when to when, and what it was."""
    return [(_span(period), _period_text(period, names)) for period in seen.periods]


def _span(period: Period) -> str:
    begins = clock_time(period.began_at)
    return f"{begins}–{clock_time(period.ended_at)}" if period.ended_at else _("since %(hour)s", hour=begins)


def _period_text(period: Period, names: Mapping[UUID, str]) -> str:
    if period.kind == "served" and period.agent_id and period.agent_id in names:
        return _("with %(name)s", name=names[period.agent_id])
    what = _(PERIODS.get(period.kind, period.kind))
    return f"{what} ({_(HOLDS.get(period.reason, period.reason))})" if period.reason else what


def presences(
    appointments: Sequence[AppointmentWithPerson], seen: Iterable[Seen], names: Mapping[UUID, str]
) -> list[Expected]:
    """Today's permanence by hour: who is expected, and who came without an appointment.

    Who has no file is on it without a name: what they said at the desk is erased this evening, a list is not.
    """
    expected = [
        (one.starts_at, Expected(clock_time(one.starts_at), person.full_name, one.agent_name, person.id))
        for one, person in appointments
        if one.state != "cancelled"
    ]
    for one in seen:
        visit, person = one.visit, one.person
        if visit.appointment_id or visit.arrived_on != today() or visit.state == "cancelled":
            continue
        name = person.full_name if person else _("without a file")
        whom = names.get(visit.agent_id, "") if visit.agent_id else ""
        expected.append((visit.arrived_at, Expected(clock_time(visit.arrived_at), name, whom, visit.person_id)))
    return [line for _moment, line in sorted(expected, key=lambda pair: pair[0])]
