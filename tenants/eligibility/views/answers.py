"""A question of conditions, answered in the row of a scheme."""

from uuid import UUID

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.exchange.eligibility.choices import ASKED
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post
from tenants.eligibility import actions
from tenants.eligibility.facts import LICENCES
from tenants.eligibility.schemas import AnswerSchema
from tenants.people.conflicts import conflict_if_closed
from tenants.people.models import Person

pages = Pages()
GIVEN = {"yes": True, "no": False, "again": None}


@pages.post("/personnes/<uuid:person_id>/conditions/<code>", "referral.send")
def answer(person_id: UUID, code: str) -> AnyResponse:
    """Note what the person answered; the schemes are then considered anew."""
    person = get_or_404(Person, person_id)
    if code not in ASKED:
        abort(404)
    form = Form.from_request(AnswerSchema(), request.form)
    if not form.validate():
        abort(400)
    record_reading(database(), person.id)
    if code == LICENCES and form.data["answer"] == "yes":
        # Which ones stands on the card.
        flash(_("Note which licence, and it counts at once."), "wait")
        return redirect_after_post(url_for("referrals.fact", person_id=person.id, code="driving"))
    with conflict_if_closed(form, person):
        actions.declare(database(), actor(), person, code, answer=GIVEN[form.data["answer"]])
    what = lower_first(_(ASKED[code][0]))
    said = {"yes": _("yes"), "no": _("no"), "again": _("to ask anew")}[form.data["answer"]]
    flash(_("Noted: %(what)s, %(answer)s.", what=what, answer=said), "done")
    anchor = f"scheme-{form.data['scheme']}" if form.data["scheme"] else None
    return redirect_after_post(url_for("referrals.choose", person_id=person.id, _anchor=anchor))
