from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from clais.clock import now
from clais.database.keys import new_id
from clais.database.kinds import Distribution, TableKind


class Base(DeclarativeBase):
    """The base of every table. Strings have a maximum length, datetimes a time zone, and keys are UUIDs.

    `table_kind` says who owns its rows, and `distribution`, where that does not follow from it, where they are in a
    cluster.
    """

    table_kind: ClassVar[TableKind]
    distribution: ClassVar[Distribution | None] = None

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        date: Date(),
        int: BigInteger(),
        bytes: LargeBinary(),
        str: String(200),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class TenantOwned:
    """A row of one tenant: primary key (tenant_id, id). The session that inserts it sets its tenant."""

    table_kind: ClassVar[TableKind] = TableKind.TENANT

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)


class Timestamped:
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, sort_order=91)


class Versioned:
    """Optimistic locking: an update of a row that another transaction has changed raises `StaleDataError`."""

    version: Mapped[int] = mapped_column(default=1, sort_order=92)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.version}


def belongs_to(target: str, column: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A foreign key to a row of the same tenant: (tenant_id, column) → target(tenant_id, id).

    A key on `id` alone would accept a parent of another tenant, since foreign keys bypass row security.
    """
    return ForeignKeyConstraint(["tenant_id", column], [f"{target}.tenant_id", f"{target}.id"], ondelete=ondelete)


def tenant_index(*columns: str, name: str | None = None, **options: Any) -> Index:
    """An index that begins with tenant_id, since row security adds that column to every condition."""
    return Index(name, "tenant_id", *columns, **options)


def tenant_unique(*columns: str) -> UniqueConstraint:
    """A unique constraint inside one tenant: a global one would reveal that a value exists in another tenant."""
    return UniqueConstraint("tenant_id", *columns)
