"""The row of a referral, held until the transaction ends: a withdrawal and an answer never overlap."""

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.referrals.models import Referral
from clais.workflow import Refused


class Gone(LookupError):  # noqa: N818 - it reads as what happened.
    """The tenant may not, or no longer, see the referral: its consent was withdrawn or ran out."""


def lock(session: ScopedSession, referral: Referral) -> Referral:
    """Lock the row of a referral until the end of the transaction, and read it again.

    Raises Gone when this tenant may no longer see it, and Refused (`wrong_state`) when it was withdrawn: the sender
    still sees it, but nobody may move it.
    """
    this = select(Referral).where(Referral.tenant_id == referral.tenant_id, Referral.id == referral.id)
    locked = session.scalars(
        this.with_for_update(key_share=True).execution_options(populate_existing=True)
    ).one_or_none()
    if locked is not None:
        return locked
    if session.scalars(this.execution_options(populate_existing=True)).one_or_none() is None:
        raise Gone
    raise Refused("wrong_state")
