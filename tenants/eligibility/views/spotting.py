"""Spotting: the sessions that may be for people of the platform, and for whom."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.exchange.eligibility.rules.facts import FACTS
from clais.exchange.publications.models import Scheme, SchemeSession
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.eligibility import actions
from tenants.eligibility.queries import number_spotted, sessions_to_come, spotted_for, standings_of
from tenants.eligibility.schemas import AsideSchema, WhoseSchema
from tenants.eligibility.spotting import judged_now
from tenants.people.models import Person
from tenants.people.queries import name_in_row

pages = Pages()
SEND = "referral.send"


@pages.page("/reperage", SEND)
def index() -> Response:
    """The sessions that may be for people whom the member follows."""
    standings = {one.session_id: one for one in standings_of(database(), actor().membership_id)}
    found = sessions_to_come(database(), list(standings))
    return render("eligibility/index.html", sessions=[(held, scheme, standings[held.id]) for held, scheme in found])


@pages.page("/reperage/<uuid:session_id>", SEND)
def spotting(session_id: UUID) -> Response:
    """Who may fit one session: of one's own people, or of the platform."""
    held, scheme = _announced(session_id)
    everybody = query_arguments(WhoseSchema)["whose"] == "all"
    whose = None if everybody else actor().membership_id
    rows = spotted_for(database(), held.id, whose)
    present = judged_now(database(), held, [row.person_id for row in rows])
    people = [
        {
            "key": row.person_id,
            "name": name_in_row(database(), row),
            "missing": ", ".join(lower_first(_(FACTS[code].label)) for code in present[row.person_id] if code in FACTS),
            "aside": row.set_aside_on,
            "by": row.set_aside_by,
        }
        for row in rows
        if row.person_id in present
    ]
    return render(
        "eligibility/spotting.html",
        held=held,
        scheme=scheme,
        people=people,
        everybody=everybody,
        number=number_spotted(database(), held.id, whose),
    )


def _announced(session_id: UUID) -> tuple[SchemeSession, Scheme]:
    found = sessions_to_come(database(), [session_id])
    if not found:
        abort(404)
    held, scheme = found[0]
    return held, scheme


@pages.post("/reperage/<uuid:session_id>/<uuid:person_id>", SEND)
def set_aside(session_id: UUID, person_id: UUID) -> AnyResponse:
    """Say that a session is nothing for somebody now, or take that back."""
    held, _scheme = _announced(session_id)
    person = get_or_404(Person, person_id)
    form = Form.from_request(AsideSchema(), request.form)
    if not form.validate():
        abort(400)
    aside = form.data["aside"] == "yes"
    try:
        actions.set_aside(database(), actor(), person.id, held.id, aside=aside)
    except Refused:
        abort(404)
    flash(
        _("%(name)s is not shown for this session any more.", name=person.full_name)
        if aside
        else _("%(name)s is shown for this session again.", name=person.full_name),
        "done",
    )
    return redirect_after_post(url_for("eligibility.spotting", session_id=held.id))
