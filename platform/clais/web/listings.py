"""Lists that show names: put on record once the answer has left, and refused to who has asked for too many."""

import structlog
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from clais.audit.listings import forget_listing, noted_listing, write_listing
from clais.limits import LimitReached
from clais.services import services
from clais.web.context import actor, database

log = structlog.get_logger("clais.web")


def hold_listing() -> None:
    """Refuse an answer that lists names to a member who has been shown as many lists as one may in an hour.

    Raises LimitReached.
    """
    if "database" not in g or noted_listing(database()) is None:
        return
    until = services().pauses.until(actor())
    if until is not None:
        forget_listing(database())
        raise LimitReached("lists", until)


def record_listing_afterwards(response: Response) -> None:
    """Have the names that a list shows put on record, and counted, once the answer has left."""
    listing = noted_listing(database())
    if listing is None:
        return
    house, name = services(), request.endpoint or ""

    def write() -> None:
        try:
            until = write_listing(house.engine, listing, name, house.limits)
        except SQLAlchemyError as error:
            # The answer is gone already: nobody is left to be told but whoever reads the log of the server.
            log.error("list not on record", list=name, error=type(error).__qualname__)  # noqa: TRY400 - a traceback may quote a row.
            return
        if until is not None:
            house.pauses.begin(listing.actor, until)
            log.warning("enough lists for an hour", membership=str(listing.actor.membership_id))

    response.call_on_close(write)
