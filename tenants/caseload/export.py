"""The list of files as a file for a spreadsheet: the rows that the page shows, in its order, with its columns."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import local
from clais.feature.columns import PersonColumn
from clais.spreadsheets import Value, as_csv, as_xlsx
from clais.translation import gettext as _
from clais.web.formatting import clock_time, exact_day
from tenants.caseload.queries import Wanted
from tenants.caseload.rows import file_columns, is_shown
from tenants.people.presentation import years
from tenants.people.workflow import STAGE

About = Sequence[tuple[str, str]]
"""Lines of two cells: what, and how it is here."""


def heads_of(columns: Sequence[PersonColumn], wanted: Wanted) -> list[str]:
    """What heads the columns of the file: the name in two, the number of the file, then what the list shows."""
    _person, *others = file_columns(columns, wanted).values()
    return [_("Family name"), _("Given names"), _("File number"), *(column.label for column in others)]


def cells_of(row: Row[Any], columns: Sequence[PersonColumn], wanted: Wanted, actor: Actor) -> list[Value]:
    """A file of the list; days and hours as such, so that a spreadsheet can sort by them."""
    person, referent, *values, _key = tuple(row)
    shown = [column for column in columns if wanted.shows(column)]
    own: Mapping[str, Value] = {
        "age": years(person),
        "stage": _(STAGE.states[person.stage]),
        "referent": referent or "",
    }
    return [
        person.family_name,
        person.given_names,
        person.reference,
        *(value for name, value in own.items() if is_shown(name, wanted)),
        *(_value(column, value, actor) for column, value in zip(shown, values, strict=True)),
    ]


def document(
    kind: str, columns: Sequence[PersonColumn], wanted: Wanted, rows: Sequence[Sequence[Value]], about: About
) -> bytes:
    """The file, as `xlsx` or `csv`."""
    heads = heads_of(columns, wanted)
    if kind == "csv":
        return as_csv([heads, *rows])
    return as_xlsx(_("Files"), heads, rows, (_("About this list"), about))


def about_list(platform: str, actor_name: str, at: datetime, chips: Sequence[tuple[str, str]], count: int) -> About:
    """What stands beside the rows: of which platform, for whom, when, what the list was narrowed by, how many."""
    return [
        (_("Platform"), platform),
        (_("Exported by"), actor_name),
        (_("Exported on"), f"{exact_day(at)} {clock_time(at)}"),
        *(chips or [(_("Filters"), _("none: all open files"))]),
        (_("Number of files"), str(count)),
        ("", _("This list is covered by professional secrecy. Keep it no longer than you need it.")),
    ]


def to_json(wanted: Wanted) -> dict[str, Any]:
    """What is wanted of the list, as a row keeps it."""
    found = {name: getattr(wanted, name) for name in ("stage", "age", "is_nobodys", "sort", "descending")}
    return found | {
        "referent_id": str(wanted.referent_id) if wanted.referent_id else None,
        "narrowed": sorted(map(list, wanted.narrowed)),
        "shown": sorted(wanted.shown) if wanted.shown is not None else None,
    }


def from_json(kept: Mapping[str, Any]) -> Wanted:
    """What `to_json` kept."""
    return Wanted(
        **{name: kept[name] for name in ("stage", "age", "is_nobodys", "sort", "descending")},
        referent_id=UUID(kept["referent_id"]) if kept["referent_id"] else None,
        narrowed=frozenset((name, code) for name, code in kept["narrowed"]),
        shown=frozenset(kept["shown"]) if kept["shown"] is not None else None,
    )


def cell_to_json(value: Value) -> Any:
    """A cell as a part of an export keeps it."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"on": value.isoformat()} if isinstance(value, date) else value


def cell_from_json(kept: Any) -> Value:
    """The cell that `cell_to_json` kept."""
    if not isinstance(kept, dict):
        return kept  # type: ignore[no-any-return]
    return datetime.fromisoformat(kept["at"]) if "at" in kept else date.fromisoformat(kept["on"])


def _value(column: PersonColumn, value: Any, actor: Actor) -> Value:
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None)
    if isinstance(value, date) or value is None:
        return value
    cell = column.cell(value, actor)
    return cell.title or cell.text  # What the list cuts short is said in full behind it.
