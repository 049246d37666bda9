"""Contracts with a person about their integration, and their evaluations."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0035"
down_revision = "0034"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def edited() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def of_a_person(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f(f"fk_{table}_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    ]


def upgrade() -> None:
    make_contracts()
    make_evaluations()


def make_contracts() -> None:
    op.create_table(
        "integration_contract",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_manner", sa.String(length=20), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        *edited(),
        *of_a_person("integration_contract"),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_integration_contract_period")),
        sa.CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name=op.f("ck_integration_contract_ended")),
        sa.CheckConstraint(
            "state NOT IN ('issued', 'running') OR issued_on IS NOT NULL", name=op.f("ck_integration_contract_issued")
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('running', 'ended') THEN signed_on IS NOT NULL ELSE signed_on IS NULL END",
            name=op.f("ck_integration_contract_signed"),
        ),
    )
    for columns in (["person_id", "starts_on"], ["state", "ends_on"]):
        op.create_index(
            op.f(f"ix_integration_contract_tenant_id_{'_'.join(columns)}"),
            "integration_contract",
            ["tenant_id", *columns],
        )
    protect("integration_contract", ("SELECT", "INSERT", "UPDATE"))


def make_evaluations() -> None:
    op.create_table(
        "contract_evaluation",
        *kept(),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_by", sa.String(length=120), nullable=True),
        sa.Column("in_person", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("comment", sa.String(length=1000), nullable=True),
        *edited(),
        *of_a_person("contract_evaluation"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contract_id"],
            ["integration_contract.tenant_id", "integration_contract.id"],
            name=op.f("fk_contract_evaluation_tenant_id_contract_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "state <> 'held' OR (held_on IS NOT NULL AND held_by IS NOT NULL AND in_person IS NOT NULL"
            " AND outcome IS NOT NULL)",
            name=op.f("ck_contract_evaluation_held"),
        ),
    )
    for columns in (["contract_id", "rank"], ["state", "planned_on"], ["person_id", "planned_on"]):
        op.create_index(
            op.f(f"ix_contract_evaluation_tenant_id_{'_'.join(columns)}"),
            "contract_evaluation",
            ["tenant_id", *columns],
        )
    protect("contract_evaluation")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
