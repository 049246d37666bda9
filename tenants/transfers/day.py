"""What a hand-over puts on someone's day: to confirm it, and to take everything back once an absence is over."""

from collections.abc import Iterator
from functools import partial

from flask import url_for

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.day import TODAY, Waiting, Words
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.transfers import queries
from tenants.transfers.models import CaseloadTransfer
from tenants.transfers.workflow import TRANSFER


def to_confirm(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The hand-overs that the actor gave or received and has not confirmed."""
    for transfer in queries.to_confirm(session, actor.membership_id):
        yield Waiting(
            TODAY,
            transfer.from_name,
            partial(_to_confirm, transfer),
            transfer.created_at,
            subject=str(transfer.id),
            icon="arrow-left-right",
        )


def _to_confirm(transfer: CaseloadTransfer) -> Words:
    return Words(
        _("Files changed hands on %(day)s: is it done on your side?", day=near_day(transfer.created_at)),
        _("Look and confirm"),
        url_for("transfers.show", transfer_id=transfer.id),
        _("to confirm"),
        "wait",
    )


def to_take_back(session: ScopedSession, _actor: Actor) -> Iterator[Waiting]:
    """The absences that are over, whose files are still with colleagues."""
    for transfer in queries.to_take_back(session):
        yield Waiting(
            TODAY,
            transfer.from_name,
            partial(_to_take_back, transfer),
            transfer.ends_on,
            subject=str(transfer.id),
            icon="reply",
        )


def _to_take_back(transfer: CaseloadTransfer) -> Words:
    day = near_day(transfer.ends_on) if transfer.ends_on else ""
    return Words(
        _("The absence was over on %(day)s: do the files go back?", day=day),
        _(TRANSFER.label_of("take_back")),
        url_for("transfers.show", transfer_id=transfer.id),
        _("to take back"),
        "wait",
    )
