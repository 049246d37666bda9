from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession, new_id
from clais.encryption import Keyring
from tenants.intake.models import InformationRequest, Intake
from tenants.people.actions import lock_file, move, new_file, write_file
from tenants.people.models import Person

FACTS = ("channel", "sent_by", "request_kinds", "request", "urgent_needs", "urgent_note")


class StaleIntake(Exception):  # noqa: N818 - it names what happened.
    """Someone saved a newer version of the reception."""


def register(
    session: ScopedSession,
    actor: Actor,
    person: Mapping[str, Any],
    intake: Mapping[str, Any] | None,
    keyring: Keyring,
    *,
    confirmed_different: Collection[UUID] = (),
) -> Person:
    """Create the file of a newcomer and note their first reception. The schemas load `person` and `intake`.

    The intake begins when the person asks something. Raises what `new_file` and `receive` raise.
    """
    newcomer = new_file(session, actor, person, keyring, confirmed_different=confirmed_different)
    # The reception changes the file before it is written: one statement, not two.
    received = _prepare_reception(session, actor, newcomer, intake) if intake is not None else None
    write_file(session, newcomer, keyring)
    if received is not None:
        session.add(received)
        session.flush()
    return newcomer


def receive(session: ScopedSession, actor: Actor, person: Person, data: Mapping[str, Any]) -> Intake:
    """Note a reception. It begins the intake of someone registered who asks something, and reopens a closed file.

    Raises `clais.workflow.Refused` when the file is closed and the actor may not reopen it.
    """
    # A file that a colleague closes meanwhile is reopened, and not received in as it was.
    lock_file(session, person)
    intake = _prepare_reception(session, actor, person, data)
    session.add(intake)
    session.flush()
    return intake


def _prepare_reception(session: ScopedSession, actor: Actor, person: Person, data: Mapping[str, Any]) -> Intake:
    """Change the file and record the reception; the caller writes the reception after the file."""
    intake = Intake(
        id=new_id(), person_id=person.id, received_on=today(), received_by=actor.display_name, **_facts(data)
    )
    if person.stage == "closed":
        move(session, actor, person, "reopen")
    elif person.stage == "registered" and asks_something(intake):
        move(session, actor, person, "begin_intake")
    person.last_contact_on = intake.received_on
    record(session, "intake.receive", "intake", intake.id, person_id=person.id, details={"channel": intake.channel})
    return intake


def correct(session: ScopedSession, intake: Intake, data: Mapping[str, Any], version: int) -> list[str]:
    """Correct a reception that was read at `version`; returns the names of what changed. Raises StaleIntake."""
    if intake.version != version:
        raise StaleIntake
    changed = sorted(name for name, value in _facts(data).items() if getattr(intake, name) != value)
    for name in changed:
        setattr(intake, name, data[name])
    session.flush()
    if changed:
        record(session, "intake.correct", "intake", intake.id, person_id=intake.person_id, details={"fields": changed})
    return changed


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
