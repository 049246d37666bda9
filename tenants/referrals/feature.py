"""What every page of this feature starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import abort, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.exchange.actions import Gone
from clais.exchange.meanwhile import referral_moved
from clais.exchange.models import Referral
from clais.exchange.queries import sent_referral
from clais.web.context import database
from clais.web.forms import Form
from clais.web.routing import Feature
from clais.words import N_
from clais.words import gettext as _
from clais.workflow import Refused

referrals = Feature("referrals", __name__)
READ, SEND, WRITE = "referral.read", "referral.send", "referral.message"

REFUSALS = {
    "scheme_closed": N_("This scheme takes nobody any more."),
    "session_closed": N_("Registrations for this session are over: choose another one."),
    "already_open": N_("This person already has an open referral to this scheme."),
    "consent_over": N_("The agreement must end between today and two years from now."),
    "consent_unknown": N_("Choose how the person agrees, and on which text."),
    "wrong_state": N_("This referral moved meanwhile: look at where it stands now."),
    "not_permitted": N_("Your role does not allow this."),
}


def refusal(error: Refused) -> str:
    """Why an act was refused, in words."""
    return _(REFUSALS.get(error.code, REFUSALS["wrong_state"]))


def referral_or_404(referral_id: UUID) -> Referral:
    """A referral that this platform sent."""
    referral = sent_referral(database(), referral_id)
    if referral is None:
        abort(404)
    return referral


@contextmanager
def moving(referral_id: UUID, form: Form) -> Iterator[None]:
    """Answer 409 with what was typed and where the referral stands, when it moved between the page and the click."""
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        reload_url = url_for("referrals.show", referral_id=referral_id)
        raise referral_moved(form, referral_or_404(referral_id), reload_url) from error
