"""That a file is quiet on purpose, as a row of what comes next."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, near_day, row_day
from tenants.file.queries import newest
from tenants.muting.presentation import reason_of
from tenants.muting.workflow import MUTING, WRITE
from tenants.people.models import Person
from tenants.people.quiet import is_quiet
from tenants.people.workflow import OPEN_STAGES


def muting_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What keeps the file quiet now; None when nothing does, or in a closed file."""
    if person.stage not in OPEN_STAGES or not is_quiet(person):
        return None
    found = newest(session, person.id, actor)["mutings"]
    muting = next((one for one in found if one.state == "noted" and one.until_on >= today()), None)
    if muting is None:
        return None
    return {
        "first_on": muting.until_on,
        "when": row_day(muting.until_on),
        "distance": beside_row_day(muting.until_on),
        "title": _("Quiet until %(day)s", day=near_day(muting.until_on)),
        "why": _("%(reason)s · decided by %(name)s", reason=reason_of(muting), name=muting.noted_by),
        "act": _(MUTING.label_of("end")),
        "act_url": url_for("muting.end", person_id=person.id, file_muting_id=muting.id) if actor.may(WRITE) else "",
    }
