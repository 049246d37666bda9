"""Self-assessments of agents and of platforms, evaluations of courses: whose they are, answers, ballots, what is told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import ALL, OWN, TENANT, USER, enable, grant, protect
from migrations.protection_v2 import Rules, both, protect_each

revision = "0030"
down_revision = "0029"

MINE = both(OWN, f"user_id IS NULL OR user_id = {USER}")
"""What is nobody's own is the team's; what is someone's own, theirs alone."""
KEPT = ("SELECT", "INSERT")
TOLD = ("number", "done_on", "scores", "updated_at", "version")


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def edited() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    begin_assessments()
    keep_answers()
    keep_ballots()
    tell_notices()
    op.add_column("course", sa.Column("evaluation_id", sa.Uuid(), nullable=True))


def begin_assessments() -> None:
    op.create_table(
        "self_assessment",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("course_run_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        *edited(),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_self_assessment")),
        sa.CheckConstraint(
            "(kind = 'platform_assessment') = (membership_id IS NULL) AND (membership_id IS NULL) = (user_id IS NULL)",
            name=op.f("ck_self_assessment_whose"),
        ),
        sa.CheckConstraint(
            "(kind = 'satisfaction') = (course_run_id IS NOT NULL)", name=op.f("ck_self_assessment_session")
        ),
    )
    for name, columns, where in (
        ("platform", ["instrument_id", "year"], "membership_id IS NULL"),
        ("member", ["membership_id", "instrument_id", "year"], "membership_id IS NOT NULL AND course_run_id IS NULL"),
        ("session", ["membership_id", "course_run_id"], "course_run_id IS NOT NULL"),
    ):
        op.create_index(
            f"uq_self_assessment_{name}",
            "self_assessment",
            ["tenant_id", *columns],
            unique=True,
            postgresql_where=sa.text(where),
        )
    protect("self_assessment")


def keep_answers() -> None:
    op.create_table(
        "self_assessment_answer",
        *kept(),
        sa.Column("self_assessment_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", JSONB(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_self_assessment_answer")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "self_assessment_id"],
            ["self_assessment.tenant_id", "self_assessment.id"],
            name=op.f("fk_self_assessment_answer_tenant_id_self_assessment_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "self_assessment_id",
            "item",
            name=op.f("uq_self_assessment_answer_tenant_id_self_assessment_id_item"),
        ),
        sa.CheckConstraint("value IS NULL OR sealed IS NULL", name=op.f("ck_self_assessment_answer_sealed")),
    )
    enable("self_assessment_answer")
    protect_each("self_assessment_answer", Rules(*[MINE] * 5))
    grant("self_assessment_answer", ALL)


def keep_ballots() -> None:
    op.create_table(
        "assessment_ballot",
        *kept(),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("course_run_id", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assessment_ballot")),
    )
    op.create_index(
        op.f("ix_assessment_ballot_tenant_id_instrument_id_year"),
        "assessment_ballot",
        ["tenant_id", "instrument_id", "year"],
    )
    op.create_index("ix_assessment_ballot_received", "assessment_ballot", ["to_tenant_id", "course_run_id"])
    tell("assessment_ballot")


def tell_notices() -> None:
    op.create_table(
        "assessment_notice",
        *kept(),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("scores", JSONB(none_as_null=True), nullable=True),
        *edited(),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_assessment_notice")),
        sa.UniqueConstraint(
            "tenant_id", "instrument_id", "year", name=op.f("uq_assessment_notice_tenant_id_instrument_id_year")
        ),
    )
    op.create_index(
        "ix_assessment_notice_received", "assessment_notice", ["to_tenant_id", "instrument_id", "year"]
    )
    tell("assessment_notice", TOLD)


def tell(table: str, changed: tuple[str, ...] = ()) -> None:
    """Let its tenant write a table, and another one read what it is told."""
    enable(table)
    protect_each(table, Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
    grant(table, KEPT, changed)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
