"""The versions that a platform works with: what was released of each, and what is asked here."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, exists, select

from clais.actor import Actor
from clais.database import HERE, ScopedSession, built_once, new_id
from clais.database.keyset import alphabetical
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.exchange.training.models import Course
from clais.instruments.filling import Questionnaire
from tenants.instruments.queries import asked_questionnaire, layer_asked
from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentFilling

BASIN = bindparam("basin", type_=Uuid())


@dataclass(frozen=True, slots=True)
class Asked:
    """A version with what was released of it: what a filling asks, or a row of another feature."""

    centre_id: UUID
    instrument_id: UUID
    code: str
    kind: str
    name: str
    version_id: UUID
    number: int
    state: str
    content_id: UUID
    local_parts: int | None = None
    """How many parts of it the platform changed or added; not read of a version that it did not adopt."""

    @property
    def can_begin(self) -> bool:
        """Whether something can be begun on it: it is not coming to its end."""
        return self.state == "published"

    def filling(self, person: Person, actor: Actor) -> InstrumentFilling:
        """A new filling of it, not added to the session yet."""
        return InstrumentFilling(
            tenant_id=person.tenant_id,
            id=new_id(),
            person_id=person.id,
            centre_id=self.centre_id,
            instrument_id=self.instrument_id,
            instrument_version_id=self.version_id,
            content_id=self.content_id,
            number=self.number,
            kind=self.kind,
            name=self.name,
            begun_by=actor.display_name,
        )


def asked_here(session: ScopedSession, kinds: Collection[str]) -> list[Asked]:
    """What the platform adopted of the instruments of these kinds, by name."""
    rows = session.execute(_of_kinds(), {**_scope(session), "kinds": [str(kind) for kind in kinds]})
    return [Asked(*row) for row in rows]


def asked_of(session: ScopedSession, instrument_id: UUID) -> Asked | None:
    """What the platform adopted of an instrument."""
    row = session.execute(_of_instrument(), {**_scope(session), "instrument": instrument_id}).one_or_none()
    return Asked(*row) if row else None


def asked_published(session: ScopedSession, instrument_id: UUID) -> Asked | None:
    """The newest published version of an instrument, adopted here or not: what the centre itself asks for."""
    found = _released().where(Instrument.id == instrument_id, InstrumentVersion.state == "published")
    newest = found.order_by(InstrumentVersion.number.desc()).limit(1)
    row = session.execute(newest, {"basin": session.scope.basin_id}).one_or_none()
    return Asked(*row) if row else None


def asked_under(session: ScopedSession, content_id: UUID) -> Asked | None:
    """The version of the basin whose released content has this key, adopted or not."""
    found = session.execute(_of_content(), {"basin": session.scope.basin_id, "content": content_id}).one_or_none()
    return Asked(*found) if found else None


class AskedNow(NamedTuple):
    """What a filling that begins now is asked: what was released, and what the platform has of its own beside it."""

    version: Asked
    layer_id: UUID | None
    questionnaire: Questionnaire


def asked_now(session: ScopedSession, version: Asked) -> AskedNow | None:
    """What an adopted version asks here."""
    layer = layer_asked(session, version.instrument_id) if version.local_parts else None
    found = asked_questionnaire(session, version.content_id, layer)
    return AskedNow(version, layer, found) if found else None


def _scope(session: ScopedSession) -> dict[str, Any]:
    return {"here": session.scope.tenant_id, "basin": session.scope.basin_id}


@built_once
def _of_kinds() -> Select[Any]:
    kinds = Instrument.kind.in_(bindparam("kinds", expanding=True))
    # What evaluates the sessions of a course is asked of those who attended.
    of_sessions = exists().where(Course.basin_id == BASIN, Course.evaluation_id == Instrument.id)
    return _adopted().where(kinds, ~of_sessions).order_by(alphabetical(Instrument.name), Instrument.id)


@built_once
def _of_instrument() -> Select[Any]:
    return _adopted().where(Instrument.id == bindparam("instrument", type_=Uuid()))


@built_once
def _of_content() -> Select[Any]:
    return _released().where(InstrumentContent.id == bindparam("content", type_=Uuid()))


def _adopted() -> Select[Any]:
    return (
        _released()
        .add_columns(InstrumentAdoption.local_parts)
        .join(InstrumentAdoption, InstrumentAdoption.instrument_version_id == InstrumentVersion.id)
        .where(InstrumentAdoption.tenant_id == HERE)
    )


def _released() -> Select[Any]:
    columns: tuple[Any, ...] = (
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
    return (
        select(*columns)
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
