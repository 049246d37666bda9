"""Spotting: who may fit a session, inside a platform; how many, for the centre. Trials of conditions: the same."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, OWN, TENANT, enable, grant, protect, protect_publication
from migrations.protection_v2 import Rules, protect_each

revision = "0073"
down_revision = "0072"


def told(*numbers: str) -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in numbers),
    ]


def read_by_centre(table: str, subject: str, numbers: tuple[str, ...], *grants: str) -> None:
    op.create_index(f"ix_{table}_received", table, ["to_tenant_id", subject])
    enable(table)
    protect_each(table, Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
    grant(table, ("SELECT", "INSERT", *grants), numbers)


def upgrade() -> None:
    op.create_table(
        "eligibility_trial",
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("compared_with", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_eligibility_trial")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "scheme_id"],
            ["scheme.owner_tenant_id", "scheme.id"],
            name=op.f("fk_eligibility_trial_owner_tenant_id_scheme_id"),
        ),
    )
    op.create_index(
        op.f("ix_eligibility_trial_owner_tenant_id_scheme_id_asked_at"),
        "eligibility_trial",
        ["owner_tenant_id", "scheme_id", "asked_at"],
    )
    op.create_index(op.f("ix_eligibility_trial_basin_id_asked_at"), "eligibility_trial", ["basin_id", "asked_at"])
    protect_publication("eligibility_trial")
    op.execute(f"REVOKE UPDATE, DELETE ON eligibility_trial FROM {APPLICATION}")
    op.create_table(
        "trial_count",
        *told("gained", "lost", "to_ask"),
        sa.Column("eligibility_trial_id", sa.Uuid(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_trial_count")),
        sa.UniqueConstraint(
            "tenant_id", "eligibility_trial_id", name=op.f("uq_trial_count_tenant_id_eligibility_trial_id")
        ),
    )
    read_by_centre("trial_count", "eligibility_trial_id", ("gained", "lost", "to_ask", "counted_at"))
    op.create_table(
        "spotting_count",
        *told("fits", "to_ask"),
        sa.Column("scheme_session_id", sa.Uuid(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_spotting_count")),
        sa.UniqueConstraint(
            "tenant_id", "scheme_session_id", name=op.f("uq_spotting_count_tenant_id_scheme_session_id")
        ),
    )
    read_by_centre("spotting_count", "scheme_session_id", ("fits", "to_ask", "counted_on"), "DELETE")
    op.create_table(
        "spotted_person",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_session_id", sa.Uuid(), nullable=False),
        sa.Column("missing", JSONB(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("set_aside_on", sa.Date(), nullable=True),
        sa.Column("set_aside_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_spotted_person")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_spotted_person_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id", "scheme_session_id", "person_id", name=op.f("uq_spotted_person_tenant_id_scheme_session_id_person_id")
        ),
    )
    op.create_index(op.f("ix_spotted_person_tenant_id_person_id"), "spotted_person", ["tenant_id", "person_id"])
    protect("spotted_person")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
