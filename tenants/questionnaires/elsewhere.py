"""What a row of another feature was asked, as a bilan or a reception: its filling says which version."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Definition, InstrumentKind
from tenants.instruments.queries import asked_questionnaire, is_beside
from tenants.people.models import Person
from tenants.questionnaires.answers import write
from tenants.questionnaires.asked import Asked, AskedNow, asked_here, asked_now, asked_under
from tenants.questionnaires.jobs import count_tonight
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import answer_rows
from tenants.questionnaires.workflow import FILLING

FILED_BY: Mapping[str, str] = {InstrumentKind.BILAN: "finish", InstrumentKind.INTAKE: "receive"}
"""Kind → the transition that files what was asked, which needs the right to write the row that was asked it."""

Fits = Callable[[Definition], bool]


def adopted_now(session: ScopedSession, kind: InstrumentKind, fits: Fits) -> AskedNow | None:
    """What the platform adopted of a kind, with what it has of its own; a version that does not fit is passed over."""
    # Of several, the one of the code of the kind comes first.
    for version in sorted(asked_here(session, (kind,)), key=lambda one: one.code != kind):
        found = asked_now(session, version)
        if found is not None and fits(found.questionnaire.definition):
            return found
    return None


def mark_of(content_id: UUID, layer_id: UUID | None) -> str:
    """What a form names what it asks with: a version that is adopted meanwhile does not change what was read."""
    return f"{content_id}.{layer_id}" if layer_id else str(content_id)


def asked_before(session: ScopedSession, kind: InstrumentKind, mark: str, fits: Fits) -> AskedNow | None:
    """What a form asked that has this mark; None when there is no such version of the kind in the basin."""
    content, _dot, layer = mark.partition(".")
    try:
        content_id, layer_id = UUID(content), UUID(layer) if layer else None
    except ValueError:
        return None
    version = asked_under(session, content_id)
    if version is None or version.kind != kind or not is_beside(session, layer_id, version.instrument_id):
        return None
    found = asked_questionnaire(session, content_id, layer_id)
    return AskedNow(version, layer_id, found) if found and fits(found.definition) else None


def file_asked(
    session: ScopedSession, actor: Actor, person: Person, asked: Asked, day: date, layer_id: UUID | None = None
) -> InstrumentFilling:
    """A filling that says what a row of another feature was asked, finished: that row is on record by itself.

    It is not added to the session yet. Raises Refused(`not_permitted`).
    """
    filling = asked.filling(person, actor)
    filling.layer_id = layer_id
    filling.state, filling.begun_on, filling.finished_on = FILLING.initial, day, day
    filling.out_of_use = asked.state == "retired"
    FILLING.apply(session, filling, FILED_BY[asked.kind], actor)
    count_tonight(session)
    return filling


def note_asked(
    session: ScopedSession, actor: Actor, person: Person, asked: Asked, day: date, layer_id: UUID | None = None
) -> InstrumentFilling:
    """Write that filling at once. Raises Refused(`not_permitted`)."""
    filling = file_asked(session, actor, person, asked, day, layer_id)
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
) -> bool:
    """Let these be all the answers of a filling that says what was asked, as the schema dumps them; whether one of
    them is another.

    Raises Refused(`sealed`) rather than overwrite an answer that could not be read.
    """
    rows = {row.item: row for row in answer_rows(session, filling.id)}
    every = {**dict.fromkeys(rows), **answers}
    return write(session, keyring, filling, questionnaire, rows, every, actor.display_name)
