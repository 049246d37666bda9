"""The instruments of the basin as a platform lists them, and what a version asks."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from flask import url_for

from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import drift
from clais.exchange.publications.instruments import Shelf
from clais.instruments.rules.definition import Definition, said
from clais.instruments.wording import condition_text, kind_text, own_text
from clais.translation import gettext as _
from tenants.instruments.presentation import TAGS, newest_text, standing_text, used_text, version_state


class Line(NamedTuple):
    """An instrument: how the platform stands, why, and the one act. `in_review` is the tag and page of a version that
    may still change.
    """

    name: str
    url: str
    tag: str
    tag_kind: str
    why: str
    act: str
    act_url: str
    waits: bool
    in_review: tuple[str, str] | None


def lines_of(shelves: list[Shelf], adoptions: Mapping[UUID, InstrumentAdoption], *, may_adopt: bool) -> list[Line]:
    """What waits first, the longest late at the top; then by name."""
    found = []
    for shelf in shelves:
        adoption = adoptions.get(shelf.instrument.id)
        how = drift(shelf, adoption)
        newest = next(iter(shelf.to_adopt or shelf.versions))
        changes = how.waits and adoption is not None and adoption.number is not None
        page = "adoption.changes" if changes else "adoption.show"
        act = _("Read and adopt") if how.waits and may_adopt else _("Read")
        line = Line(
            shelf.instrument.name,
            url_for("adoption.show", version_id=newest.id),
            standing_text(how),
            TAGS[how.standing],
            " ".join(filter(None, (used_text(adoption), newest_text(shelf, how)))),
            act,
            url_for(page, version_id=newest.id),
            how.waits and may_adopt,
            _in_review(shelf),
        )
        found.append((how.waits, how.days, line))
    return [line for _waits, _days, line in sorted(found, key=lambda one: (not one[0], -one[1]))]


def _in_review(shelf: Shelf) -> tuple[str, str] | None:
    version = shelf.in_preparation
    if version is None:
        return None
    state, _kind = version_state(version)
    text = _("version %(number)s %(state)s", number=version.number, state=state)
    return text, url_for("adoption.show", version_id=version.id)


class Question(NamedTuple):
    number: int
    label: str
    hint: str
    kind: str
    choices: tuple[str, ...]
    condition: str
    required: bool
    sealed: bool
    own: str


class Group(NamedTuple):
    label: str
    own: str
    lines: list[Question]


def questions_of(definition: Definition, marks: Mapping[str, bool]) -> Iterator[Group]:
    """The sections, each with its questions in words, and with what is the platform's own."""
    number = 0
    for section in definition.sections:
        lines = []
        for item in section.items:
            number += 1
            choices = tuple(said(choice.label) or choice.code for choice in definition.choices(item))
            condition = condition_text(definition, item.shown_if) if item.shown_if else ""
            label = said(item.label) or item.id
            about = (kind_text(item), choices, condition, item.required, item.sealed, own_text(marks, item.id))
            lines.append(Question(number, label, said(item.hint), *about))
        yield Group(said(section.label) or section.id, own_text(marks, section.id), lines)
