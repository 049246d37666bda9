"""The worker's jobs in the scope of a platform: reminders of certificates, and names that are forgotten."""

from datetime import datetime, time, timedelta

from sqlalchemy import select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import moment_of
from clais.exchange.training.models import Certificate
from clais.exchange.training.presentation import validity_text
from clais.exchange.training.queries import certificates_received, period_of
from clais.exchange.training.rules.periods import standing_of
from clais.exchange.training.workflow import REGISTER
from clais.identity.models import Membership
from clais.identity.queries import members_who_may
from clais.messaging.actions import post_mail
from clais.services import services
from clais.translation import gettext as _
from tenants.training.queries import named_who_left

REMINDED = (15, 60)
"""So many days before the end of a certificate its holder and the coordinators hear of it, the nearest first."""
MORNING = time(6)


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """Now while a registration names someone who left."""
    return now() if named_who_left(session) else None


def next_reminder_at(session: ScopedSession) -> datetime | None:
    """The next morning on which a certificate comes to one of REMINDED; giving one makes the job due besides."""
    mornings = (
        moment_of(one.valid_until - timedelta(days=days), MORNING)
        for one in certificates_received(session)
        if one.revoked_on is None and one.replaced_on is None
        for days in REMINDED
    )
    return min((morning for morning in mornings if morning > now()), default=None)


def remind(session: ScopedSession, _actor: Actor) -> int:
    """Remind of certificates that end, once for each of REMINDED. Returns how many mails are new."""
    soon = [one for one in certificates_received(session) if _ahead(one) is not None]
    latest = {(one.membership_id, one.course_id): one for one in sorted(soon, key=lambda one: one.valid_until)}
    everyone = certificates_received(session)
    ids = {one.membership_id for one in latest.values()}
    here = session.scope.tenant_id
    found = select(Membership).where(
        Membership.tenant_id == here, Membership.id.in_(ids), Membership.ended_at.is_(None)
    )
    holders = {member.id: member for member in session.scalars(found)} if ids else {}
    coordinators = members_who_may(session, REGISTER, services().permissions) if holders else []
    said = 0
    for certificate in latest.values():
        holder = holders.get(certificate.membership_id)
        if holder is None or _is_renewed(certificate, everyone):
            continue
        for member in {one.id: one for one in (holder, *coordinators)}.values():
            said += _remind(session, certificate, holder, member)
    return said


def _ahead(certificate: Certificate) -> int | None:
    """Which reminder it is time for; None for a certificate that ends later, or is over."""
    if certificate.revoked_on is not None or certificate.replaced_on is not None:
        return None
    left = certificate.valid_until - today()
    if left < timedelta():
        return None
    return next((days for days in REMINDED if left <= timedelta(days=days)), None)


def _is_renewed(certificate: Certificate, everyone: list[Certificate]) -> bool:
    same = (certificate.membership_id, certificate.course_id)
    return any(
        (one.membership_id, one.course_id) == same
        and one.valid_until > certificate.valid_until
        and one.revoked_on is None
        for one in everyone
    )


def _remind(session: ScopedSession, certificate: Certificate, holder: Membership, member: Membership) -> bool:
    subject = _("A certificate ends soon: %(title)s", title=certificate.course_title)
    sentence = validity_text(certificate, standing_of(period_of(certificate), today()))
    who = _("Holder: %(name)s", name=holder.display_name)
    body = "\n".join((sentence, who, "", _("The courses are in CLAIS, under “Training courses”.")))
    key = f"certificate:{certificate.id.hex}:{_ahead(certificate)}:{member.id.hex}"
    return post_mail(session, member.email, subject, body, key)
