"""What people had when they left, the news asked for afterwards, and the days on which no delay runs for someone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0044"
down_revision = "0043"

CHANGED = ("SELECT", "INSERT", "UPDATE")


def kept() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def version() -> sa.Column[object]:
    return sa.Column("version", sa.BigInteger(), nullable=False)


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


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}"), table, ["tenant_id", *columns])


def upgrade() -> None:
    note_exits()
    ask_for_news()
    stop_clocks()


def note_exits() -> None:
    op.create_table(
        "person_exit",
        *kept(),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        *of_a_person("person_exit"),
    )
    index("person_exit", "person_id", "left_on")
    protect("person_exit", ("SELECT", "INSERT"))


def ask_for_news() -> None:
    op.create_table(
        "exit_check",
        *kept(),
        sa.Column("exit_id", sa.Uuid(), nullable=False),
        sa.Column("months", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(length=120), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("comment", sa.String(length=500), nullable=True),
        version(),
        *of_a_person("exit_check"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "exit_id"],
            ["person_exit.tenant_id", "person_exit.id"],
            name=op.f("fk_exit_check_tenant_id_exit_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "CASE state WHEN 'reached' THEN result IS NOT NULL AND asked_on IS NOT NULL"
            " WHEN 'not_reached' THEN asked_on IS NOT NULL ELSE true END",
            name=op.f("ck_exit_check_asked"),
        ),
    )
    index("exit_check", "exit_id", "months")
    index("exit_check", "state", "due_on")
    index("exit_check", "person_id", "due_on")
    protect("exit_check", CHANGED)


def stop_clocks() -> None:
    op.create_table(
        "clock_pause",
        *kept(),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("moved", JSONB(), nullable=False),
        version(),
        *of_a_person("clock_pause"),
        sa.CheckConstraint("until_on >= starts_on", name=op.f("ck_clock_pause_period")),
    )
    index("clock_pause", "person_id", "starts_on")
    protect("clock_pause", CHANGED)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
