from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import today
from clais.database import (
    Base,
    LeftOut,
    TenantOwned,
    Timestamped,
    Versioned,
    belongs_to,
    new_id,
    tenant_index,
    tenant_unique,
)


# No foreign keys to what the centre publishes: no version is ever deleted, and a publication is everyone's.
class InstrumentFilling(Base, TenantOwned, Timestamped, Versioned, LeftOut):
    """An instrument that is filled in with a person, or was: what was asked stays with it, whatever is published since.

    Its answers are rows of their own, saved one by one.
    """

    __tablename__ = "instrument_filling"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "begun_on"),
        tenant_index("instrument_id", "state", "finished_on"),
        tenant_index("kind", "person_id", name="ix_instrument_filling_open", postgresql_where=text("state = 'open'")),
    )

    person_id: Mapped[UUID]
    centre_id: Mapped[UUID]
    """The support centre that publishes the instrument."""
    instrument_id: Mapped[UUID]
    instrument_version_id: Mapped[UUID]
    content_id: Mapped[UUID]
    """The released content that is asked, see `instrument_content`."""
    layer_id: Mapped[UUID | None]
    """What the platform had of its own beside it, see `instrument_layer`; none when that was nothing."""
    number: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    """What the instrument was called."""
    language: Mapped[str] = mapped_column(String(10), default="fr")
    by_person: Mapped[bool] = mapped_column(default=False)
    """Whether the person answered alone, on the agent's tablet. Answers without author are theirs."""
    state: Mapped[str] = mapped_column(String(12), default="open")
    begun_on: Mapped[date] = mapped_column(default=today)
    begun_by: Mapped[str] = mapped_column(String(120))
    finished_on: Mapped[date | None]
    out_of_use: Mapped[bool] = mapped_column(default=False)
    """Whether it was finished on a version that was retired meanwhile: kept, and said beside every figure."""

    def new_answer(self, item: str) -> "InstrumentAnswer":
        """The row of the first answer to a question, not in the session yet."""
        return InstrumentAnswer(tenant_id=self.tenant_id, id=new_id(), filling_id=self.id, item=item, revision=0)


class InstrumentAnswer(Base, TenantOwned, Timestamped):
    """The answer to one question of a filling. One to a sealed question is stored encrypted.

    `revision` counts how often it was saved: who saves over an answer that they have not seen is told.
    """

    __tablename__ = "instrument_answer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "filling_id"], ["instrument_filling.tenant_id", "instrument_filling.id"], ondelete="CASCADE"
        ),
        tenant_unique("filling_id", "item"),
        CheckConstraint("value IS NULL OR sealed IS NULL", name="sealed"),
    )

    filling_id: Mapped[UUID]
    item: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    """As the schema of the version dumps it; none when the answer is sealed, or was taken back."""
    sealed: Mapped[bytes | None]
    revision: Mapped[int] = mapped_column(default=1)
    given_by: Mapped[str] = mapped_column(String(120))
