from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, bindparam, func, or_, select

from clais.database import HERE, ScopedSession, built_once
from clais.database.keyset import alphabetical
from clais.encryption import Keyring
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.publications.instruments import released_content
from clais.exchange.publications.models import Instrument, InstrumentVersion
from clais.instruments.rules.definition import InstrumentKind
from tenants.questionnaires.answers import Given, given_in
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling

ASKED_OF_A_PERSON = (
    InstrumentKind.SELF_ASSESSMENT,
    InstrumentKind.SATISFACTION,
    InstrumentKind.EVALUATION_GRID,
    InstrumentKind.PLAN_TEMPLATE,
)
"""The kinds that are begun from a file. An intake form and a bilan have pages of their own."""


@dataclass(frozen=True, slots=True)
class InUse:
    """An instrument that the platform works with, and the version that it adopted."""

    instrument: Instrument
    version: InstrumentVersion


def in_use(session: ScopedSession, kinds: Sequence[str]) -> list[InUse]:
    """The instruments of these kinds that the platform works with, by name."""
    here = session.scope
    found = (
        select(Instrument, InstrumentVersion)
        .join(
            InstrumentVersion,
            (InstrumentVersion.owner_tenant_id == Instrument.owner_tenant_id)
            & (InstrumentVersion.instrument_id == Instrument.id),
        )
        .join(InstrumentAdoption, InstrumentAdoption.instrument_version_id == InstrumentVersion.id)
        .where(
            InstrumentAdoption.tenant_id == here.tenant_id,
            Instrument.basin_id == here.basin_id,
            InstrumentVersion.basin_id == here.basin_id,
            Instrument.kind.in_([str(kind) for kind in kinds]),
        )
        .order_by(alphabetical(Instrument.name), Instrument.id)
    )
    return [InUse(instrument, version) for instrument, version in session.execute(found)]


def in_use_of(session: ScopedSession, instrument_id: UUID) -> InUse | None:
    """The version of an instrument that the platform works with."""
    every = in_use(session, list(InstrumentKind))
    return next((one for one in every if one.instrument.id == instrument_id), None)


def fillings_of(session: ScopedSession, person_id: UUID, limit: int = 50) -> list[tuple[InstrumentFilling, int]]:
    """The fillings of a person, the newest first, each with its number of answers; without those that were given up."""
    here = session.scope
    answered = (
        select(func.count())
        .where(
            InstrumentAnswer.tenant_id == here.tenant_id,
            InstrumentAnswer.filling_id == InstrumentFilling.id,
            or_(InstrumentAnswer.value.is_not(None), InstrumentAnswer.sealed.is_not(None)),
        )
        .scalar_subquery()
    )
    found = (
        select(InstrumentFilling, answered)
        .where(
            InstrumentFilling.tenant_id == here.tenant_id,
            InstrumentFilling.person_id == person_id,
            InstrumentFilling.state != "dropped",
        )
        .order_by(InstrumentFilling.begun_on.desc(), InstrumentFilling.id.desc())
        .limit(limit)
    )
    return [(filling, number) for filling, number in session.execute(found)]


def open_filling(session: ScopedSession, person_id: UUID, instrument_id: UUID) -> InstrumentFilling | None:
    """The filling of an instrument that is under way with a person."""
    return session.scalars(
        select(InstrumentFilling)
        .where(
            InstrumentFilling.tenant_id == session.scope.tenant_id,
            InstrumentFilling.person_id == person_id,
            InstrumentFilling.instrument_id == instrument_id,
            InstrumentFilling.state == "open",
        )
        .order_by(InstrumentFilling.id.desc())
        .limit(1)
    ).first()


def given(session: ScopedSession, keyring: Keyring, filling_id: UUID) -> Given:
    """The answers of a filling."""
    return given_in(keyring, answer_rows(session, filling_id))


def answer_rows(session: ScopedSession, filling_id: UUID) -> Sequence[InstrumentAnswer]:
    """The rows of the answers of a filling."""
    return session.scalars(_answers(), {"here": session.scope.tenant_id, "filling": filling_id}).all()


@built_once
def _answers() -> Select[InstrumentAnswer]:
    return select(InstrumentAnswer).where(
        InstrumentAnswer.tenant_id == HERE, InstrumentAnswer.filling_id == bindparam("filling")
    )


def held(session: ScopedSession, filling_id: UUID) -> InstrumentFilling | None:
    """A filling as it stands, for this transaction alone to change."""
    values = {"here": session.scope.tenant_id, "filling": filling_id}
    return session.scalars(_held(), values, execution_options={"populate_existing": True}).one_or_none()


@built_once
def _held() -> Select[InstrumentFilling]:
    return (
        select(InstrumentFilling)
        .where(InstrumentFilling.tenant_id == HERE, InstrumentFilling.id == bindparam("filling"))
        .with_for_update()
    )


def content_in_use(session: ScopedSession, used: InUse) -> UUID | None:
    """The key of what the version in use asks."""
    return released_content(session, used.version)
