"""Who is at the desk for a member, on their day: the reception says that somebody is there."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, TODAY, Waiting, Words
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import clock_time
from tenants.desk.presentation import Screen, asked_text, minutes_text
from tenants.desk.queries import Seen, waiting_for


def arrivals(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """Who waits for the member, before everything else; then who waits for the first who is free."""
    # The day is on a member's own desk: names are whole there.
    screen = Screen(services().keyring, discreet=False)
    for one in waiting_for(session, actor.membership_id)[:MOST]:
        visit = one.visit
        mine = visit.agent_id is not None
        yield Waiting(
            LATE - 1 if mine else TODAY,
            screen.name_of(one),
            partial(_words, one, screen, mine=mine),
            visit.arrived_at,
            # The desk may tell it again: what was put off comes back then.
            subject=f"{visit.id}/{(visit.told_at or visit.arrived_at).isoformat()}",
            icon="person-check",
            person_id=visit.person_id,
        )


def _words(one: Seen, screen: Screen, *, mine: bool) -> Words:
    hour = clock_time(one.visit.arrived_at)
    said = {"hour": hour, "asked": asked_text(one)}
    why = _("There since %(hour)s, says the reception: %(asked)s", **said)
    if not mine:
        why = _("There since %(hour)s, for the first who is free: %(asked)s", **said)
    return Words(
        why,
        _("I am coming"),
        url_for("desk.go", visit_id=one.visit.id),
        minutes_text(int((now() - one.visit.arrived_at).total_seconds() // 60)),
        "wait",
        screen.url_of(one) or None,
        by_post=True,
    )
