"""What a feature contributes to the list of people: columns that are read with the list, in its one statement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.handling import Key
from clais.listing import Cell


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to narrow the list by a column: `condition` takes the column's expression.

    `label` names it among the choices of the column, `view` among the tabs above the list, if it has one there; both
    are gettext ids.
    """

    label: str
    condition: Callable[[ColumnElement[Any]], ColumnElement[bool]]
    view: str = ""


@dataclass(frozen=True, slots=True)
class Choosing:
    """A way to narrow the list by one of many values that no table of codes names, such as a postal code.

    `pattern` matches a value in an address; `options` reads those that there are, each with its words. `condition`
    takes the tenant, the column's expression and the value.
    """

    pattern: str
    options: Callable[[ScopedSession], Mapping[str, str]]
    condition: Callable[[Key, ColumnElement[Any], str], ColumnElement[bool]]


@dataclass(frozen=True, slots=True, eq=False)
class PersonColumn:
    """A column of the list of people.

    `expression` builds a scalar about the person in the row, in the tenant that it is given, NULL when there is none: a
    day, a moment or a text. It is asked once, so the present moment in it is a `clais.database.moments.moment`. The
    scalar is read after the page is cut, unless the list is sorted or narrowed by it. `label` and `short` (before the
    value on a phone) are gettext ids.
    `is_excused` says of the person in the row whether nothing of it is late. `css` places the column, see
    `clais.listing.Column`. With `is_ahead` it says what is still to be done for the
    person, and a closed file has none. With `is_extra` it is shown to whoever chooses it, and narrows all the same.
    """

    name: str
    order: int
    label: str
    short: str
    permission: str
    expression: Callable[[Key], ColumnElement[Any]]
    cell: Callable[[Any, Actor], Cell]
    narrowings: Mapping[str, Narrowing] = field(default_factory=dict)
    css: str = ""
    sortable: bool = True
    is_ahead: bool = False
    is_extra: bool = False
    choosing: Choosing | None = None
    is_excused: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class ListAct:
    """What can be done with several people of the list at once.

    `endpoint` is a form whose address has their keys (`people`, once each); `label` is the gettext id of its button.
    """

    name: str
    order: int
    label: str
    icon: str
    endpoint: str
    permission: str
