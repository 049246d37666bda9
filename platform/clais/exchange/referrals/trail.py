"""The texts of the events on referrals."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.parcels import FIELDS, SENSITIVE
from clais.exchange.referrals.workflow import TAKE_BACKS
from clais.feature.trail import Trail
from clais.translation import N_
from clais.translation import gettext as _


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The number of a referral and the other side of it, while the consent lets this tenant see it."""
    found = select(Referral.id, Referral.reference, Referral.from_name, Referral.to_name).where(Referral.id.in_(ids))
    here = session.scope.tenant_id
    # A sharded database stores a referral with its sender: one query for each side.
    sent = session.execute(found.where(Referral.tenant_id == here)).all()
    received = session.execute(found.where(Referral.to_tenant_id == here)).all() if len(sent) < len(set(ids)) else []
    labels = {row.id: _("%(reference)s to %(place)s", reference=row.reference, place=row.to_name) for row in sent}
    return labels | {
        row.id: _("%(reference)s from %(place)s", reference=row.reference, place=row.from_name) for row in received
    }


def fields() -> Mapping[str, str]:
    """The labels of the facts that were sent; only the referral says which sensitive ones."""
    return {
        code: _("something sensitive") if field.sensitivity == SENSITIVE else _(field.label)
        for code, field in FIELDS.items()
    }


TRAIL = Trail(
    verbs={
        "referral.ask_missing": N_("%(who)s asked what is missing on a referral"),
        "referral.supply": N_("%(who)s answered what was missing on a referral"),
        "referral.go_on": N_("%(who)s went on with an incomplete referral"),
        "referral.send": N_("%(who)s sent a referral"),
        "referral.receive": N_("%(who)s acknowledged a referral"),
        "referral.accept": N_("%(who)s accepted a referral"),
        "referral.advise": N_("%(who)s returned a referral with advice"),
        "referral.decline": N_("%(who)s declined a referral"),
        "referral.look": N_("%(who)s acknowledged the transfer of a file"),
        "referral.take_over": N_("%(who)s took over a file that another platform transferred"),
        "referral.refuse": N_("%(who)s refused the transfer of a file"),
        "referral.start": N_("%(who)s said that a referral has begun"),
        "referral.hold": N_("%(who)s put a referral on hold"),
        "referral.resume": N_("%(who)s resumed a referral"),
        "referral.complete": N_("%(who)s reported the result of a referral"),
        "referral.fail": N_("%(who)s reported the failure of a referral"),
        "referral.cancel": N_("%(who)s called a referral back"),
        "referral.withdraw": N_("%(who)s withdrew the consent of a referral"),
        "referral.close": N_("%(who)s closed a referral that came to nothing to its receiver"),
        "referral.lapse": N_("%(who)s let an unanswered referral lapse"),
        **dict.fromkeys((f"referral.{name}" for name in TAKE_BACKS), N_("%(who)s took an answer on a referral back")),
        "referral.message": N_("%(who)s wrote a message on a referral"),
        "seat_offer.offer_seat": N_("%(who)s offered a seat to someone who waits"),
        "seat_offer.accept_seat": N_("%(who)s accepted an offered seat for a person"),
        "seat_offer.take_seat": N_("%(who)s noted that an offered seat is accepted"),
        "seat_offer.refuse_seat": N_("%(who)s refused an offered seat for a person, who stays on the list"),
        "seat_offer.leave_list": N_("%(who)s refused an offered seat for a person, who leaves the list"),
        "seat_offer.expire_offer": N_("%(who)s let the offer of a seat expire"),
        "seat_offer.withdraw_offer": N_("%(who)s took the offer of a seat back"),
        "seat_offer.end_offer": N_("%(who)s ended the offer of a seat with the referral"),
        "referral.read": N_("%(who)s read a referral"),
    },
    fields=fields,
    names={"referral": names},
)
