"""The list of files as an address asks for it: columns, filters and order, as the queries take them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from marshmallow import ValidationError

from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.forms.lists import COLUMNS
from clais.listing import Filter
from clais.web.context import actor, database
from clais.web.lists import Asked, asked
from tenants.caseload.queries import MINE, NOBODY, Wanted
from tenants.caseload.rows import filters_of
from tenants.caseload.schemas import list_schema
from tenants.people.views.referents import possible_referents

HOW_IT_LOOKS = frozenset({"sort", "order", COLUMNS})
"""Arguments of the list that do not narrow it."""


def columns_here() -> tuple[PersonColumn, ...]:
    """The columns that the actor may see."""
    return tuple(column for column in composition().person_columns if actor().may(column.permission))


def asked_here(columns: tuple[PersonColumn, ...]) -> Asked:
    """What the address of this request asks of the list."""
    return asked("caseload.index", list_schema(columns))


def arguments_known(columns: tuple[PersonColumn, ...], arguments: Mapping[str, str]) -> dict[str, str]:
    """Those of a saved view's arguments that the list still takes: a column may be gone since, or a code."""
    known = list_schema(columns)().load_fields
    mine = {name: value for name, value in arguments.items() if name in known}
    try:
        list_schema(columns)().load(mine)
    except ValidationError as error:
        return {name: value for name, value in mine.items() if name not in error.messages_dict}
    return mine


def still_means_the_same(columns: tuple[PersonColumn, ...], arguments: Mapping[str, str]) -> bool:
    """Whether the list takes all that a kept view narrows by: without it, it would show more than its name says."""
    known = arguments_known(columns, arguments)
    return all(name in known or name in HOW_IT_LOOKS for name in arguments)


def wanted_of(
    filters: Mapping[str, str], columns: Sequence[PersonColumn], sort: str = "name", *, descending: bool = False
) -> Wanted:
    """What some filters ask for, as the queries take it."""
    referent = filters.get("referent")
    someone = UUID(referent) if referent and referent not in (MINE, NOBODY) else None
    return Wanted(
        stage=filters.get("stage"),
        age=filters.get("age"),
        referent_id=actor().membership_id if referent == MINE else someone,
        is_nobodys=referent == NOBODY,
        narrowed=frozenset((column.name, filters[column.name]) for column in columns if column.name in filters),
        sort=sort,
        descending=descending,
    )


def wanted_by(chosen: Asked, columns: Sequence[PersonColumn]) -> Wanted:
    """What the address of the list asks for, in its order and with its columns."""
    wanted = wanted_of(chosen.filters, columns, chosen.sort, descending=chosen.descending)
    return replace(wanted, shown=frozenset(chosen.columns.split(".")) if chosen.columns else None)


def filters_in_force(chosen: Asked, columns: Sequence[PersonColumn]) -> list[Filter]:
    """The filters in words; members and the values of a column are read only when one of them is chosen."""
    by_name = chosen.filters.get("referent") not in (None, MINE, NOBODY)
    members = {str(member.id): member.display_name for member in possible_referents()} if by_name else {}
    return filters_of(columns, members, lambda column: options_of(column) if column.name in chosen.filters else {})


def options_of(column: PersonColumn) -> Mapping[str, str]:
    """The values that a column can be narrowed by, in words."""
    return column.choosing.options(database()) if column.choosing else {}
