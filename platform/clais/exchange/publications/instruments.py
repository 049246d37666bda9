"""The instruments of the basin as a platform reads them: what is published, and what is in review."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from clais.database import ScopedSession
from clais.database.keyset import alphabetical
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.instruments.filling import Questionnaire, keep, questionnaire_of
from clais.instruments.rules.definition import Definition
from clais.instruments.schemas import from_json

IN_REVIEW = "in_review"
IN_PREPARATION = ("draft", IN_REVIEW)
"""The states of a version that may still change; an instrument has one of them at most."""
IN_USE = ("published", "closing")
"""The states of a version on which answers can be given; nothing is begun on one that is closing."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An instrument with its versions, the newest first."""

    instrument: Instrument
    versions: tuple[InstrumentVersion, ...]

    @property
    def in_preparation(self) -> InstrumentVersion | None:
        """The version that may still change."""
        return next((version for version in self.versions if version.state in IN_PREPARATION), None)

    @property
    def in_use(self) -> InstrumentVersion | None:
        """The newest version on which answers can be given."""
        return next((version for version in self.versions if version.state in IN_USE), None)

    @property
    def to_adopt(self) -> tuple[InstrumentVersion, ...]:
        """The versions that a platform can begin to work with, the newest first."""
        return tuple(version for version in self.versions if version.state == "published")


def shelves_of(instruments: Iterable[Instrument], versions: Iterable[InstrumentVersion]) -> list[Shelf]:
    """The instruments in their order, each with its versions in theirs."""
    found: dict[UUID, list[InstrumentVersion]] = {}
    for version in versions:
        found.setdefault(version.instrument_id, []).append(version)
    return [Shelf(instrument, tuple(found.get(instrument.id, ()))) for instrument in instruments]


def shelves_of_basin(session: ScopedSession) -> list[Shelf]:
    """The instruments of the basin by name, each with what was published or is in review, if anything was."""
    here = session.scope.basin_id
    versions = select(InstrumentVersion).where(InstrumentVersion.basin_id == here, shown_to_the_basin())
    instruments = select(Instrument).where(Instrument.basin_id == here)
    in_order = instruments.order_by(alphabetical(Instrument.name), Instrument.id)
    found = shelves_of(
        session.scalars(in_order).all(), session.scalars(versions.order_by(InstrumentVersion.number.desc()))
    )
    return [shelf for shelf in found if shelf.versions]


def shelf_of_basin(session: ScopedSession, instrument_id: UUID) -> Shelf | None:
    """One instrument of the basin with what was published or is in review."""
    here = session.scope.basin_id
    found = select(Instrument).where(Instrument.basin_id == here, Instrument.id == instrument_id)
    instrument = session.scalars(found).one_or_none()
    if instrument is None:
        return None
    versions = select(InstrumentVersion).where(
        InstrumentVersion.basin_id == here, InstrumentVersion.instrument_id == instrument_id, shown_to_the_basin()
    )
    return Shelf(instrument, tuple(session.scalars(versions.order_by(InstrumentVersion.number.desc()))))


def version_of_basin(session: ScopedSession, version_id: UUID) -> InstrumentVersion | None:
    """One version that was published or is in review."""
    found = select(InstrumentVersion).where(
        InstrumentVersion.basin_id == session.scope.basin_id, InstrumentVersion.id == version_id, shown_to_the_basin()
    )
    return session.scalars(found).one_or_none()


def shown_to_the_basin() -> ColumnElement[bool]:
    """Drafts are the centre's alone, those that it gave up too; what was published is read for ever."""
    return or_(InstrumentVersion.published_at.is_not(None), InstrumentVersion.state == IN_REVIEW)


def definition_for_basin(session: ScopedSession, version: InstrumentVersion) -> Definition | None:
    """What a version asks: what was released for answers, else what was frozen last for its review."""
    found = select(InstrumentContent.definition).where(
        InstrumentContent.owner_tenant_id == version.owner_tenant_id,
        InstrumentContent.basin_id == session.scope.basin_id,
        InstrumentContent.instrument_version_id == version.id,
    )
    frozen = session.scalar(
        found.order_by(
            InstrumentContent.released.desc(), InstrumentContent.created_at.desc(), InstrumentContent.id.desc()
        ).limit(1)
    )
    return from_json(frozen) if frozen else None


def released_questionnaire(session: ScopedSession, content_id: UUID) -> Questionnaire | None:
    """What was released under a key, ready to be filled in; None for a key of another basin.

    It never changes, so each process reads it once for a basin: an answer that is saved reads no questions.
    """
    basin = session.scope.basin_id
    found = _RELEASED.get((basin, content_id))
    if found is None:
        frozen = session.scalar(
            select(InstrumentContent.definition).where(
                InstrumentContent.basin_id == basin, InstrumentContent.id == content_id, InstrumentContent.released
            )
        )
        if frozen is None:
            return None
        found = keep(_RELEASED, (basin, content_id), questionnaire_of(from_json(frozen)))
    return found


_RELEASED: dict[tuple[UUID | None, UUID], Questionnaire] = {}


def requires_course(session: ScopedSession, code: str) -> bool:
    """Whether a version of the basin that answers are given on, or will be, requires the certificate of a course."""
    found = (
        select(InstrumentContent.id)
        .join(
            InstrumentVersion,
            (InstrumentVersion.owner_tenant_id == InstrumentContent.owner_tenant_id)
            & (InstrumentVersion.id == InstrumentContent.instrument_version_id),
        )
        .where(
            InstrumentContent.basin_id == session.scope.basin_id,
            InstrumentVersion.basin_id == session.scope.basin_id,
            InstrumentVersion.state.in_((*IN_USE, IN_REVIEW)),
            InstrumentContent.definition["certificate"].astext == code,
        )
    )
    return session.scalar(found.limit(1)) is not None


def released_versions(session: ScopedSession, instrument_id: UUID) -> list[tuple[int, UUID]]:
    """The number of each version of an instrument that was released, and the key of what it asks; the oldest first."""
    found = (
        select(InstrumentVersion.number, InstrumentContent.id)
        .join(
            InstrumentContent,
            (InstrumentContent.owner_tenant_id == InstrumentVersion.owner_tenant_id)
            & (InstrumentContent.instrument_version_id == InstrumentVersion.id),
        )
        .where(
            InstrumentVersion.basin_id == session.scope.basin_id,
            InstrumentContent.basin_id == session.scope.basin_id,
            InstrumentVersion.instrument_id == instrument_id,
            InstrumentContent.released,
        )
        .order_by(InstrumentVersion.number)
    )
    return [(number, content) for number, content in session.execute(found)]


def released_definitions(session: ScopedSession, instrument_id: UUID) -> list[tuple[int, Definition]]:
    """The versions of an instrument that were released, with what they ask, in the order of their numbers."""
    found = (
        (number, released_questionnaire(session, key)) for number, key in released_versions(session, instrument_id)
    )
    return [(number, asked.definition) for number, asked in found if asked]
