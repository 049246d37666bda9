"""What a platform decides about the instruments of its basin: it adopts a version, asks to wait, adds its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import adoption_of, drift
from clais.exchange.publications.instruments import Shelf
from clais.exchange.publications.models import InstrumentVersion
from clais.instruments.layers import fits, layer_of, layer_to_json
from clais.instruments.rules.definition import Definition
from clais.instruments.rules.latitude import Refusal, applied
from clais.instruments.rules.local import Layer, fact_of, parts_of
from clais.instruments.rules.problems import Problem, blocking, problems_of
from clais.workflow import Refused
from tenants.instruments.models import InstrumentLayer
from tenants.instruments.queries import layer_in_force


def adopt(session: ScopedSession, actor: Actor, shelf: Shelf, version: InstrumentVersion) -> InstrumentAdoption:
    """Work with a version from today: a newer one, or an older one that is still published.

    Nothing happens to who has it already. An exception ends with it. Raises Refused(`wrong_state`).
    """
    if version not in shelf.to_adopt:
        raise Refused("wrong_state")
    adoption = _held(session, shelf)
    if adoption.instrument_version_id == version.id:
        return adoption
    adoption.instrument_version_id, adoption.number = version.id, version.number
    adoption.adopted_on, adoption.adopted_by = today(), actor.display_name
    adoption.exception_until = adoption.exception_reason = None
    session.flush()
    record(session, "instrument.adopt", "instrument_adoption", adoption.id, details={"number": version.number})
    return adoption


def ask_exception(
    session: ScopedSession, shelf: Shelf, adoption: InstrumentAdoption | None, reason: str, until: date
) -> InstrumentAdoption:
    """Ask to wait with the newest version, and say why. `adoption` is held, or None when there is none.

    Raises Refused: `nothing_waits`; `begun_meanwhile` when a colleague was faster.
    """
    if not drift(shelf, adoption).waits:
        raise Refused("nothing_waits")
    asking = adoption or _begun(session, shelf)
    asking.exception_until, asking.exception_reason = until, reason
    session.flush()
    record(session, "instrument.ask_exception", "instrument_adoption", asking.id)
    return asking


@dataclass(frozen=True, slots=True)
class NotAllowed(Exception):  # noqa: N818 - it names what happened.
    """The centre does not allow what was changed, or what would be asked has problems."""

    refused: Sequence[Refusal]
    problems: Sequence[Problem] = ()


def change_here(
    session: ScopedSession,
    actor: Actor,
    instrument_id: UUID,
    version: tuple[UUID, Definition],
    change: Callable[[Layer], Layer],
) -> None:
    """Change what the platform has of its own beside the version in use: `version` is its key and what it asks.

    Parts that this version does not allow any more stay until they are taken back: they are not applied, and cannot be
    changed. Raises NotAllowed; Refused(`wrong_state`) when another version is in use, (`too_much`) beyond the limits.
    """
    adoption = adoption_of(session, instrument_id, held=True)
    if adoption is None or adoption.instrument_version_id != version[0]:
        raise Refused("wrong_state")
    row = layer_in_force(session, instrument_id)
    before = layer_of(row.layer) if row else Layer()
    after = change(before)
    if after == before:
        return
    if not fits(after):
        raise Refused("too_much")
    _allow(version[1], before, after)
    session.add(InstrumentLayer(instrument_id=instrument_id, layer=layer_to_json(after), made_by=actor.display_name))
    adoption.local_parts = len(parts_of(after))
    session.flush()
    record(session, "instrument.change_here", "instrument_adoption", adoption.id)


def _allow(definition: Definition, before: Layer, after: Layer) -> None:
    """Refuse what a definition does not allow of a layer, unless it stood there before. Raises NotAllowed."""
    was, known = applied(definition, before)
    asked, refused = applied(definition, after)
    new = [one for one in refused if one not in known or fact_of(after, one.part) != fact_of(before, one.part)]
    standing = blocking(problems_of(was))
    problems = [one for one in blocking(problems_of(asked)) if one not in standing]
    if new or problems:
        raise NotAllowed(new, problems)


def _held(session: ScopedSession, shelf: Shelf) -> InstrumentAdoption:
    """What the platform says of the instrument, for this transaction alone to change."""
    found = adoption_of(session, shelf.instrument.id, held=True)
    if found is None:
        try:
            return _begun(session, shelf)
        except Refused:
            found = adoption_of(session, shelf.instrument.id, held=True)
            if found is None:
                raise
    return found


def _begun(session: ScopedSession, shelf: Shelf) -> InstrumentAdoption:
    """The first that the platform says of the instrument. Raises Refused(`begun_meanwhile`)."""
    new = InstrumentAdoption(to_tenant_id=shelf.instrument.owner_tenant_id, instrument_id=shelf.instrument.id)
    try:
        with session.begin_nested():
            session.add(new)
            session.flush()
    except IntegrityError as error:
        raise Refused("begun_meanwhile") from error
    return new
