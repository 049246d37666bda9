"""What kind of table a table is: whose its rows are. Row security, sharding, tests and checks follow from it."""

from collections.abc import Iterable
from enum import StrEnum


class TableKind(StrEnum):
    """Whose the rows of a table are. Each model says one, most by inheriting it: `table_kind`."""

    TENANT = "tenant"
    """Of one tenant, which alone reads and writes them."""
    CROSSING = "crossing"
    """Of one tenant, shown to another one while a consent stands, or told that it stands no more."""
    PUBLICATION = "publication"
    """Of the support centre that wrote them, read by every tenant of its basin."""
    REFERENCE = "reference"
    """Of no tenant: all read them, an administrator's scope alone writes them. They name nobody who is received."""
    PERSON = "person"
    """Of an account: opened by who signs in or by a secret, from whatever tenant."""
    LOCAL = "local"
    """Of nobody: keyed hashes counted before anyone is known, the names of jobs. Not under row security."""


def kinds_of(models: Iterable[type]) -> dict[str, TableKind]:
    """Table → its kind. Raises TypeError for a model that says none, or one that does not exist."""
    found = {}
    for model in models:
        kind = getattr(model, "table_kind", None)
        if not isinstance(kind, TableKind):
            raise TypeError(f"{model.__name__} does not say its kind: table_kind = TableKind.…")
        found[str(getattr(model, "__tablename__", model.__name__))] = kind
    return found
