"""The conflict when a referral changed state between the page and the click."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import abort, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.exchange.referrals.conflicts import referral_conflict
from clais.exchange.referrals.locking import Gone
from clais.forms.form import Form
from clais.web.context import database
from clais.workflow import Refused
from tenants.referrals.lookups import referral_or_404


@contextmanager
def conflict_if_moved(referral_id: UUID, form: Form) -> Iterator[None]:
    """Answer 409, with what was typed and the present state, when the referral changed state before the click."""
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        reload_url = url_for("referrals.show", referral_id=referral_id)
        raise referral_conflict(form, referral_or_404(referral_id), reload_url) from error
