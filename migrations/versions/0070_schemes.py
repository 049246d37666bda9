"""Schemes that are drafted before the basin reads them, what they say for the person, and who runs them.

A scheme that is open stays so. What is known of operators is the name that stands in their schemes: each becomes a row.
"""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import BASIN, TENANT, protect, protect_publication

revision = "0070"
down_revision = "0069"

NOT_DRAFTED = f"basin_id = {BASIN} AND (state <> 'draft' OR owner_tenant_id = {TENANT})"
TEXTS = {
    "plain_text": 1200,
    "prerequisites": 1000,
    "cost": 500,
    "documents": 1000,
    "contacts": 500,
    "website": 300,
}


def published() -> list[sa.Column[object]]:
    return [
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
    ]


def upgrade() -> None:
    name_operators()
    write_schemes()
    publish_delays()
    keep_checks()


def name_operators() -> None:
    op.create_table(
        "scheme_operator",
        *published(),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("enterprise_number", sa.String(length=10), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("contact", sa.String(length=200), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_scheme_operator")),
        sa.UniqueConstraint("owner_tenant_id", "name", name=op.f("uq_scheme_operator_owner_tenant_id_name")),
    )
    op.create_index(op.f("ix_scheme_operator_basin_id_name"), "scheme_operator", ["basin_id", "name"])


def write_schemes() -> None:
    op.add_column("scheme", sa.Column("operator_id", sa.Uuid(), nullable=True))
    for name, length in TEXTS.items():
        op.add_column("scheme", sa.Column(name, sa.String(length=length), nullable=True))
    op.add_column("scheme", sa.Column("confirmed_on", sa.Date(), nullable=True))
    for name in ("floor_read", "read"):
        op.execute(f"ALTER POLICY {name} ON scheme USING ({NOT_DRAFTED})")
    # The owner of the table stands past row security while it copies.
    op.execute("ALTER TABLE scheme NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO scheme_operator (owner_tenant_id, id, basin_id, name, created_at, updated_at, version)"
        " SELECT owner_tenant_id, gen_random_uuid(), min(basin_id::text)::uuid, operator, now(), now(), 1 FROM scheme"
        " GROUP BY owner_tenant_id, operator"
    )
    op.execute(
        "UPDATE scheme SET confirmed_on = current_date, operator_id = known.id FROM scheme_operator AS known"
        " WHERE known.owner_tenant_id = scheme.owner_tenant_id AND known.name = scheme.operator"
    )
    op.execute("ALTER TABLE scheme FORCE ROW LEVEL SECURITY")
    protect_publication("scheme_operator")
    op.execute(
        "ALTER TABLE scheme ADD CONSTRAINT fk_scheme_owner_tenant_id_operator_id FOREIGN KEY"
        " (owner_tenant_id, operator_id) REFERENCES scheme_operator (owner_tenant_id, id) NOT VALID"
    )


def publish_delays() -> None:
    op.create_table(
        "usual_delay",
        *published(),
        sa.Column("scheme_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("median", sa.SmallInteger(), nullable=False),
        sa.Column("nine_in_ten", sa.SmallInteger(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_usual_delay")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "scheme_id"],
            ["scheme.owner_tenant_id", "scheme.id"],
            name=op.f("fk_usual_delay_owner_tenant_id_scheme_id"),
        ),
        sa.UniqueConstraint(
            "owner_tenant_id", "scheme_id", "kind", name=op.f("uq_usual_delay_owner_tenant_id_scheme_id_kind")
        ),
    )
    op.create_index(
        "uq_usual_delay_of_all",
        "usual_delay",
        ["owner_tenant_id", "kind"],
        unique=True,
        postgresql_where=sa.text("scheme_id IS NULL"),
    )
    op.create_index(op.f("ix_usual_delay_basin_id_scheme_id"), "usual_delay", ["basin_id", "scheme_id"])
    protect_publication("usual_delay")


def keep_checks() -> None:
    op.create_table(
        "website_check",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_website_check")),
        sa.UniqueConstraint("tenant_id", "website", name=op.f("uq_website_check_tenant_id_website")),
    )
    protect("website_check")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
