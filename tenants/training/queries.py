from sqlalchemy import ScalarSelect, func, select

from clais.database import ScopedSession
from clais.exchange.training.models import Registration
from clais.exchange.training.workflow import REGISTER, REGISTRATION
from clais.feature.handling import Reader
from clais.identity.models import Membership


def named_who_left(session: ScopedSession) -> list[Registration]:
    """The registrations of the platform that still name someone who left."""
    here = session.scope.tenant_id
    found = (
        select(Registration)
        .join(Membership, (Membership.tenant_id == here) & (Membership.id == Registration.membership_id))
        .where(Registration.tenant_id == here, Registration.member_name != "", Membership.ended_at.is_not(None))
    )
    return list(session.scalars(found.order_by(Registration.id)))


def to_approve_count(reader: Reader) -> ScalarSelect[int] | None:
    """How many registrations wait to be approved or declined, for the rail of who does it."""
    if REGISTER not in reader.permissions:
        return None
    asked = (Registration.tenant_id == reader.tenant_id, Registration.state == REGISTRATION.initial)
    return select(func.count()).where(*asked).scalar_subquery()
