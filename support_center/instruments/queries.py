"""The instruments that the centre has, their versions, and what each asks. Only this folder writes them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, cast, func, or_, select

from clais.database import HERE, ScopedSession, built_once
from clais.database.keyset import alphabetical
from clais.database.moments import present_day
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.instruments import IN_REVIEW, Shelf, shelves_of
from clais.exchange.publications.models import Instrument, InstrumentContent, InstrumentVersion
from clais.feature.handling import Reader
from clais.identity.models import Membership
from clais.instruments.rules.definition import Definition
from clais.instruments.schemas import from_json
from support_center.instruments.models import InstrumentDraft, InstrumentReading, InstrumentRemark, InstrumentTrial
from support_center.instruments.workflow import PUBLISH, VERSION


def shelves(session: ScopedSession) -> list[Shelf]:
    """The instruments of the centre by name."""
    here = {"here": session.scope.tenant_id}
    return shelves_of(session.scalars(_instruments(), here).all(), session.scalars(_versions(), here))


@built_once
def _instruments() -> Select[Instrument]:
    found = select(Instrument).where(Instrument.owner_tenant_id == HERE)
    return found.order_by(alphabetical(Instrument.name), Instrument.id)


@built_once
def _versions() -> Select[InstrumentVersion]:
    found = select(InstrumentVersion).where(InstrumentVersion.owner_tenant_id == HERE)
    return found.order_by(InstrumentVersion.number.desc())


def shelf_of(session: ScopedSession, instrument: Instrument) -> Shelf:
    """One instrument with its versions."""
    versions = select(InstrumentVersion).where(
        InstrumentVersion.owner_tenant_id == session.scope.tenant_id, InstrumentVersion.instrument_id == instrument.id
    )
    return Shelf(instrument, tuple(session.scalars(versions.order_by(InstrumentVersion.number.desc()))))


def draft_of(session: ScopedSession, version_id: UUID, *, held: bool = False) -> InstrumentDraft | None:
    """The draft of a version in preparation; `held`: nobody else saves it until this transaction ends."""
    found = select(InstrumentDraft).where(
        InstrumentDraft.tenant_id == session.scope.tenant_id, InstrumentDraft.instrument_version_id == version_id
    )
    if held:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one_or_none()


def authors_of(session: ScopedSession, version_id: UUID) -> frozenset[str]:
    """The accounts that wrote a version, as text."""
    found = select(InstrumentDraft.authors).where(
        InstrumentDraft.tenant_id == session.scope.tenant_id, InstrumentDraft.instrument_version_id == version_id
    )
    return frozenset(session.scalar(found) or ())


def contents_of(session: ScopedSession, version_id: UUID) -> list[InstrumentContent]:
    """What was frozen of a version, the newest first: once for each review, once for its answers."""
    found = select(InstrumentContent).where(
        InstrumentContent.owner_tenant_id == session.scope.tenant_id,
        InstrumentContent.instrument_version_id == version_id,
    )
    return list(session.scalars(found.order_by(InstrumentContent.created_at.desc(), InstrumentContent.id.desc())))


def definition_of(session: ScopedSession, version: InstrumentVersion) -> Definition | None:
    """What a version asks: what was released, what is in review, else its draft."""
    contents = contents_of(session, version.id) if version.state != VERSION.initial else []
    frozen = next((content for content in contents if content.released or version.state == IN_REVIEW), None)
    if frozen is not None:
        return from_json(frozen.definition)
    draft = draft_of(session, version.id)
    return from_json(draft.definition) if draft else None


def released_before(session: ScopedSession, version: InstrumentVersion) -> list[tuple[int, Definition]]:
    """The numbers and definitions of the versions of the same instrument that were published before, newest first."""
    here = session.scope.tenant_id
    found = (
        select(InstrumentVersion.number, InstrumentContent.definition)
        .join(
            InstrumentContent,
            (InstrumentContent.owner_tenant_id == here)
            & (InstrumentContent.instrument_version_id == InstrumentVersion.id),
        )
        .where(
            InstrumentVersion.owner_tenant_id == here,
            InstrumentVersion.instrument_id == version.instrument_id,
            InstrumentVersion.number < version.number,
            InstrumentContent.released,
        )
        .order_by(InstrumentVersion.number.desc())
    )
    return [(number, from_json(definition)) for number, definition in session.execute(found)]


def next_number(session: ScopedSession, instrument_id: UUID) -> int:
    """The number of the next version."""
    newest = select(func.max(InstrumentVersion.number)).where(
        InstrumentVersion.owner_tenant_id == session.scope.tenant_id, InstrumentVersion.instrument_id == instrument_id
    )
    return (session.scalar(newest) or 0) + 1


def trials_of(session: ScopedSession, version_id: UUID) -> list[InstrumentTrial]:
    """The answers given to try a version out, the newest first."""
    found = select(InstrumentTrial).where(
        InstrumentTrial.tenant_id == session.scope.tenant_id, InstrumentTrial.instrument_version_id == version_id
    )
    return list(session.scalars(found.order_by(InstrumentTrial.created_at.desc(), InstrumentTrial.id.desc())))


def remarks_of(session: ScopedSession, version_id: UUID) -> Sequence[InstrumentRemark]:
    """The remarks on a version, open ones first, the oldest first."""
    found = select(InstrumentRemark).where(
        InstrumentRemark.tenant_id == session.scope.tenant_id, InstrumentRemark.instrument_version_id == version_id
    )
    return session.scalars(
        found.order_by(InstrumentRemark.settled, InstrumentRemark.created_at, InstrumentRemark.id)
    ).all()


def counted_by_platforms(session: ScopedSession, instrument_id: UUID) -> tuple[int, int]:
    """What the platforms counted of an instrument: fillings that are under way, and files with finished ones."""
    found = select(func.sum(InstrumentAdoption.files_open), func.sum(InstrumentAdoption.files)).where(
        InstrumentAdoption.to_tenant_id == session.scope.tenant_id, InstrumentAdoption.instrument_id == instrument_id
    )
    under_way, files = session.execute(found).one()
    return int(under_way or 0), int(files or 0)


def still_on(session: ScopedSession, version: InstrumentVersion) -> tuple[int, int]:
    """How many platforms work with a version, and how many fillings they counted that are under way."""
    found = select(func.count(), func.sum(InstrumentAdoption.files_open)).where(
        InstrumentAdoption.to_tenant_id == session.scope.tenant_id,
        InstrumentAdoption.instrument_version_id == version.id,
    )
    platforms, under_way = session.execute(found).one()
    return int(platforms), int(under_way or 0)


def readings_of(session: ScopedSession, version_id: UUID) -> dict[UUID, datetime]:
    """Membership → when it has read what is in review."""
    found = select(InstrumentReading.membership_id, InstrumentReading.read_at).where(
        InstrumentReading.tenant_id == session.scope.tenant_id, InstrumentReading.instrument_version_id == version_id
    )
    return {row.membership_id: row.read_at for row in session.execute(found)}


def to_review_count(reader: Reader) -> ScalarSelect[int] | None:
    """How many versions in review wait for a reader: to be read, or to be published. For the rail of who does both."""
    if PUBLISH not in reader.permissions:
        return None
    return select(func.count()).where(*_waiting_for(reader)).scalar_subquery()


def to_review(session: ScopedSession, reader: Reader) -> frozenset[UUID]:
    """The versions that `to_review_count` counts."""
    if PUBLISH not in reader.permissions:
        return frozenset()
    return frozenset(session.scalars(select(InstrumentVersion.id).where(*_waiting_for(reader))))


def _waiting_for(reader: Reader) -> tuple[ColumnElement[bool], ...]:
    """The versions in review that somebody else wrote, which one has not read, or whose remarks are over."""
    here = reader.tenant_id
    account = select(cast(Membership.user_id, String)).where(
        Membership.tenant_id == here, Membership.id == reader.membership_id
    )
    own = select(InstrumentDraft.instrument_version_id).where(
        InstrumentDraft.tenant_id == here, InstrumentDraft.authors.op("?")(account.scalar_subquery())
    )
    read = select(InstrumentReading.instrument_version_id).where(
        InstrumentReading.tenant_id == here, InstrumentReading.membership_id == reader.membership_id
    )
    return (
        InstrumentVersion.owner_tenant_id == here,
        InstrumentVersion.state == IN_REVIEW,
        InstrumentVersion.id.not_in(own),
        or_(InstrumentVersion.id.not_in(read), InstrumentVersion.review_until < present_day()),
    )
