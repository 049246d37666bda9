"""What a feature says of its rows about people: how they go when two files turn out to be one person's."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement

from clais.database import Base, ScopedSession


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRows:
    """The rows of a table that name a person in `column`. In a merge they go from one file to the one that is kept.

    `label`, a plural noun (a gettext id), is what the preview calls them; it counts them for those who have
    `permission`. `where` narrows a column that names other things too.

    `single`: a file has one such row for each value of these columns (`()`: one and no more), among those in the state
    `single_in`. What the kept file has already stays its own, and the other file's row stays behind with that file.

    `standing`: a column that is empty as long as a row counts: `single` is asked among those alone.

    `periods`: the column of the first day, and those of which the first that is filled is the last day. Of one file no
    two periods meet, but those in the state `void_in`; one that meets a period of the kept file stays behind.

    `hangs_on`: columns and tables that lead to the row with which it goes and stays, such as
    `("objective_id", "plan_objective", "action_plan_id", "action_plan")`. `or_hangs_on`: other ones, of a row whose
    column names things of several kinds.

    `fixed_by`: a column that, once it is filled, lets nobody change the row: it stays behind too.

    `aside` gives the condition for rows that stay behind with what the two cards say, for the keys of the file that
    they are of and of the one that is kept.

    `stays` says why all of them stay behind.
    """

    table: type[Base]
    column: str = "person_id"
    label: str = ""
    permission: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    single: tuple[str, ...] | None = None
    single_in: str | None = None
    standing: str = ""
    periods: tuple[str, ...] = ()
    void_in: str | None = None
    hangs_on: tuple[str, ...] = ()
    or_hangs_on: tuple[tuple[str, ...], ...] = ()
    fixed_by: str = ""
    aside: Callable[[ScopedSession, UUID, UUID], ColumnElement[bool]] | None = None
    stays: str = ""

    @property
    def name(self) -> str:
        """Table and column, which tell them from all others."""
        return f"{self.table.__tablename__}.{self.column}"

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """All that lead to a row with which it goes and stays."""
        return (self.hangs_on, *self.or_hangs_on) if self.hangs_on else ()


@dataclass(frozen=True, slots=True)
class Successor:
    """Where the address of a row leads that another one stands for: its key → that of the other, or None; and the page
    of the other one.
    """

    table: type[Base]
    find: Callable[[ScopedSession, UUID], UUID | None]
    page: Callable[[UUID], str]
