"""What a platform decides about the instruments of its basin: it adopts a version, or asks to wait."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.adoptions.models import InstrumentAdoption
from clais.exchange.adoptions.queries import adoption_of, drift
from clais.exchange.publications.instruments import Shelf
from clais.exchange.publications.models import InstrumentVersion
from clais.workflow import Refused


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
