"""What shows names: put on record once the answer has left, and refused to who has asked for too much of it."""

from datetime import datetime

import structlog
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from clais.actor import Actor
from clais.audit.frequency import LIMITS, reached_until
from clais.audit.listings import (
    forget_what_is_shown,
    is_typed,
    noted_listing,
    opens_file,
    stands_above_limit,
    write_listing,
)
from clais.database import Scope, unit_of_work
from clais.limits import LimitReached
from clais.services import Services, services
from clais.web.context import actor, database

SEARCHES = ".search"
"""How the endpoint of a search ends; like proposals, it is asked for by POST, since what is typed is in no address."""
log = structlog.get_logger("clais.web")


def hold_what_is_shown() -> None:
    """Refuse a list, a search or a file to a member who has been shown as many as one may in an hour.

    Whatever is sent is taken: only what is looked at is refused, never a form with the words in it. What a member
    works from, such as their own day, stands above the limit of lists. Raises LimitReached.
    """
    if "database" not in g or "actor" not in g or g.actor is None:
        return
    session, pauses = database(), services().pauses
    looks = request.method == "GET"
    searches = is_typed(session) or (request.endpoint or "").endswith(SEARCHES)
    held = {
        "lists": ((looks and not stands_above_limit(session)) or searches) and noted_listing(session) is not None,
        "files": looks and opens_file(session),
    }
    for what, is_shown in held.items():
        until = pauses.until(actor(), what) if is_shown else None
        if until is not None:
            forget_what_is_shown(session)
            raise LimitReached(what, until)


def record_listing_afterwards(response: Response) -> None:
    """Have the names that an answer shows put on record, and what it shows counted, once it has left."""
    session = database()
    listing, opens = noted_listing(session), request.method == "GET" and opens_file(session)
    if listing is None and not opens:
        return
    house, name, who, scope = services(), request.endpoint or "", actor(), session.scope

    def write() -> None:
        reached: dict[str, datetime | None] = {}
        try:
            if listing is not None:
                reached["lists"] = write_listing(house.engine, listing, name, house.limits)
            if opens:
                reached["files"] = _files_until(house, scope, who)
        except SQLAlchemyError as error:
            # The answer is gone already: nobody is left to be told but whoever reads the log of the server.
            log.error("list not on record", list=name, error=type(error).__qualname__)  # noqa: TRY400 - a traceback may quote a row.
        for what, until in reached.items():
            if until is not None:
                house.pauses.begin(who, what, until)
                log.warning("enough for an hour", what=what, membership=str(who.membership_id))

    response.call_on_close(write)


def _files_until(house: Services, scope: Scope, who: Actor) -> datetime | None:
    with unit_of_work(house.engine, scope, who) as session:
        session.info[LIMITS] = house.limits
        return reached_until(session, "files")
