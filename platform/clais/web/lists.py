"""A list as its address asks for it: how it is sorted and narrowed, and the addresses that change that."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, url_for
from marshmallow import Schema, validate

from clais.database.keyset import count_text
from clais.forms.lists import COLUMNS
from clais.forms.schemas import shared
from clais.listing import Chip, Column, Filter, Line, Listing
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.cursors import after_key, write_cursor

Rows = TypeVar("Rows", bound=Sequence[Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: `path` is that of the list, `filters` are those in force; `sorts` the columns that
    sort, the usual one first; `columns` the names of those to show, with dots between them, None for the usual ones.
    """

    path: str
    filters: Mapping[str, Any]
    sorts: tuple[str, ...]
    down_first: frozenset[str]
    sort: str
    is_turned: bool
    sealed: str | None
    columns: str | None = None

    @property
    def descending(self) -> bool:
        """Whether the largest comes first: the natural order of some columns, unless it is turned round."""
        return (self.sort in self.down_first) != self.is_turned

    @property
    def after(self) -> tuple[str, UUID] | None:
        """The sort key and the id after which the page begins; a forged cursor is a 400."""
        return after_key(self.sealed, self._part)

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments that open this list at its beginning."""
        found: dict[str, Any] = {name: str(value) for name, value in self.filters.items()}
        if self.sort != self.sorts[0]:
            found["sort"] = self.sort
        if self.is_turned:
            found["order"] = "turned"
        if self.columns:
            found[COLUMNS] = self.columns
        return found

    def url(self, **changes: str | None) -> str:
        """The address of this list with other arguments; None takes one away. It opens at its beginning."""
        values: dict[str, Any] = {**self.arguments, **changes}
        query = urlencode({name: value for name, value in values.items() if value is not None})
        return f"{self.path}?{query}" if query else self.path

    def next_url(self, key: str | date | int, row_id: UUID) -> str:
        """The address of the page after the row with this sort key and id."""
        return self.url(after=write_cursor(str(key) if isinstance(key, int) else key, row_id, self._part))

    @property
    def first_url(self) -> str | None:
        """The address of the first page, from any other one."""
        return self.url() if self.sealed else None

    def sorted_by(self, columns: Mapping[str, Column]) -> list[Column]:
        """The columns; each one that sorts links to the list in its order, or the other way round."""
        found = []
        for name, column in columns.items():
            if name not in self.sorts:
                found.append(column)
                continue
            is_here = name == self.sort
            turned = "turned" if is_here and not self.is_turned else None
            url = self.url(sort=name if name != self.sorts[0] else None, order=turned)
            direction = ("descending" if self.descending else "ascending") if is_here else ""
            found.append(replace(column, url=url, direction=direction))
        return found

    def chips(self, filters: Sequence[Filter]) -> list[Chip]:
        """The filters in force, in words, each with the address without it."""
        return [
            Chip(
                each.label,
                each.options.get(str(self.filters[each.name]), _("no longer here")),
                self.url(**{each.name: None}),
            )
            for each in filters
            if each.name in self.filters
        ]

    def tab(self, label: str, count: str | None = None, **filters: str | None) -> dict[str, Any]:
        """The tab of a saved view: it sets these filters and leaves the others."""
        current = all(self.filters.get(name) == value for name, value in filters.items())
        return {"label": label, "url": self.url(**filters), "current": current, "count": count}

    def view(
        self, label: str, filters: Mapping[str, str], count: str | None = None, *, sort: str | None = None
    ) -> dict[str, Any]:
        """The tab of a saved view that has filters and an order of its own: it takes all others away."""
        alone = replace(self, filters=filters, sort=sort or self.sorts[0], is_turned=False)
        return {"label": label, "url": alone.url(), "current": dict(self.filters) == dict(filters), "count": count}

    def listing(
        self,
        caption: str,
        columns: Mapping[str, Column],
        lines: Sequence[Line],
        *,
        found: str,
        last: Any = None,
        filters: Sequence[Filter] = (),
        **more: Any,
    ) -> Listing:
        """The list as its page shows it; `more` are further parts of a Listing.

        `last` is the row, (entity, …, sort_key), after which another page begins. `found` says how many rows there are;
        where they are counted later (`views_url`) it is shown only when they are all on this page.
        """
        return Listing(
            caption=caption,
            columns=self.sorted_by(columns),
            lines=lines,
            chips=self.chips(filters),
            found="" if (last is not None or self.sealed) and more.get("views_url") else found,
            next_url=None if last is None else self.next_url(last.sort_key, last[0].id),
            first_url=self.first_url,
            filters=filters,
            url=self.path,
            arguments=self.arguments,
            **more,
        )

    @property
    def _part(self) -> str:
        return f"{self.sort} turned" if self.is_turned else self.sort


def asked(endpoint: str, schema: type[Schema], down_first: Collection[str] = ()) -> Asked:
    """What the address of this request asks of a list; an address that no page has is a 400.

    `schema` is a ListSchema with a field `sort`; `down_first` are the columns that begin with the largest.
    """
    chosen = query_arguments(schema)
    beside = {"sort", "order", "after", COLUMNS}
    filters = {name: value for name, value in chosen.items() if value is not None and name not in beside}
    return Asked(
        url_for(endpoint),
        filters,
        _sorts(schema),
        frozenset(down_first),
        chosen["sort"],
        chosen["order"] is not None,
        chosen["after"],
        chosen.get(COLUMNS),
    )


@cache
def _sorts(schema: type[Schema]) -> tuple[str, ...]:
    rules = shared(schema).load_fields["sort"].validators
    return next(tuple(map(str, rule.choices)) for rule in rules if isinstance(rule, validate.OneOf))


def found_text(count: int, whole: int, text: str) -> str:
    """How many rows a list has: « 23 of 142 » when it is narrowed, else `text`, which names them."""
    if count == whole:
        return text
    return _("%(found)s of %(all)s", found=count_text(count), all=count_text(whole))


def rows_or_400(read: Callable[[], Rows]) -> Rows:
    """The rows of a page; a cursor whose key is not of the type that this order has is a 400."""
    try:
        return read()
    except ValueError:
        abort(400)
