"""The answer to a seat that is offered to someone who waits."""

from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.referrals.conflicts import referral_conflict
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post
from tenants.referrals import actions, presentation
from tenants.referrals.conflicts import conflict_if_moved
from tenants.referrals.lookups import referral_or_404
from tenants.referrals.schemas import OfferAnswerSchema
from tenants.referrals.views.referrals import OFFER, show_referral

pages = Pages()


@pages.post("/relais/<uuid:referral_id>/place", "referral.send")
def answer(referral_id: UUID) -> Response:
    """Answer for the person: the seat is theirs, or goes to the next of the list."""
    referral = referral_or_404(referral_id)
    form = Form.from_request(OfferAnswerSchema(), request.form, OFFER)
    address = url_for("referrals.show", referral_id=referral.id)
    if form.version != presentation.offer_version(referral):
        raise referral_conflict(form, referral, address)
    if not form.validate():
        return show_referral(referral, 422, offer=form)
    with conflict_if_moved(referral_id, form):
        actions.answer_offer(
            database(),
            actor(),
            referral,
            form.data["answer"],
            reason=form.data["reason"],
            comment=form.data["comment"],
        )
    said = {
        "accept_seat": _("The seat is accepted. The centre is told."),
        "refuse_seat": _("The person stays on the list, without penalty; the seat goes to the next."),
        "leave_list": _("The person leaves the list; the seat goes to the next."),
    }
    flash(said[form.data["answer"]], "done")
    return redirect_after_post(address)
