"""What shows names: put on record once the answer has left, and refused to who has asked for too much of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog
from flask import Response, g, request
from sqlalchemy.exc import SQLAlchemyError

from clais.actor import Actor
from clais.audit.frequency import LIMITS, reached_until
from clais.audit.listings import (
    Listing,
    forget_what_is_shown,
    is_search,
    is_typed,
    noted_listing,
    opens_file,
    stands_above_limit,
    write_listing,
)
from clais.database import Scope, ScopedSession, unit_of_work
from clais.forms.formdata import SHELL_FIELDS
from clais.limits import LimitReached
from clais.services import Services, services
from clais.web.context import actor, database

SEARCHES = ".search"
"""How the endpoint of a search ends; like proposals, it is asked for by POST, since what is typed is in no address."""
ERROR = 400
log = structlog.get_logger("clais.web")


def hold_what_is_shown(*, shows: bool) -> None:
    """Refuse a list, a search or a file to a member who has been shown as many as one may in an hour.

    It counts what the answer shows, whether it was asked for or comes with a form that is not taken; `shows` says
    whether it has a page. What was typed is given back. What a member works from, such as their own day, stands above
    the limit of lists. Raises LimitReached.
    """
    if "database" not in g or "actor" not in g or g.actor is None:
        return
    session, pauses = database(), services().pauses
    names = shows and not stands_above_limit(session) and noted_listing(session) is not None
    held = {"lists": searches() or names, "files": shows and opens_file(session)}
    for what, is_shown in held.items():
        until = pauses.until(actor(), what) if is_shown else None
        if until is not None:
            forget_what_is_shown(session)
            raise LimitReached(what, until)


def searches() -> bool:
    """Whether a search is answered: with those who are meant, with nobody, or with the way to the one file."""
    if "database" not in g or not is_search(database()):
        return False
    return is_typed(database()) or (request.endpoint or "").endswith(SEARCHES)


def _typed() -> Mapping[str, str]:
    """What was typed, by field."""
    names = request.form.keys() - SHELL_FIELDS
    return {name: " ".join(request.form.getlist(name)).strip().casefold() for name in names}


def record_listing_afterwards(response: Response, *, shows: bool) -> None:
    """Have the names that an answer shows put on record, and what it shows counted, once it has left."""
    session = database()
    house, name, who, scope = services(), request.endpoint or "", actor(), session.scope
    listing, opens = _noted(session, response), shows and opens_file(session)
    if listing is None and not opens:
        return

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


def _noted(session: ScopedSession, response: Response) -> Listing | None:
    """What is to be on record of a list or a search.

    Who is refused a form because of what is missing in it may have learned that nobody is meant, too. A form that is
    taken is on record as what it did.
    """
    seeks = searches() or (is_search(session) and response.status_code >= ERROR)
    listing = noted_listing(session, searches=seeks)
    if listing is None or not listing.while_typing:
        return listing
    goes_on = services().typing.goes_on(listing.actor, request.endpoint or "", _typed())
    return replace(listing, goes_on=goes_on)


def _files_until(house: Services, scope: Scope, who: Actor) -> datetime | None:
    with unit_of_work(house.engine, scope, who) as session:
        session.info[LIMITS] = house.limits
        return reached_until(session, "files")
