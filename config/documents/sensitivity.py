import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sqlalchemy import Column, LargeBinary, Table

ORDINARY, PERSONAL, SEALED, SECRET = "ordinary", "personal", "sealed", "secret"
LEVELS = frozenset({ORDINARY, PERSONAL, SEALED, SECRET})
RULES = Path(__file__).parents[1] / "columns.toml"
SEALED_NAME = "sealed"
"""The name of a column that `clais.sealing` writes."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How sensitive a column is, by its full name, by its name in any table, or by its table."""

    columns: Mapping[str, str]
    names: Mapping[str, str]
    tables: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = RULES) -> "Sensitivity":
        """Read the rules."""
        return cls(**tomllib.loads(path.read_text())["sensitivity"])

    def of(self, table: str, column: str) -> str | None:
        """The level of a column; None when no rule gives one."""
        named = (level for pattern, level in self.names.items() if fnmatchcase(column, pattern))
        return self.columns.get(f"{table}.{column}") or next(named, None) or self.tables.get(table)

    def faults(self, tables: Iterable[Table]) -> list[str]:
        """Columns without a level or with an impossible one, and rules for columns that do not exist."""
        found = list(tables)
        faults = [fault for table in found for column in table.columns if (fault := self._fault(table, column))]
        known = {table.name for table in found}
        known |= {f"{table.name}.{column.name}" for table in found for column in table.columns}
        return faults + [
            f"{name}: there is no such thing" for name in (*self.tables, *self.columns) if name not in known
        ]

    def _fault(self, table: Table, column: Column[object]) -> str | None:
        level, name = self.of(table.name, column.name), f"{table.name}.{column.name}"
        if level not in LEVELS:
            return f"{name}: its sensitivity is {level}"
        if isinstance(column.type, LargeBinary) and level not in {SEALED, SECRET}:
            return f"{name}: bytes are sealed or a secret, not {level}"
        if column.name == SEALED_NAME and level != SEALED:
            return f"{name}: sealed, not {level}"
        return None
