"""The pause of today, or the next one, as a row of what comes next on a file."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import beside_row_day, near_day, row_day
from tenants.file.queries import newest
from tenants.pauses.presentation import reason_of
from tenants.pauses.workflow import WRITE
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES


def pause_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """The pause that is not over; None without one, or in a closed file."""
    ahead = [pause for pause in newest(session, person.id, actor)["pauses"] if pause.until_on >= today()]
    if not ahead or person.stage not in OPEN_STAGES:
        return None
    pause = min(ahead, key=lambda one: one.starts_on)
    begun = pause.starts_on <= today()
    day = pause.until_on if begun else pause.starts_on
    put_off = (
        ngettext("%(num)d day put off", "%(num)d days put off", pause.moved) if pause.moved else _("nothing put off")
    )
    return {
        "first_on": pause.starts_on,
        "when": row_day(day),
        "distance": beside_row_day(day),
        "title": _("Pause until %(day)s", day=near_day(pause.until_on))
        if begun
        else _("Pause from %(day)s on", day=near_day(pause.starts_on)),
        "why": f"{reason_of(pause)} · {put_off}",
        "act_url": url_for("pauses.edit", person_id=person.id, clock_pause_id=pause.id) if actor.may(WRITE) else "",
    }
