"""What a draft of a CV can say of a person: nothing of their status, no number, nothing sensitive, no photo."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from clais.numbers import format_phone
from clais.text import fold
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.people.choices import LICENCES, SCHOOLING
from tenants.people.models import Person
from tenants.people.presentation import address, languages
from tenants.situation.choices import CONTRACTS, EPISODES
from tenants.situation.presentation import months

ADDRESS, PHONE, EMAIL, BIRTH = "address", "phone", "email", "birth"
SCHOOL, LANGUAGES, MOBILITY = "school", "languages", "mobility"
FACTS = {
    ADDRESS: N_("Address"),
    PHONE: N_("Phone"),
    EMAIL: N_("E-mail"),
    SCHOOL: N_("Schooling"),
    LANGUAGES: N_("Languages"),
    MOBILITY: N_("Licence and vehicle"),
    BIRTH: N_("Birth date"),
}
"""What a CV can say beside work and training, with its name."""
ASKED_FOR = frozenset({BIRTH})
"""What is on it for who ticks it alone: an employer may not ask for it."""
NO_CERTIFICATE = frozenset({"none", "unknown"})
UNTOLD_CONTRACTS = frozenset({"article_60"})
"""Contracts that would tell of help from a CPAS."""
OTHERWISE = frozenset({"volunteering", "other", "internship"})
"""The episodes whose kind is said beside the title: a reader would take them for paid work."""
MOST_TICKED = 12
"""Episodes that are ticked at first, the newest ones: a CV has a page or two."""


def known_facts(person: Person) -> dict[str, str]:
    """Code → what a CV can say of the person, without what nobody noted."""
    said = {
        ADDRESS: address(person),
        PHONE: format_phone(phone) if (phone := person.phone or person.other_phone) else "",
        EMAIL: person.email or "",
        SCHOOL: _school(person),
        LANGUAGES: languages(person.languages),
        MOBILITY: _mobility(person),
        BIRTH: exact_day(person.birth_date) if person.birth_date else "",
    }
    return {code: text for code, text in said.items() if text}


def _school(person: Person) -> str:
    """The highest certificate, by its name and of what; of a foreign one what it was, and not how it counts here."""
    code = person.schooling or ""
    by_name = code and code not in NO_CERTIFICATE | {"foreign"}
    return " · ".join(filter(None, (_(SCHOOLING[code]) if by_name else "", person.schooling_note)))


def _mobility(person: Person) -> str:
    """A licence and a vehicle; no CV says that there is none."""
    kinds = ", ".join(_(LICENCES[code]) for code in person.driving_licences)
    parts = (_("licence %(kinds)s", kinds=kinds) if kinds else "", _("has a vehicle") if person.has_vehicle else "")
    return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Missing:
    """What a CV would say and nobody noted, with the page on which it is filled in."""

    label: str
    url: str


def missing(person: Person, known: Collection[str], episodes: Sequence[Any]) -> Iterator[Missing]:
    """What to ask the person for a fuller CV."""
    if not episodes:
        yield Missing(_("Work and training"), url_for("situation.new_episode", person_id=person.id))
    for code, field in (
        (SCHOOL, "schooling"), (LANGUAGES, "languages"), (MOBILITY, "driving_licences"), (PHONE, "phone"),
        (ADDRESS, "postal_code"),
    ):  # fmt: skip
        if code not in known:
            yield Missing(_(FACTS[code]), url_for("people.edit", person_id=person.id, _anchor=f"field-{field}"))


@dataclass(frozen=True, slots=True)
class Line:
    """An episode on a CV."""

    title: str
    months: str
    where: str
    how: str
    detail: str


def cv_of(known: Mapping[str, str], episodes: Sequence[Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """All that the template of the CV tells, of what was ticked alone."""
    facts = {code: known[code] for code in chosen["facts"] if code in known}
    ticked = [one for one in episodes if str(one.id) in set(chosen["episodes"])]
    return {
        "title": chosen["title"],
        "introduction": chosen["introduction"],
        "reach": [line for code in (ADDRESS, PHONE, EMAIL) for line in facts.get(code, "").splitlines()],
        "born": facts.get(BIRTH),
        "work": [line_of(one) for one in ticked if one.kind != "training"],
        "training": [line_of(one) for one in ticked if one.kind == "training"],
        "school": facts.get(SCHOOL),
        "languages": facts.get(LANGUAGES),
        "mobility": facts.get(MOBILITY),
    }


def line_of(episode: Any) -> Line:
    """An episode as an employer reads it."""
    occupation = episode.occupation_label or ""
    told = episode.contract if episode.contract not in UNTOLD_CONTRACTS else None
    hours = episode.weekly_hours
    how = (
        _(EPISODES[episode.kind]) if episode.kind in OTHERWISE else "",
        occupation if fold(occupation) != fold(episode.title) else "",
        _(CONTRACTS[told]) if told else "",
        _("%(num)d h a week", num=hours) if hours else "",
    )
    return Line(
        episode.title,
        months(episode.since, episode.until),
        ", ".join(filter(None, (episode.organisation, episode.place))),
        " · ".join(filter(None, how)),
        episode.detail or "",
    )
