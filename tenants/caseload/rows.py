"""The list of files in words: columns, rows, filters in force, saved views."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.database import NIL
from clais.feature.columns import PersonColumn
from clais.listing import Cell, Chip, Column, Line
from clais.translation import gettext as _
from tenants.caseload.queries import MINE, NOBODY, Wanted
from tenants.people.presentation import years
from tenants.people.workflow import STAGE

Arguments = dict[str, Any]
"""The arguments of an address of the list, see `schemas.list_schema`."""


def arguments_of(wanted: Wanted, actor: Actor) -> Arguments:
    """The arguments that open this list."""
    found: dict[str, str | None] = {
        "stage": wanted.stage,
        "referent": NOBODY if wanted.is_nobodys else MINE if wanted.referent_id == actor.membership_id else None,
        **wanted.narrowed,
        "sort": wanted.sort if wanted.sort != "name" else None,
        "order": "down" if wanted.descending else None,
    }
    if wanted.referent_id and not found["referent"]:
        found["referent"] = str(wanted.referent_id)
    return {name: value for name, value in found.items() if value}


def address(wanted: Wanted, actor: Actor, **more: Any) -> str:
    """The address of this list."""
    values: dict[str, Any] = {**arguments_of(wanted, actor), **more}
    return url_for("caseload.index", **values)


def heads(wanted: Wanted, columns: Sequence[PersonColumn], actor: Actor) -> list[Column]:
    """The columns; each one that sorts links to the list in its order, or the other way round."""
    own = [
        ("name", _("Person"), "", "", "", True),
        ("age", _("Age"), "", "num prio-1", _("years old"), True),
        ("stage", _("Stage"), "", "", "", True),
        ("referent", _("Referent"), "", "wide-only prio-2", "", False),
    ]
    added = [(each.name, _(each.label), _(each.short), each.css, "", each.sortable) for each in columns]
    found = []
    for name, label, short, css, unit, sortable in own + added:
        is_here = wanted.sort == name
        turned = replace(wanted, sort=name, descending=is_here and not wanted.descending)
        direction = ("descending" if wanted.descending else "ascending") if is_here else ""
        found.append(Column(label, short, css, unit, address(turned, actor) if sortable else "", direction))
    return found


def lines_of(rows: Iterable[Row[Any]], columns: Sequence[PersonColumn], actor: Actor) -> list[Line]:
    """The rows. They link to the file, or to the card for an actor who may not open files."""
    stages = {code: _(label) for code, label in STAGE.states.items()}
    # Building a URL costs more than reading a row: one is built, and each key replaces the placeholder.
    endpoint = "file.show" if actor.may("person.read") else "people.card"
    pattern = url_for(endpoint, person_id=NIL)
    me = _("me")
    lines = []
    for row in rows:
        person, referent, *values = tuple(row)
        mine = person.referent_id == actor.membership_id
        cells = [
            Cell(years(person)),
            Cell(stages[person.stage]),
            Cell(me if mine else referent) if referent else Cell(_("nobody"), missing=True),
            *(column.cell(value, actor) for column, value in zip(columns, values, strict=True)),
        ]
        lines.append(Line(person.full_name, pattern.replace(str(NIL), str(person.id)), cells, person.reference))
    return lines


def chips(wanted: Wanted, columns: Sequence[PersonColumn], actor: Actor, name_of: Callable[[UUID], str]) -> list[Chip]:
    """The filters in force, in words, each with the address without it."""
    found = []
    if wanted.referent_id:
        mine = wanted.referent_id == actor.membership_id
        value = _("me") if mine else name_of(wanted.referent_id)
        found.append(Chip(_("Referent"), value, address(replace(wanted, referent_id=None), actor)))
    if wanted.is_nobodys:
        found.append(Chip(_("Referent"), _("nobody"), address(replace(wanted, is_nobodys=False), actor)))
    if wanted.stage:
        found.append(Chip(_("Stage"), _(STAGE.states[wanted.stage]), address(replace(wanted, stage=None), actor)))
    for column in columns:
        code = wanted.narrowed.get(column.name)
        if code:
            others = {name: value for name, value in wanted.narrowed.items() if name != column.name}
            label = _(column.narrowings[code].label)
            found.append(Chip(_(column.label), label, address(replace(wanted, narrowed=others), actor)))
    return found


def views(columns: Sequence[PersonColumn], actor: Actor, wanted: Wanted) -> list[tuple[str, Wanted]]:
    """The saved views above the list. Those of a column keep « my files » when it is in force."""
    here = wanted.referent_id if wanted.referent_id == actor.membership_id else None
    found = []
    if actor.may("person.read"):
        found.append((_("My files"), Wanted(referent_id=actor.membership_id)))
    for column in columns:
        for code, narrowing in column.narrowings.items():
            if narrowing.view:
                sort = column.name if column.sortable else "name"
                view = Wanted(referent_id=here, narrowed={column.name: code}, sort=sort)
                found.append((_(narrowing.view), view))
    return [*found, (_("All"), Wanted())]
