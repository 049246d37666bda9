"""What a row of another feature was asked, as a bilan: it has pages of its own, and its filling says which version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, select

from clais.actor import Actor
from clais.database import HERE, ScopedSession, built_once, new_id
from clais.encryption import Keyring
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.instruments.filling import Questionnaire
from tenants.people.models import Person
from tenants.questionnaires.answers import write
from tenants.questionnaires.jobs import count_tonight
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import answer_rows
from tenants.questionnaires.workflow import FILLING

BASIN = bindparam("basin", type_=Uuid())


@dataclass(frozen=True, slots=True)
class Asked:
    """A published version with what was released of it: what a row of another feature is asked, or was."""

    centre_id: UUID
    instrument_id: UUID
    code: str
    kind: str
    name: str
    version_id: UUID
    number: int
    state: str
    content_id: UUID


def asked_here(session: ScopedSession, kind: str) -> list[Asked]:
    """What the platform adopted of the instruments of a kind, that of the code of the kind first, then by name."""
    here = session.scope
    rows = session.execute(_asked_here(), {"here": here.tenant_id, "basin": here.basin_id, "of": kind})
    return sorted((Asked(*row) for row in rows), key=lambda one: (one.code != kind, one.name, one.instrument_id))


def asked_under(session: ScopedSession, content_id: UUID) -> Asked | None:
    """The version of the basin whose released content has this key."""
    row = session.execute(_asked().where(InstrumentContent.id == content_id), {"basin": session.scope.basin_id}).first()
    return Asked(*row) if row else None


def _asked() -> Any:
    return (
        select(
            Instrument.owner_tenant_id,
            Instrument.id,
            Instrument.code,
            Instrument.kind,
            Instrument.name,
            InstrumentVersion.id,
            InstrumentVersion.number,
            InstrumentVersion.state,
            InstrumentContent.id,
        )
        .join(
            InstrumentVersion,
            (InstrumentVersion.owner_tenant_id == Instrument.owner_tenant_id)
            & (InstrumentVersion.instrument_id == Instrument.id),
        )
        .join(
            InstrumentContent,
            (InstrumentContent.owner_tenant_id == Instrument.owner_tenant_id)
            & (InstrumentContent.instrument_version_id == InstrumentVersion.id)
            & InstrumentContent.released,
        )
        .where(Instrument.basin_id == BASIN, InstrumentVersion.basin_id == BASIN, InstrumentContent.basin_id == BASIN)
    )


@built_once
def _asked_here() -> Select[Any]:
    adopted = _asked().join(InstrumentAdoption, InstrumentAdoption.instrument_version_id == InstrumentVersion.id)
    here = adopted.where(InstrumentAdoption.tenant_id == HERE, Instrument.kind == bindparam("of"))
    return cast("Select[Any]", here)


def note_asked(session: ScopedSession, actor: Actor, person: Person, asked: Asked, day: date) -> InstrumentFilling:
    """Note what a row of another feature was asked, as a filling that is finished: that row is on record by itself.

    Raises Refused(`not_permitted`).
    """
    filling = InstrumentFilling(
        id=new_id(),
        tenant_id=person.tenant_id,
        person_id=person.id,
        centre_id=asked.centre_id,
        instrument_id=asked.instrument_id,
        instrument_version_id=asked.version_id,
        content_id=asked.content_id,
        number=asked.number,
        kind=asked.kind,
        name=asked.name,
        state=FILLING.initial,
        begun_on=day,
        begun_by=actor.display_name,
        finished_on=day,
        out_of_use=asked.state == "retired",
    )
    FILLING.apply(session, filling, "finish", actor)
    count_tonight(session)
    session.add(filling)
    session.flush()
    return filling


def answer_again(
    session: ScopedSession,
    actor: Actor,
    filling: InstrumentFilling,
    keyring: Keyring,
    questionnaire: Questionnaire,
    answers: Mapping[str, Any],
) -> None:
    """Let these be all the answers of a filling that `note_asked` made, as the schema dumps them.

    Raises Refused(`sealed`) rather than overwrite an answer that could not be read.
    """
    rows = {row.item: row for row in answer_rows(session, filling.id)}
    every = {**dict.fromkeys(rows), **answers}
    write(session, keyring, filling, questionnaire, rows, every, actor.display_name)
