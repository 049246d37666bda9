"""The rows of a list as every list of the platform shows them: who, then one cell a column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Cell(NamedTuple):
    """One cell: a text, and a second line `under` it.

    `kind` is late, wait, done or here; with `tag` the text is a tag of that kind. `title` is shown on hover. `url`
    makes the text a link. `missing` marks a text that says that there is nothing.
    """

    text: str = ""
    under: str = ""
    kind: str = ""
    tag: bool = False
    title: str = ""
    url: str = ""
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `label` heads it; `short` stands before its value on a phone, `unit` after it.

    `css` is for head and cells: `num`, `nowrap`, `prio-1`, `prio-2` (the first to leave when there is less room),
    `span-1` or `span-2` (its place on a phone, `joined` with its second line), `whole` (of the first column: a line of
    its own there), `whole-line` (a line of its own there), `wide-only`, `words` (never too narrow to be read), `wider`,
    `amply` and `long-names` (two lines on a wide screen),
    `under-whole` (its second line does not wrap). `direction` is ascending or descending for the column by which the
    list is sorted; `url` sorts by it.
    """

    label: str
    short: str = ""
    css: str = ""
    unit: str = ""
    url: str = ""
    direction: str = ""


class Line(NamedTuple):
    """A row: its name links to `url`, `under` stands below it; `acts` is rendered as it is.

    A `group` is the heading above the row, the first of those that it is about; `group_count` says how many they are,
    at once or later in the element `group_id`. `pick` is the value of its box, in a list of which several are picked.
    """

    name: str
    url: str
    cells: Sequence[Cell]
    under: str = ""
    acts: str = ""
    key: str = ""
    quiet: bool = False
    group: str = ""
    group_id: str = ""
    group_count: str = ""
    pick: str = ""


class BulkAct(NamedTuple):
    """What can be done with the rows that are picked: the words of its button, its icon, the page that it opens."""

    label: str
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice by which a list is narrowed: an argument of its address, and the code and words of each option."""

    name: str
    label: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, in words, and the address of the list without it."""

    label: str
    value: str
    url: str


class Choosable(NamedTuple):
    """A column that may be shown or not: its name, its words, whether it is."""

    name: str
    label: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: what it is called, its columns and rows, and where the next page begins.

    `tabs` are its saved views, which `views_url` counts once the page is there. `filters` narrow it, or `filters_url`
    gives them once the menu is opened; `arguments` are those in force at the address `url`. `totals` are counted with
    the views: texts by the id of their element, `found` and those of groups. `choosable` are the columns to choose
    from, `export_url` where the list is taken away as a file, `bulk_acts` what can be done with picked rows. At
    `keep_url` the list as it is narrowed is kept as a view. What is typed into its box, which looks through `search`,
    is sent to `search_url` in the body: no address holds it. `searched` are the words that were looked for.
    """

    caption: str
    columns: Sequence[Column]
    lines: Sequence[Line]
    chips: Sequence[Chip] = ()
    found: str = ""
    next_url: str | None = None
    first_url: str | None = None
    has_acts: bool = False
    tabs: Sequence[Mapping[str, Any]] = ()
    views_url: str = ""
    totals: Mapping[str, str] = field(default_factory=dict)
    filters: Sequence[Filter] = ()
    filters_url: str = ""
    url: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    choosable: Sequence[Choosable] = ()
    export_url: str = ""
    bulk_acts: Sequence[BulkAct] = ()
    keep_url: str = ""
    search: str = ""
    search_url: str = ""
    searched: str = ""
