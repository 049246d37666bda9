"""A template as the rows of a new plan, with the day of each step; rows as objectives; which template comes first."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Protocol, TypeVar

from clais.dates import working_day_on_or_before


class Template(Protocol):
    """What a plan is begun with."""

    @property
    def dimension(self) -> str | None: ...
    @property
    def label(self) -> str: ...


T = TypeVar("T", bound=Template)


def rows_of(steps: Iterable[Mapping[str, Any]], dimension: str | None, start: date) -> list[dict[str, Any]]:
    """The rows of a new plan that starts on `start`: each step on a working day, never before the start."""
    return [
        {
            "text": row["objective"],
            "dimension": dimension,
            "step": row["step"],
            "who": row["who"],
            "due_on": None if row["days"] is None else due_on(start, row["days"]),
        }
        for row in steps
    ]


def by_objective(steps: Iterable[Mapping[str, Any]], name: str) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The objectives in order, each with its rows: those that follow each other and have the same text in `name`."""
    return [(text, list(rows)) for text, rows in groupby(steps, key=lambda row: str(row[name]))]


def due_on(start: date, days: int) -> date:
    """The last working day within so many days of the start; the start itself when there is none."""
    return max(start, working_day_on_or_before(start + timedelta(days=days)))


def in_order(templates: Iterable[T], hindering: Collection[str]) -> list[T]:
    """Those about what hinders this person first; the others follow by name."""
    return sorted(templates, key=lambda one: (one.dimension not in hindering, one.label))
