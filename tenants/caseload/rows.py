"""The list of files in words: columns, rows, filters, saved views."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.database import NIL
from clais.feature.columns import PersonColumn
from clais.listing import Cell, Column, Filter, Line
from clais.translation import gettext as _
from tenants.caseload.queries import MINE, NOBODY
from tenants.people.models import Person
from tenants.people.presentation import years
from tenants.people.workflow import OPEN_STAGES, STAGE


def file_columns(columns: Sequence[PersonColumn], *, mine: bool = False) -> dict[str, Column]:
    """The columns by the names of their sorts; on a phone, whose referent is always `mine` is not said."""
    own = {
        "name": Column(_("Person")),
        "age": Column(_("Age"), css="num prio-1", unit=_("years old")),
        "stage": Column(_("Stage")),
        "referent": Column(_("Referent"), _("Referent"), f"named prio-2 {'wide-only' if mine else 'whole-line'}"),
    }
    return own | {each.name: Column(_(each.label), _(each.short), each.css) for each in columns}


def lines_of(rows: Iterable[Row[Any]], columns: Sequence[PersonColumn], actor: Actor) -> list[Line]:
    """The rows. They link to the file, or to the card for an actor who may not open files."""
    stages = {code: _(label) for code, label in STAGE.states.items()}
    # Building a URL costs more than reading a row: one is built, and each key replaces the placeholder.
    endpoint = "file.show" if actor.may("person.read") else "people.card"
    pattern = url_for(endpoint, person_id=NIL)
    me = _("me")
    lines = []
    for row in rows:
        person, referent, *values, _key = tuple(row)
        mine = person.referent_id == actor.membership_id
        cells = [
            Cell(years(person)),
            Cell(stages[person.stage]),
            Cell(me if mine else referent) if referent else Cell(_("nobody"), missing=True),
            *(_cell(person, column, value, actor) for column, value in zip(columns, values, strict=True)),
        ]
        lines.append(Line(person.full_name, pattern.replace(str(NIL), str(person.id)), cells, person.reference))
    return lines


def _cell(person: Person, column: PersonColumn, value: Any, actor: Actor) -> Cell:
    """One value; in a closed file nothing is ahead, and nothing is late."""
    if person.stage in OPEN_STAGES:
        return column.cell(value, actor)
    return Cell("—", missing=True) if column.is_ahead else column.cell(value, actor)._replace(kind="", tag=False)


def filters_of(columns: Sequence[PersonColumn], referents: Mapping[str, str]) -> list[Filter]:
    """The choices by which the list is narrowed. `referents` are members by key, in words."""
    return [
        Filter("referent", _("Referent"), {MINE: _("me"), NOBODY: _("nobody"), **referents}),
        Filter("stage", _("Stage"), {code: _(label) for code, label in STAGE.states.items()}),
        *(
            Filter(column.name, _(column.label), {code: _(each.label) for code, each in column.narrowings.items()})
            for column in columns
            if column.narrowings
        ),
    ]


def views(columns: Sequence[PersonColumn], actor: Actor, *, mine: bool) -> Iterator[tuple[str, dict[str, str], str]]:
    """The saved views above the list: label, filters, sort. With `mine`, those of a column keep « my files »."""
    if actor.may("person.read"):
        yield _("My files"), {"referent": MINE}, "name"
    for column in columns:
        for code, narrowing in column.narrowings.items():
            if narrowing.view:
                kept = {"referent": MINE} if mine else {}
                yield _(narrowing.view), {**kept, column.name: code}, column.name if column.sortable else "name"
    yield _("All"), {}, "name"
