from collections.abc import Iterator

from sqlalchemy import Column
from sqlalchemy.dialects import postgresql

from clais.database import Base
from config.documents.markdown import page, table
from config.documents.meanings import columns_of, meaning_of, meaning_of_table
from config.documents.sensitivity import Sensitivity
from config.features import FEATURES

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
LEVELS = (
    ("ordinary", "tells of nobody"),
    ("personal", "tells of someone who is received or who works here; row security closes it to every other tenant"),
    ("sealed", "encrypted besides, and bound to its row: the database alone does not tell it"),
    ("secret", "opens something: only a hash of it is kept"),
)


def tables_page() -> str:
    """Every table by feature: what its rows are, and the meaning and sensitivity of each column."""
    rules = Sensitivity.read()
    return page(
        "Tables",
        "What is stored, and how sensitive it is (`config/columns.toml`).",
        table(("Sensitivity", "Meaning"), LEVELS),
        *(
            _table(feature.package, model, rules)
            for feature in sorted(FEATURES, key=lambda one: one.package)
            for model in sorted(feature.tables, key=lambda one: one.__tablename__)
        ),
    )


def _table(package: str, model: type[Base], rules: Sensitivity) -> Iterator[str]:
    name = model.__tablename__
    yield f"## {name}"
    yield ""
    yield f"`{package}`. {meaning_of_table(model)}".rstrip()
    yield ""
    yield from table(
        ("Column", "Type", "Sensitivity", "Meaning"),
        (
            (f"`{column.name}`", _type(column), rules.of(name, column.name) or "?", meaning_of(model, column))
            for column in columns_of(model)
        ),
    )


def _type(column: Column[object]) -> str:
    written = column.type.compile(dialect=_DIALECT).lower().partition(" collate")[0]
    return f"{written}{'' if column.nullable else ', required'}"
