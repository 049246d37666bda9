"""The author's writes: an instrument, a version in preparation, and every change of what it asks."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.exchange.publications.models import Instrument, InstrumentVersion
from clais.instruments.rules.definition import MAIN_LANGUAGE, Definition, InstrumentKind
from clais.instruments.schemas import from_json, to_json
from clais.workflow import Refused
from support_center.instruments.models import InstrumentDraft, InstrumentTrial
from support_center.instruments.queries import definition_of, draft_of, next_number, shelf_of
from support_center.instruments.workflow import VERSION

Change = Callable[[Definition], Definition]


def create_instrument(session: ScopedSession, actor: Actor, facts: Mapping[str, Any]) -> InstrumentVersion:
    """Create an instrument and the draft of its first version. `facts` are those of InstrumentSchema.

    Raises Refused(`code_taken`).
    """
    instrument = Instrument(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **facts)
    try:
        with session.begin_nested():
            session.add(instrument)
            session.flush()
    except IntegrityError as error:
        raise Refused("code_taken") from error
    record(session, "instrument.create", "instrument", instrument.id)
    empty = Definition(InstrumentKind(instrument.kind), {MAIN_LANGUAGE: instrument.name})
    return _begin(session, actor, instrument, empty)


def begin_version(session: ScopedSession, actor: Actor, instrument: Instrument) -> InstrumentVersion:
    """Begin the next version, from the newest that was published if any. Raises Refused(`in_preparation`)."""
    shelf = shelf_of(session, instrument)
    if shelf.in_preparation is not None:
        raise Refused("in_preparation")
    published = next((version for version in shelf.versions if version.published_at is not None), None)
    basis = definition_of(session, published) if published else None
    empty = Definition(InstrumentKind(instrument.kind), {MAIN_LANGUAGE: instrument.name})
    return _begin(session, actor, instrument, basis or empty)


def _begin(session: ScopedSession, actor: Actor, instrument: Instrument, definition: Definition) -> InstrumentVersion:
    version = InstrumentVersion(
        owner_tenant_id=actor.tenant_id,
        basin_id=actor.basin_id,
        instrument_id=instrument.id,
        number=next_number(session, instrument.id),
    )
    try:
        with session.begin_nested():
            session.add(version)
            session.flush()
    except IntegrityError as error:  # Somebody began one at the same time.
        raise Refused("in_preparation") from error
    session.add(
        InstrumentDraft(
            instrument_version_id=version.id, definition=to_json(definition), saved_by=actor.display_name, authors=[]
        )
    )
    session.flush()
    record(session, "instrument.begin", "instrument_version", version.id, details={"number": version.number})
    return version


def change_draft(
    session: ScopedSession, actor: Actor, version: InstrumentVersion, change: Change, part: str = ""
) -> Definition:
    """Change what a draft asks; several authors' changes follow one another. Raises Refused(`wrong_state`).

    `change` is given the definition as it stands when it is this author's turn, and may raise to refuse; `part` is what
    goes on record. Whoever changes a draft is one of its authors, and does not publish it.
    """
    draft = draft_of(session, version.id, held=True)
    session.refresh(version)
    if draft is None or version.state != VERSION.initial:
        raise Refused("wrong_state")
    definition = change(from_json(draft.definition))
    draft.definition, draft.saved_by = to_json(definition), actor.display_name
    note_author(draft, actor)
    record(session, "instrument.change", "instrument_version", version.id, details={"part": part} if part else None)
    session.flush()
    return definition


def note_author(draft: InstrumentDraft, actor: Actor) -> None:
    """Note an account as one of the authors of a draft."""
    draft.authors = sorted({*draft.authors, str(actor.user_id)})


def read_in(session: ScopedSession, version: InstrumentVersion) -> None:
    """Put on record that a spreadsheet was read into a draft."""
    record(session, "instrument.read_in", "instrument_version", version.id)
    session.flush()


def give_up(session: ScopedSession, actor: Actor, version: InstrumentVersion, why: str) -> None:
    """Give a draft up: what it asked stays to be read, its trial answers go, and its number is not given again.

    Raises Refused.
    """
    VERSION.apply(session, version, "give_up", actor, comment=why)
    forget_trials(session, version)
    record(session, "instrument.give_up", "instrument_version", version.id)
    session.flush()


def forget_trials(session: ScopedSession, version: InstrumentVersion) -> None:
    """Delete the answers that tried a version out: they count nowhere."""
    session.execute(
        delete(InstrumentTrial).where(
            InstrumentTrial.tenant_id == session.scope.tenant_id, InstrumentTrial.instrument_version_id == version.id
        )
    )
