from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Numeric, Select, bindparam, case, cast, func, literal_column, or_, select, true

from clais.database import HERE, ScopedSession, built_once
from clais.encryption import Keyring
from clais.exchange.training.queries import Lacking, lacking
from clais.instruments.figures import Summary
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Definition, InstrumentKind
from tenants.instruments.queries import marks_beside
from tenants.questionnaires.answers import Given, given_in
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling

ASKED_ELSEWHERE = (InstrumentKind.BILAN, InstrumentKind.INTAKE)
"""The kinds whose fillings only say what a row of another feature was asked: they are shown with that row."""

ANSWERED_ALONE = (InstrumentKind.SELF_ASSESSMENT, InstrumentKind.SATISFACTION)
"""The kinds that a person fills in alone, on the agent's tablet."""


LONGEST_CODE = 40
"""What is longer is no code of a choice, but a text."""


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
            InstrumentFilling.kind.not_in(ASKED_ELSEWHERE),
        )
        .order_by(InstrumentFilling.begun_on.desc(), InstrumentFilling.id.desc())
        .limit(limit)
    )
    return [(filling, number) for filling, number in session.execute(found)]


def lacking_for(session: ScopedSession, membership_id: UUID, definition: Definition) -> Lacking | None:
    """What a member lacks today to fill a definition in; None when nothing, or when it requires no certificate."""
    if not definition.certificate:
        return None
    return lacking(session, membership_id, definition.certificate, definition.certificate_from)


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


def marks_in(session: ScopedSession, filling: InstrumentFilling, asked: Questionnaire) -> dict[str, bool]:
    """The questions and sections of a filling that are the platform's own (true), or that it changed (false)."""
    return marks_beside(session, asked, filling.content_id, filling.layer_id)


def choices_counted(session: ScopedSession, instrument_id: UUID, since: date) -> dict[str, dict[tuple[int, str], int]]:
    """Question → version and code → how often it was answered, in what was finished since that day.

    Sealed answers are not counted: nothing but their key reads them.
    """
    value = InstrumentAnswer.value
    listed = case((func.jsonb_typeof(value) == "array", value), else_=func.jsonb_build_array(value))
    code = func.jsonb_array_elements_text(listed).table_valued("value").render_derived()
    counted = (
        _finished_since(select(InstrumentAnswer.item, InstrumentFilling.number, code.c.value, func.count()))
        .join(code, true())
        .where(func.length(code.c.value) <= LONGEST_CODE)
        .group_by(InstrumentAnswer.item, InstrumentFilling.number, code.c.value)
    )
    found: dict[str, dict[tuple[int, str], int]] = {}
    for item, number, answer, count in session.execute(counted, _of(session, instrument_id, since)):
        found.setdefault(item, {})[number, answer] = count
    return found


def answers_counted(session: ScopedSession, instrument_id: UUID, since: date) -> dict[tuple[str, int], int]:
    """Question and version → how many answered it in what was finished since that day, sealed answers too."""
    chosen = select(InstrumentAnswer.item, InstrumentFilling.number, func.count())
    counted = _finished_since(chosen).group_by(InstrumentAnswer.item, InstrumentFilling.number)
    rows = session.execute(counted, _of(session, instrument_id, since))
    return {(item, number): count for item, number, count in rows}


def numbers_summed(
    session: ScopedSession, instrument_id: UUID, since: date, items: Sequence[str]
) -> dict[tuple[str, int], Summary]:
    """Question and version → a summary of the answers, for questions that ask a number."""
    if not items:
        return {}
    number = cast(InstrumentAnswer.value.op("#>>")(literal_column("'{}'")), Numeric)
    summed = (
        _finished_since(
            select(
                InstrumentAnswer.item,
                InstrumentFilling.number,
                func.count(),
                func.percentile_disc(0.5).within_group(number),
            )
        )
        .where(InstrumentAnswer.item.in_(items), InstrumentAnswer.value.is_not(None))
        .group_by(InstrumentAnswer.item, InstrumentFilling.number)
    )
    rows = session.execute(summed, _of(session, instrument_id, since))
    return {(item, version): Summary(count, median) for item, version, count, median in rows}


def _finished_since(chosen: Any) -> Select[Any]:
    counted: Select[Any] = (
        chosen.select_from(InstrumentFilling)
        .join(
            InstrumentAnswer,
            (InstrumentAnswer.tenant_id == HERE) & (InstrumentAnswer.filling_id == InstrumentFilling.id),
        )
        .where(
            InstrumentFilling.tenant_id == HERE,
            InstrumentFilling.instrument_id == bindparam("instrument"),
            InstrumentFilling.state == "finished",
            InstrumentFilling.finished_on >= bindparam("since"),
        )
    )
    return counted


def _of(session: ScopedSession, instrument_id: UUID, since: date) -> dict[str, Any]:
    return {"here": session.scope.tenant_id, "instrument": instrument_id, "since": since}


def finished_since(session: ScopedSession, instrument_id: UUID, since: date) -> int:
    """How many fillings of an instrument were finished since a day."""
    found = select(func.count()).where(
        InstrumentFilling.tenant_id == session.scope.tenant_id,
        InstrumentFilling.instrument_id == instrument_id,
        InstrumentFilling.state == "finished",
        InstrumentFilling.finished_on >= since,
    )
    return session.scalar(found) or 0
