"""What is due: a queue of the jobs of tenants, outside of any tenant. At first each job looks once after each tenant."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import grant

revision = "0016"
down_revision = "0015"

JOBS = (
    "trail.seal",
    "mail.send",
    "mail.forget",
    "submission.forget",
    "referral.announce",
    "referral.lapse",
    "referral.close",
    "referral.apply_withdrawals",
    "participant.complete_keys",
    "person.complete_keys",
)
NOWHERE = "00000000-0000-0000-0000-000000000000"


def upgrade() -> None:
    op.create_table(
        "due",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
    )
    op.create_index("ix_due_at", "due", ["at"])
    op.create_index("ix_due_of_tenant", "due", ["job", "tenant_id", "at"])
    grant("due", ("SELECT", "INSERT", "UPDATE", "DELETE"))
    op.add_column("job_run", sa.Column("forgotten", sa.BigInteger(), nullable=False, server_default="0"))
    jobs = ", ".join(f"('{job}')" for job in JOBS)
    op.execute(
        "INSERT INTO due (id, job, tenant_id, at, failures, created_at)"
        " SELECT gen_random_uuid(), job, place, now(), 0, now()"
        f" FROM (VALUES {jobs}) AS jobs (job),"
        f" (SELECT id AS place FROM tenant UNION ALL SELECT '{NOWHERE}') AS places"
    )


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
