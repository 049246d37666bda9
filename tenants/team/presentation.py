"""Words of a team: why someone is proposed, how much they follow, when they work, when they are away."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from clais.clock import today
from clais.identity.roles import ROLES
from clais.text import lower_first
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import day_as, near_day, row_span
from tenants.people.models import Person
from tenants.people.presentation import age
from tenants.people.workflow import OPEN_STAGES
from tenants.team.caseloads import RECEIVED, Counts
from tenants.team.choices import ABSENCE_KINDS, ASKED, NOT_AGAIN, SPOKEN_BESIDE_FRENCH
from tenants.team.models import Absence, WorkingPattern
from tenants.team.queries import Colleague
from tenants.team.rules.days import next_working_day, week_of, works_on
from tenants.team.rules.proposing import Agent, Newcomer, Proposal, languages_to_match
from tenants.team.schemas import request_kinds

DAY_NAMES = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
}


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day of a pattern as a letter: `state` is on, half or off."""

    letter: str
    state: str


def number_of_files(counted: Counter[str]) -> int:
    """The open files among what is counted of a member."""
    return sum(counted[stage] for stage in OPEN_STAGES)


def agent_of(colleague: Colleague, counts: Counts) -> Agent:
    """A colleague as the rules of a proposal see them, on the first day on which offices work."""
    day, pattern = next_working_day(today()), colleague.pattern
    counted = counts.get(colleague.membership.id, Counter())
    return Agent(
        key=colleague.membership.id,
        name=colleague.membership.display_name,
        files=number_of_files(counted),
        received=counted[RECEIVED],
        ceiling=pattern.ceiling if pattern else None,
        languages=frozenset(pattern.languages if pattern else ()),
        kinds=frozenset(pattern.request_kinds if pattern else ()),
        is_absent=colleague.absence_on(day) is not None,
        works_today=works_on(pattern.half_days if pattern else (), day),
        takes_newcomers=pattern.takes_newcomers if pattern else True,
    )


def newcomer_of(row: Row[Any]) -> Newcomer:
    """A row of the newcomers as the rules of a proposal see it."""
    wishes = {UUID(key): wish for key, wish in (row.wishes or {}).items()}
    return Newcomer(
        key=row.Person.id,
        languages=languages_to_match(row.Person.languages),
        kinds=frozenset(row.kinds or ()),
        asked=frozenset(key for key, wish in wishes.items() if wish == ASKED),
        refused=frozenset(key for key, wish in wishes.items() if wish == NOT_AGAIN),
        meets=row.meets,
    )


def facts_of(person: Person, kinds: Collection[str]) -> str:
    """What tells newcomers apart: 28 ans · Formation · depuis hier."""
    return " · ".join(filter(None, (age(person), kinds_in_words(kinds), _waiting_since(person.stage_since))))


def _waiting_since(day: date) -> str:
    days = (today() - day).days
    return ngettext("for %(num)d day", "for %(num)d days", days) if days > 1 else _(_LATELY[max(0, days)])


_LATELY = (N_("since today"), N_("since yesterday"))


def kinds_in_words(kinds: Collection[str]) -> str:
    """What someone came for."""
    return ", ".join(lower_first(label) for code, label in request_kinds() if code in kinds)


def languages_in_words(codes: Collection[str]) -> str:
    """Names of languages within a sentence."""
    return ", ".join(lower_first(_(label)) for code, label in SPOKEN_BESIDE_FRENCH.items() if code in codes)


def reasons_in_words(proposal: Proposal, newcomer: Newcomer) -> list[str]:
    """Why this agent for this newcomer, in the order of the rules."""
    agent = proposal.agent
    words = {
        "asked": _("asked for by the person"),
        "meets": _("has an appointment with the person"),
        "kind": _("named for: %(kinds)s", kinds=kinds_in_words(agent.kinds & newcomer.kinds)),
        "language": _("speaks %(languages)s", languages=languages_in_words(agent.languages & newcomer.languages)),
        "day": _at_work(),
        "week": received_in_words(agent.received),
        "room": load_in_words(agent.files, agent.ceiling),
    }
    return [words[reason] for reason in proposal.reasons]


def obstacles_in_words(proposal: Proposal) -> list[str]:
    """What stands against this agent."""
    agent = proposal.agent
    words = {
        "not_again": _("the person prefers somebody else"),
        "absent": _("away"),
        "no_newcomers": _("takes no newcomers"),
        "full": _("ceiling reached: %(load)s", load=load_in_words(agent.files, agent.ceiling)),
    }
    return [words[obstacle] for obstacle in proposal.obstacles]


def _at_work() -> str:
    day = next_working_day(today())
    return _("at work today") if day == today() else _("at work on %(day)s", day=day_as(day, "EEEE"))


def received_in_words(number: int) -> str:
    """How many files came to someone in the last week."""
    if not number:
        return _("no file in 7 days")
    return ngettext("%(num)d file in 7 days", "%(num)d files in 7 days", number)


