"""The situation of a person in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from clais.exchange.eligibility.choices import CHILDCARE_STATES
from clais.text import lower_first
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.formatting import day_as, exact_day
from tenants.people.dated import OF_PERIODS, SCHOOLING, history_of
from tenants.people.models import Person, PersonChange
from tenants.people.periods import WORDS as ON_THE_CARD
from tenants.people.periods import Words, said, schooling_words
from tenants.people.presentation import text_of
from tenants.people.rules.periods import Period, Span, spans
from tenants.people.schemas import PersonSchema
from tenants.situation.choices import (
    AVAILABILITY,
    CHILDCARE,
    COMPOSITION,
    CONTRACTS,
    DAYS,
    EPISODES,
    FACTS,
    HALVES,
    HOUSEHOLD,
    MEANS,
    RECOGNITION,
    TRANSPORT,
)


def _household(value: Mapping[str, Any]) -> str:
    composition = COMPOSITION[value["composition"]]
    parts = [_(composition)]
    if adults := value.get("adults"):
        parts.append(ngettext("%(num)d adult", "%(num)d adults", adults))
    children = value.get("children") or []
    if children:
        born = ", ".join(str(child["born"]) for child in children)
        parts.append(ngettext("%(num)d child (%(born)s)", "%(num)d children (%(born)s)", len(children), born=born))
    dependants = sum(bool(child.get("dependant")) for child in children) + (value.get("other_dependants") or 0)
    if dependants:
        parts.append(ngettext("%(num)d dependant", "%(num)d dependants", dependants))
    return ", ".join(parts)


def _childcare(value: Mapping[str, Any]) -> str:
    state = CHILDCARE_STATES[value["childcare"]]
    return " · ".join(filter(None, (_(state), value.get("detail"))))


def _transport(value: Mapping[str, Any]) -> str:
    first, *others = (_(MEANS[code]) for code in value["means"])
    means = ", ".join((first, *map(lower_first, others)))
    minutes = value.get("minutes")
    return " · ".join(filter(None, (means, _("%(num)d minutes at most", num=minutes) if minutes else "")))


def _availability(value: Mapping[str, Any]) -> str:
    chosen = value["half_days"]
    days = [
        f"{_(day)} {' + '.join(_(HALVES[half]) for half in halves)}"
        for code, day in DAYS.items()
        if (halves := [half for half in HALVES if f"{code}_{half}" in chosen])
    ]
    hours = value.get("hours")
    return " · ".join(filter(None, (", ".join(days), _("%(num)d h a week at most", num=hours) if hours else "")))


def _schooling(value: Mapping[str, Any]) -> str:
    recognition = value.get("recognition")
    beside = (value.get("country"), _(RECOGNITION[recognition]) if recognition else "")
    return " · ".join(filter(None, (schooling_words(value), *beside)))


OTHERWISE = {"episode": N_("Work or training")}
"""What changes and is neither on the card nor dated."""
DATES = frozenset({"birth_date", "status_since", "forem_registered_on"})

WORDS: dict[str, Words] = {
    **ON_THE_CARD,
    SCHOOLING: _schooling,
    HOUSEHOLD: _household,
    CHILDCARE: _childcare,
    TRANSPORT: _transport,
    AVAILABILITY: _availability,
}
"""Dated fact → what says a value of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A dated fact on the file: what is so now, since when, and what was so before; empty when nobody asked yet."""

    fact: str
    label: str
    told: str


def lines_of(person: Person, stored: Mapping[str, Sequence[Any]]) -> Iterator[Line]:
    """The dated facts of a person, those that nobody asked yet too."""
    for fact, label in FACTS.items():
        known = spans(history_of(person, fact, stored))
        yield Line(fact, _(label), told(WORDS[fact], known) if known else "")


def told(words: Words, periods: Sequence[Span]) -> str:
    """« RI, depuis le 1er septembre 2023 ; auparavant sans revenu, du … au … »."""
    newest, *earlier = (said(words, one) for one in reversed(periods))
    if not earlier:
        return newest
    return _("%(now)s; before that %(before)s", now=newest, before=", ".join(map(lower_first, earlier)))


def period_words(fact: str, span: Span) -> str:
    """What was so in a period."""
    return WORDS[fact](span.value) if span.value is not None else _("not known")


def months(since: date, until: date | None) -> str:
    """The months of an episode: « septembre 2019 – mars 2021 », « depuis mars 2024 »."""
    first = day_as(since, "MMMM y")
    if until is None:
        return _("since %(month)s", month=first)
    last = day_as(until, "MMMM y")
    return first if first == last else f"{first} – {last}"


@dataclass(frozen=True, slots=True)
class EpisodeLine:
    """An episode on the file."""

    id: UUID
    title: str
    months: str
    facts: str
    detail: str


def episode_lines(episodes: Sequence[Any]) -> list[EpisodeLine]:
    """The episodes of a file, in the given order."""
    return [
        EpisodeLine(one.id, one.title, months(one.since, one.until), episode_facts(one), one.detail or "")
        for one in episodes
    ]


def episode_facts(episode: Any) -> str:
    """What is said beside the title of an episode."""
    occupation = f"{episode.occupation_label} ({episode.occupation_code})" if episode.occupation_code else ""
    hours = episode.weekly_hours
    return " · ".join(
        filter(
            None,
            (
                _(EPISODES.get(episode.kind, episode.kind)),
                episode.organisation,
                episode.place,
                _(CONTRACTS[episode.contract]) if episode.contract else "",
                _("%(num)d h a week", num=hours) if hours else "",
                occupation,
            ),
        )
    )


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that changed: its name, what it said before, what it says now."""

    label: str
    before: str
    after: str


def changed(change: PersonChange) -> list[Change]:
    """What one save changed."""
    labels = {name: str(field.metadata.get("label", name)) for name, field in PersonSchema().load_fields.items()}
    found = []
    for name, values in change.facts.items():
        known = FACTS.get(name.removeprefix(OF_PERIODS)) or OTHERWISE.get(name)
        label = labels.get(name) or (_(known) if known else "")
        if not label:
            continue  # A fact that this version of the house does not know.
        if values:
            found.append(Change(label, *(_as_text(name, values[side]) or _("nothing") for side in ("before", "after"))))
        else:
            found.append(Change(label, _("not shown"), _("not shown")))
    return found


def _as_text(name: str, value: Any) -> str:
    """A value that is kept among what changed."""
    if name.startswith(OF_PERIODS):
        fact = name.removeprefix(OF_PERIODS)
        known = spans(tuple(Period(_day(since), held) for since, held in value))
        return "; ".join(said(WORDS[fact], one) for one in reversed(known))
    if name == "episode":
        if not value:
            return ""
        return f"{value['title']}, {months(date.fromisoformat(value['since']), _day(value.get('until')))}"
    if name in DATES and value:
        return exact_day(date.fromisoformat(value))
    return text_of(name, value)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
