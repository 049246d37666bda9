"""The conflict of a form that was written for an earlier state of a referral."""

from clais.audit.actions import record_reading
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import thread
from clais.exchange.referrals.workflow import SEAT_OFFER, STATES, reason_label
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_conflict
from clais.web.context import database
from clais.web.errors import Change, StateConflict


def referral_conflict(form: Form, referral: Referral, reload_url: str) -> StateConflict:
    """Shows the present state, and the reason and comment of the last step, which both parties read in the log."""
    session = database()
    # The sender's file is on record, and not the receiver's: they may have none yet.
    about = referral.person_id if referral.tenant_id == session.scope.tenant_id else None
    record_reading(session, about, "referral.read", subject_id=referral.id)
    step = next((line.event for line in reversed(thread(session, referral)) if line.event), None)
    facts = [(_("Referral"), referral.reference), (_("State"), _(STATES[referral.state]))]
    if referral.seat_offer != "none":
        facts.append((_("Offered seat"), _(SEAT_OFFER.states[referral.seat_offer])))
    if step is None:
        return state_conflict(form, facts, reload_url)
    if step.reason:
        facts.append((_("Reason"), _(reason_label(step.transition, step.reason))))
    if step.comment:
        facts.append((_("Comment"), step.comment))
    return state_conflict(form, facts, reload_url, Change(step.actor_name, step.happened_at))