def load_in_words(files: int, ceiling: int | None) -> str:
    """How many files someone follows: « 46 dossiers sur 45 »."""
    if ceiling is None:
        return ngettext("%(num)d file", "%(num)d files", files)
    return ngettext("%(num)d file of %(ceiling)s", "%(num)d files of %(ceiling)s", files, ceiling=ceiling)


def week_in_letters(half_days: Collection[str]) -> list[WeekDay]:
    """The days of a pattern: a letter each, and whether it is worked."""
    return [
        WeekDay(_(DAY_NAMES[day.name])[:1].upper(), ("off", "half", "on")[day.halves]) for day in week_of(half_days)
    ]


def week_in_words(half_days: Collection[str]) -> str:
    """The same said: « lundi, mardi matin, jeudi »; every day where the pattern says nothing."""
    if not half_days:
        return _("every working day")
    return ", ".join(_day_in_words(day) for day in week_of(half_days) if day.halves)


def half_days_in_words(number: int) -> str:
    """How much someone works, beside their name."""
    return ngettext("%(num)d half-day a week", "%(num)d half-days a week", number)


def _day_in_words(day: Any) -> str:
    name = lower_first(_(DAY_NAMES[day.name]))
    if day.morning and day.afternoon:
        return name
    return _("%(day)s morning", day=name) if day.morning else _("%(day)s afternoon", day=name)


def absence_in_words(absence: Absence) -> str:
    """Its kind and its days: « Congé, 7 déc. – 11 déc. »."""
    kind = _(ABSENCE_KINDS[absence.kind])
    if absence.starts_on == absence.ends_on:
        return _("%(kind)s, %(days)s", kind=kind, days=day_as(absence.starts_on, "EEE d MMM"))
    return _("%(kind)s, %(days)s", kind=kind, days=row_span(absence.starts_on, absence.ends_on))


def what_falls_into(appointments: int, plans: int) -> str:
    """What is to be covered during an absence: « 8 rendez-vous, 2 plans à évaluer »; empty when nothing is."""
    parts = (
        ngettext("%(num)d appointment", "%(num)d appointments", appointments) if appointments else "",
        ngettext("%(num)d plan to evaluate", "%(num)d plans to evaluate", plans) if plans else "",
    )
    return ", ".join(filter(None, parts))


def absences_in_words(absences: Iterable[Absence]) -> str:
    """When a member is away next: the absence of today, or the first to come."""
    day = today()
    first: Sequence[Absence] = sorted(absences, key=lambda each: each.starts_on)[:1]
    if not first:
        return ""
    if first[0].starts_on <= day:
        return _("away until %(day)s", day=near_day(first[0].ends_on))
    return absence_in_words(first[0])


def wishes_in_words(row: Row[Any], names: dict[UUID, str]) -> list[str]:
    """Whom a newcomer asks for or refuses, among those who are still here."""
    wishes = {UUID(key): wish for key, wish in (row.wishes or {}).items()}
    said = {ASKED: N_("asks for %(name)s"), NOT_AGAIN: N_("prefers somebody else than %(name)s")}
    return [_(said[wish], name=names[key]) for key, wish in wishes.items() if key in names]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member on the list of the team."""

    key: UUID
    name: str
    about: str
    days: Sequence[WeekDay]
    days_text: str
    facts: str


def member_line(colleague: Colleague, counts: Counts) -> MemberLine:
    """Who they are, when they work, how much they follow, when they are away."""
    member, pattern = colleague.membership, colleague.pattern
    half_days = pattern.half_days if pattern else ()
    files = number_of_files(counts.get(member.id, Counter()))
    load = load_in_words(files, pattern.ceiling if pattern else None) if files or pattern else _("without files")
    return MemberLine(
        key=member.id,
        name=member.display_name,
        about=" · ".join(filter(None, (_(ROLES[member.role]), member.organisation))),
        days=week_in_letters(half_days),
        days_text=week_in_words(half_days),
        facts=" · ".join(filter(None, (load, absences_in_words(colleague.absences)))),
    )


def pattern_facts(pattern: WorkingPattern | None, files: int) -> list[tuple[str, str]]:
    """When a member works, how much they follow and whom they receive best."""
    if pattern is None:
        return [(_("Working half-days"), week_in_words(())), (_("Open files"), load_in_words(files, None))]
    return [
        (_("Working half-days"), week_in_words(pattern.half_days)),
        (_("Open files"), load_in_words(files, pattern.ceiling)),
        (_("Languages beside French"), languages_in_words(pattern.languages)),
        (_("Named for these requests"), kinds_in_words(pattern.request_kinds) or _("all kinds of requests")),
        (_("Newcomers"), _("takes newcomers") if pattern.takes_newcomers else _("takes no newcomers")),
    ]
