"""The conflict when a referral changed state between the page and the click."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import abort, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.exchange.referrals.conflicts import referral_conflict
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import Referral
from clais.forms.form import Form
from clais.web.context import database
from clais.workflow import Refused
from tenants.referrals.lookups import referral_or_404


@contextmanager
def conflict_if_moved(
    referral_id: UUID,
    form: Form,
    look_up: Callable[[UUID], Referral] = referral_or_404,
    page: str = "referrals.show",
) -> Iterator[None]:
    """Answer 409, with what was typed and the present state, when the referral changed state before the click.

    `look_up` finds it again for who may read it, and `page` shows it: those of the sender, where nothing else is said.
    """
    try:
        yield
    except Gone:
        abort(404)
    except (Refused, StaleDataError) as error:
        database().rollback()
        raise referral_conflict(form, look_up(referral_id), url_for(page, referral_id=referral_id)) from error
