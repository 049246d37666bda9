"""The list of files in words: columns, rows, filters, saved views."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.database import NIL
from clais.feature.columns import ListAct, PersonColumn
from clais.forms.lists import COLUMNS
from clais.listing import BulkAct, Cell, Choosable, Column, Filter, Line
from clais.translation import N_
from clais.translation import gettext as _
from tenants.caseload.models import SavedView
from tenants.caseload.queries import MINE, NOBODY, Wanted
from tenants.people.models import Person
from tenants.people.presentation import years
from tenants.people.workflow import OPEN_STAGES, STAGE

AGE_WORDS = {
    "under_25": N_("under 25 years"),
    "25_44": N_("25 to 44 years"),
    "45_54": N_("45 to 54 years"),
    "55_up": N_("55 years and over"),
}
"""The bands of AGE_BANDS in words."""


def file_columns(columns: Sequence[PersonColumn], wanted: Wanted, *, mine: bool = False) -> dict[str, Column]:
    """The columns shown, by the names of their sorts; on a phone, whose referent is always `mine` is not said."""
    own = {
        "age": Column(_("Age"), css="num prio-1", unit=_("years old")),
        "stage": Column(_("Stage")),
        "referent": Column(_("Referent"), _("Referent"), f"named prio-2 {'wide-only' if mine else 'whole-line'}"),
    }
    shown = {name: column for name, column in own.items() if is_shown(name, wanted)}
    others = {each.name: Column(_(each.label), _(each.short), each.css) for each in columns if wanted.shows(each)}
    return {"name": Column(_("Person")), **shown, **others}


def is_shown(own: str, wanted: Wanted) -> bool:
    """Whether a column of OWN_COLUMNS is shown."""
    return wanted.shown is None or own in wanted.shown


def choosable(columns: Sequence[PersonColumn], wanted: Wanted) -> list[Choosable]:
    """The columns to choose from, in their order."""
    own = {"age": _("Age"), "stage": _("Stage"), "referent": _("Referent")}
    return [
        *(Choosable(name, label, is_shown(name, wanted)) for name, label in own.items()),
        *(Choosable(each.name, _(each.label), wanted.shows(each)) for each in columns),
    ]


def lines_of(rows: Iterable[Row[Any]], columns: Sequence[PersonColumn], wanted: Wanted, actor: Actor) -> list[Line]:
    """The rows. They link to the file, or to the card for an actor who may not open files."""
    columns = [column for column in columns if wanted.shows(column)]
    stages = {code: _(label) for code, label in STAGE.states.items()}
    # Building a URL costs more than reading a row: one is built, and each key replaces the placeholder.
    endpoint = "file.show" if actor.may("person.read") else "people.card"
    pattern = url_for(endpoint, person_id=NIL)
    me = _("me")
    lines = []
    for row in rows:
        person, referent, *values, _key = tuple(row)
        mine = person.referent_id == actor.membership_id
        own = {
            "age": Cell(years(person)),
            "stage": Cell(stages[person.stage]),
            "referent": Cell(me if mine else referent) if referent else Cell(_("nobody"), missing=True),
        }
        cells = [
            *(cell for name, cell in own.items() if is_shown(name, wanted)),
            *(_cell(person, column, value, actor) for column, value in zip(columns, values, strict=True)),
        ]
        url = pattern.replace(str(NIL), str(person.id))
        lines.append(Line(person.full_name, url, cells, person.reference, pick=str(person.id)))
    return lines


def bulk_acts(acts: Iterable[ListAct], actor: Actor) -> list[BulkAct]:
    """What the actor may do with several files at once."""
    return [BulkAct(_(act.label), act.icon, url_for(act.endpoint)) for act in acts if actor.may(act.permission)]


def _cell(person: Person, column: PersonColumn, value: Any, actor: Actor) -> Cell:
    """One value; in a closed file nothing is ahead, and nothing is late; nor what the column excuses."""
    if person.stage not in OPEN_STAGES and column.is_ahead:
        return Cell("—", missing=True)
    cell = column.cell(value, actor)
    is_calm = person.stage not in OPEN_STAGES or (column.is_excused is not None and column.is_excused(person))
    return cell._replace(kind="", tag=False) if is_calm else cell


def filters_of(
    columns: Sequence[PersonColumn], referents: Mapping[str, str], options: Callable[[PersonColumn], Mapping[str, str]]
) -> list[Filter]:
    """The choices by which the list is narrowed. `referents` are members by key, in words; `options` gives the values
    that a column with many of them can be narrowed by, in words.
    """
    return [
        Filter("referent", _("Referent"), {MINE: _("me"), NOBODY: _("nobody"), **referents}),
        Filter("stage", _("Stage"), {code: _(label) for code, label in STAGE.states.items()}),
        Filter("age", _("Age"), {code: _(label) for code, label in AGE_WORDS.items()}),
        *(
            Filter(
                column.name,
                _(column.label),
                {code: _(each.label) for code, each in column.narrowings.items()}
                | (dict(options(column)) if column.choosing else {}),
            )
            for column in columns
            if column.narrowings or column.choosing
        ),
    ]


class View(NamedTuple):
    """A saved view above the list: its filters, its order, and the columns that it shows, None for those shown now."""

    label: str
    filters: Mapping[str, str]
    sort: str = "name"
    is_turned: bool = False
    columns: str | None = None


def views(columns: Sequence[PersonColumn], actor: Actor, *, mine: bool) -> Iterator[View]:
    """The views that the house has for everybody. With `mine`, those of a column keep « my files »."""
    if actor.may("person.read"):
        yield View(_("My files"), {"referent": MINE})
    for column in columns:
        for code, narrowing in column.narrowings.items():
            if narrowing.view:
                kept = {"referent": MINE} if mine else {}
                yield View(_(narrowing.view), {**kept, column.name: code}, column.name if column.sortable else "name")
    yield View(_("All"), {})


def saved(view: SavedView, arguments: Mapping[str, str]) -> View:
    """A view that a member keeps, by those of its arguments that the list still knows."""
    filters = {name: value for name, value in arguments.items() if name not in {"sort", "order", COLUMNS}}
    return View(
        view.label,
        filters,
        arguments.get("sort", "name"),
        is_turned=arguments.get("order") == "turned",
        columns=arguments.get(COLUMNS),
    )
