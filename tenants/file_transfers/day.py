"""The files that other platforms offer, on the day of who leads the team."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.referrals.models import Referral
from clais.feature.day import MOST, TODAY, Waiting, Words
from clais.place_names import of_place
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.file_transfers.queries import waiting_transfers


def arriving(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """Those that nobody has answered, those that lapse soonest first. No name: it stands behind the receipt."""
    for referral in waiting_transfers(session, MOST):
        yield Waiting(
            TODAY + 5,
            _("A file %(of_place)s", of_place=of_place(referral.from_name)),
            partial(_words, referral),
            referral.answer_due_on,
            subject=str(referral.id),
            icon="inbox",
        )


def _words(referral: Referral) -> Words:
    url = url_for("file_transfers.show", referral_id=referral.id)
    until = _("Until %(day)s; then the offer lapses.", day=near_day(referral.answer_due_on or today()))
    return Words(until, _("Look"), url, _("to take over"), "wait", url)
