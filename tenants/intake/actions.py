from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.encryption import DecryptionFailed, Keyring
from clais.instruments.rules.receptions import COLUMNS
from tenants.exits.actions import reopen_file
from tenants.intake.asked import Questions, filling_of
from tenants.intake.models import InformationRequest, Intake
from tenants.people.actions import lock_file, move, new_file, write_file
from tenants.people.models import Person
from tenants.questionnaires.answers import write
from tenants.questionnaires.elsewhere import answer_again, file_asked
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.queries import given

FACTS = tuple(COLUMNS)
BESIDE = "answers"
"""What the trail calls the answers that are kept in no column."""


class StaleIntake(Exception):  # noqa: N818 - it names what happened.
    """Someone saved a newer version of the reception."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reception is asked, with the answers that are kept in no column, as the schema dumps them."""

    questions: Questions
    keyring: Keyring
    answers: Mapping[str, Any] = field(default_factory=dict)


def register(
    session: ScopedSession,
    actor: Actor,
    person: Mapping[str, Any],
    intake: Mapping[str, Any] | None,
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
    beside: Beside | None = None,
) -> Person:
    """Create the file of a newcomer and note their first reception. The schemas load `person` and `intake`.

    `beside` says what the reception is asked; without it, it is the first version of the house.

    The intake begins when the person asks something. Raises what `new_file` and `receive` raise.
    """
    newcomer, alike = new_file(session, actor, person, keyring, confirmed_different=confirmed_different)
    # The reception changes the file before it is written: one statement, not two.
    received = _prepare_reception(session, actor, newcomer, intake, beside) if intake is not None else None
    write_file(session, actor, newcomer, alike, keyring)
    if received is not None:
        _write_reception(session, actor, received, beside)
    return newcomer


def receive(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    data: Mapping[str, Any],
    beside: Beside | None = None,
) -> Intake:
    """Note a reception. It begins the intake of someone registered who asks something, and reopens a closed file.

    `beside` says what it is asked; without it, it is the first version of the house. Raises `clais.workflow.Refused`
    when the file is closed and the actor may not reopen it.
    """
    # A file that a colleague closes meanwhile is reopened, and not received in as it was.
    lock_file(session, person)
    received = _prepare_reception(session, actor, person, data, beside)
    _write_reception(session, actor, received, beside)
    return received.intake


@dataclass(frozen=True, slots=True)
class _Received:
    """A reception and what says what it was asked, which are written after the file."""

    intake: Intake
    filling: InstrumentFilling | None


def _prepare_reception(
    session: ScopedSession, actor: Actor, person: Person, data: Mapping[str, Any], beside: Beside | None
) -> _Received:
    """Change the file and record the reception; the caller writes the reception after the file."""
    intake = Intake(
        id=new_id(), person_id=person.id, received_on=today(), received_by=actor.display_name, **_facts(data)
    )
    asked = beside.questions.now if beside else None
    filling = file_asked(session, actor, person, asked.version, today(), asked.layer_id) if asked else None
    intake.filling_id = filling.id if filling else None
    if person.stage == "closed":
        reopen_file(session, person, actor)
    elif person.stage == "registered" and asks_something(intake):
        move(session, actor, person, "begin_intake")
    person.last_contact_on = intake.received_on
    record(session, "intake.receive", "intake", intake.id, person_id=person.id, details={"channel": intake.channel})
    return _Received(intake, filling)


def _write_reception(session: ScopedSession, actor: Actor, received: _Received, beside: Beside | None) -> None:
    filling = received.filling
    session.add_all([received.intake, filling] if filling else [received.intake])
    session.flush()
    if filling is not None and beside is not None and beside.answers:
        asked = beside.questions.questionnaire
        write(session, beside.keyring, filling, asked, {}, beside.answers, actor.display_name)


def correct(
    session: ScopedSession,
    actor: Actor,
    intake: Intake,
    data: Mapping[str, Any],
    version: int,
    beside: Beside | None = None,
) -> list[str]:
    """Correct a reception that was read at `version`; returns the names of what changed.

    `beside` has all answers that are kept in no column; without it they stay. Raises StaleIntake, or DecryptionFailed
    rather than overwrite an answer that cannot be read.
    """
    if intake.version != version:
        raise StaleIntake
    changed = sorted(name for name, value in _facts(data).items() if getattr(intake, name) != value)
    for name in changed:
        setattr(intake, name, data[name])
    filling = filling_of(session, intake) if beside is not None else None
    if filling is not None and beside is not None and _differs(session, filling, beside):
        changed.append(BESIDE)
        # These answers are rows of their own: updating the reception first raises its version with them.
        intake.updated_at = now()
        session.flush()
        answer_again(session, actor, filling, beside.keyring, beside.questions.questionnaire, beside.answers)
    session.flush()
    if changed:
        record(session, "intake.correct", "intake", intake.id, person_id=intake.person_id, details={"fields": changed})
    return changed


def _differs(session: ScopedSession, filling: InstrumentFilling, beside: Beside) -> bool:
    before = given(session, beside.keyring, filling.id)
    if before.unreadable:
        raise DecryptionFailed
    return dict(before.answers) != dict(beside.answers)


def note_information_request(session: ScopedSession, actor: Actor, data: Mapping[str, Any]) -> InformationRequest:
    """Count an anonymous question at the desk. `InformationRequestSchema` loads `data`."""
    asked = InformationRequest(id=new_id(), received_on=today(), recorded_by=actor.display_name, **data)
    session.add(asked)
    session.flush()
    record(session, "information_request.create", "information_request", asked.id)
    return asked


def asks_something(intake: Any) -> bool:
    """Whether a reception holds a request or an urgent need; without one the person is only registered."""
    return bool(intake.request or intake.request_kinds or intake.urgent_needs or intake.urgent_note)


def _facts(data: Mapping[str, Any]) -> dict[str, Any]:
    unknown_fields = set(data) - set(FACTS)
    if unknown_fields:
        raise ValueError(f"not facts of a reception: {sorted(unknown_fields)}")
    return dict(data)
