"""On someone's day: a session is announced that may be for people whom they follow."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.feature.day import MOST, SOON, Waiting, Words
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import near_day
from tenants.eligibility.queries import Standing, sessions_to_come, standings_of


def sessions_for_my_people(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The sessions that may be for people whom a member follows; first those whose registrations end first."""
    standings = {one.session_id: one for one in standings_of(session, actor.membership_id)}
    for held, scheme in sessions_to_come(session, list(standings))[:MOST]:
        one = standings[held.id]
        yield Waiting(
            SOON + 5,
            scheme.name,
            partial(_words, held, scheme, one),
            held.closes_on,
            # With the numbers: whoever put it off is told again when more people may fit.
            subject=f"{held.id} {one.fits} {one.to_ask}",
            icon="people",
        )


def _words(held: SchemeSession, _scheme: Scheme, one: Standing) -> Words:
    fit = ngettext("%(num)d person whom you follow fits", "%(num)d people whom you follow fit", one.fits)
    ask = ngettext("something is to be asked of %(num)d", "something is to be asked of %(num)d", one.to_ask)
    said = " · ".join(text for text, number in ((fit, one.fits), (ask, one.to_ask)) if number)
    return Words(
        _("Session from %(day)s: %(said)s.", day=near_day(held.starts_on), said=said),
        _("See who"),
        url_for("eligibility.spotting", session_id=held.id),
        _("register by %(day)s", day=near_day(held.closes_on)),
    )
