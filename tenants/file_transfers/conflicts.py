"""The conflict when a transfer moved between the page and the click."""

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
from tenants.file_transfers.lookups import transfer_or_404


@contextmanager
def conflict_if_moved(referral_id: UUID, form: Form) -> Iterator[None]:
    """Answer 409, with what was typed and the present state, when the transfer moved before the click."""
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        reload_url = url_for("file_transfers.show", referral_id=referral_id)
        raise referral_conflict(form, transfer_or_404(referral_id), reload_url) from error
