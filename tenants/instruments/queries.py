"""What the platform has of its own beside the instruments, and what is asked here."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select

from clais.database import ScopedSession
from clais.exchange.publications.instruments import released_questionnaire
from clais.exchange.training.models import Course
from clais.exchange.training.queries import course_of_code, without_certificate
from clais.identity.queries import members_who_may
from clais.instruments.filling import Questionnaire, keep
from clais.instruments.layers import layer_of
from clais.instruments.rules.definition import Definition, InstrumentKind
from clais.instruments.rules.latitude import applied
from clais.instruments.rules.local import Layer, marks_of
from clais.permissions import PermissionTable
from tenants.instruments.models import InstrumentLayer

FILLS_IN = "orientation.write"
RECEIVES = "intake.create"
"""The right to fill in an instrument, and that to fill in an intake form."""
MOST_REMEMBERED = 500
"""Changes of an instrument that are looked at for what was asked earlier."""


def layer_in_force(session: ScopedSession, instrument_id: UUID) -> InstrumentLayer | None:
    """What the platform changes in an instrument; None when it never changed anything."""
    return session.scalars(_newest_first(session, instrument_id).limit(1)).one_or_none()


def layer_asked(session: ScopedSession, instrument_id: UUID) -> UUID | None:
    """The key of the layer that a new filling is asked with; None when it would change nothing."""
    row = layer_in_force(session, instrument_id)
    return row.id if row is not None and layer_of(row.layer) != Layer() else None


def layers_of(session: ScopedSession, instrument_id: UUID) -> Sequence[Layer]:
    """All that the platform has changed in an instrument, the newest first."""
    return [
        layer_of(row.layer) for row in session.scalars(_newest_first(session, instrument_id).limit(MOST_REMEMBERED))
    ]


def _newest_first(session: ScopedSession, instrument_id: UUID) -> Select[InstrumentLayer]:
    return (
        select(InstrumentLayer)
        .where(InstrumentLayer.tenant_id == session.scope.tenant_id, InstrumentLayer.instrument_id == instrument_id)
        .order_by(InstrumentLayer.made_at.desc(), InstrumentLayer.id.desc())
    )


def asked_questionnaire(session: ScopedSession, content_id: UUID, layer_id: UUID | None) -> Questionnaire | None:
    """What is asked here: what the centre released under a key, with what the platform changed in it.

    Neither ever changes, so each process reads it once for a tenant; without a layer it is everyone's.
    """
    common = released_questionnaire(session, content_id)
    if common is None or layer_id is None:
        return common
    key = (session.scope.tenant_id, content_id, layer_id)
    found = _ASKED.get(key)
    if found is None:
        stored = session.scalar(
            select(InstrumentLayer.layer).where(
                InstrumentLayer.tenant_id == session.scope.tenant_id, InstrumentLayer.id == layer_id
            )
        )
        if stored is None:
            return None
        found = keep(_ASKED, key, Questionnaire(applied(common.definition, layer_of(stored))[0]))
    return found


_ASKED: dict[tuple[UUID | None, UUID, UUID], Questionnaire] = {}


def marks_beside(
    session: ScopedSession, asked: Questionnaire, content_id: UUID | None, layer_id: UUID | None
) -> dict[str, bool]:
    """The questions and sections of what is asked that are the platform's own (true), or that it changed (false)."""
    common = released_questionnaire(session, content_id) if content_id and layer_id else None
    return marks_of(common.definition, asked.definition) if common else {}


def is_beside(session: ScopedSession, layer_id: UUID | None, instrument_id: UUID) -> bool:
    """Whether a layer is none, or one of the platform's own beside this instrument."""
    if layer_id is None:
        return True
    layer = session.get(InstrumentLayer, (session.scope.tenant_id, layer_id))
    return layer is not None and layer.instrument_id == instrument_id


def untrained(
    session: ScopedSession, definition: Definition, table: PermissionTable
) -> tuple[Course, list[str]] | None:
    """The course that a definition requires, and the names of the members who work without its certificate today.

    None when it requires none.
    """
    course = course_of_code(session, definition.certificate) if definition.certificate else None
    if course is None:
        return None
    right = RECEIVES if definition.kind is InstrumentKind.INTAKE else FILLS_IN
    names = {member.id: member.display_name for member in members_who_may(session, right, table)}
    return course, [names[key] for key in without_certificate(session, course, names)]
