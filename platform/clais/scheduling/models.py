from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind


class JobRun(Base):
    """One run of a job in one time slot; the primary key prevents a second run in the same slot."""

    __tablename__ = "job_run"
    table_kind = TableKind.LOCAL

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    """When it began, or said last that it goes on."""
    finished_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    forgotten: Mapped[int] = mapped_column(default=0, server_default="0")
    """What the sweep found due that nobody had made due."""
