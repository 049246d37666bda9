"""Where a referral stands now, for whoever wrote something for where it stood before."""

from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import thread
from clais.exchange.referrals.workflow import STATES, reason_label
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_conflict
from clais.web.context import database
from clais.web.errors import Change, StateConflict


def referral_moved(form: Form, referral: Referral, reload_url: str) -> StateConflict:
    """Its state, and the reason and comment of the step that led there: what both parties read in its log."""
    step = next((line.event for line in reversed(thread(database(), referral)) if line.event), None)
    standing = [(_("Referral"), referral.reference), (_("State"), _(STATES[referral.state]))]
    if step is None:
        return state_conflict(form, standing, reload_url)
    if step.reason:
        standing.append((_("Reason"), _(reason_label(step.transition, step.reason))))
    if step.comment:
        standing.append((_("Comment"), step.comment))
    return state_conflict(form, standing, reload_url, Change(step.actor_name, step.happened_at))
