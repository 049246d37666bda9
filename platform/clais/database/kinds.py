"""The kind of a table says who owns its rows. Row security, sharding, tests and checks follow from it."""

from collections.abc import Iterable
from enum import StrEnum


class TableKind(StrEnum):
    """Who owns the rows of a table. Each model names one in `table_kind`, most by inheritance."""

    TENANT = "tenant"
    """Owned by one tenant, which alone reads and writes them."""
    CROSSING = "crossing"
    """Owned by one tenant; shown to another while a consent is in force. Or it tells that other something of nobody:
    that the consent ended, which version of an instrument is in use, what a platform asks its centre.
    """
    PUBLICATION = "publication"
    """Owned by the support centre that wrote them, read by every tenant of its basin."""
    REFERENCE = "reference"
    """Owned by no tenant: all read them, only an administrator's scope writes them. They name no client."""
    PERSON = "person"
    """Owned by an account: opened by its person or by a secret, in any tenant."""
    LOCAL = "local"
    """Owned by nobody: keyed hashes counted before sign-in, the names of jobs. Not under row security."""


def kinds_of(models: Iterable[type]) -> dict[str, TableKind]:
    """Table → its kind. Raises TypeError for a model without a kind, or with an unknown one."""
    found = {}
    for model in models:
        kind = getattr(model, "table_kind", None)
        if not isinstance(kind, TableKind):
            raise TypeError(f"{model.__name__} does not say its kind: table_kind = TableKind.…")
        found[str(getattr(model, "__tablename__", model.__name__))] = kind
    return found


class Distribution(StrEnum):
    """Where the rows of a table are when the database is spread over the servers of a Citus cluster."""

    TENANT = "tenant_id"
    """With all that is the same tenant's, on one server."""
    TOKEN = "token_hash"  # noqa: S105 - the name of a column.
    """Wherever its secret leads: it is looked up before anyone knows a tenant."""
    REFERENCE = "reference"
    """Copied to every server: small, read with everything, seldom written."""
    LOCAL = "local"
    """On the coordinator alone."""


OF_KIND = {
    TableKind.TENANT: Distribution.TENANT,
    TableKind.CROSSING: Distribution.TENANT,
    TableKind.PUBLICATION: Distribution.REFERENCE,
    TableKind.REFERENCE: Distribution.REFERENCE,
    TableKind.LOCAL: Distribution.LOCAL,
}
"""Kind → distribution. What an account owns is of several, so each of these models says its own; so does a publication
that changes often, which lies with its owner.
"""


def distributions_of(models: Iterable[type]) -> dict[str, Distribution]:
    """Table → its distribution: that of its kind, unless its model says one in `distribution`.

    Raises TypeError for a model whose kind does not tell and that says none.
    """
    found = {}
    for model in models:
        kind = getattr(model, "table_kind", None)
        distribution = getattr(model, "distribution", None) or (OF_KIND.get(kind) if kind else None)
        if not isinstance(distribution, Distribution):
            raise TypeError(f"{model.__name__} does not say where its rows are: distribution = Distribution.…")
        found[str(getattr(model, "__tablename__", model.__name__))] = distribution
    return found
