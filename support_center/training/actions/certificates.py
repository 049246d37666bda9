"""Certificates: given, taken over from before, withdrawn. The periods of one agent in one course never overlap."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.exchange.training.evidence import evidence_row
from clais.exchange.training.models import Certificate, CertificateEvidence, Course, Registration
from clais.exchange.training.numbers import new_number
from clais.exchange.training.queries import courses_by_id, period_of
from clais.exchange.training.rules.periods import Period, next_period, overlap
from clais.exchange.training.workflow import REMIND_JOB
from clais.identity.secrets import token_hash
from clais.workflow import Refused
from support_center.training.queries import certificates_of


def give(session: ScopedSession, actor: Actor, course: Course, holder: Registration, day: date) -> Certificate:
    """Give a full certificate on `day`: it begins when the one before is over, and ends a provisional one.

    Raises Refused: `gives_none`; `given_meanwhile` when a colleague gave one at the same time.
    """
    if course.certificate_months is None:
        raise Refused("gives_none")
    before = certificates_of(session, holder, course.certified_id)
    for certificate in before:
        if certificate.kind == "provisional" and certificate.revoked_on is None and certificate.valid_until >= day:
            certificate.replaced_on = max(day, certificate.valid_from)
    session.flush()
    begins, ends = next_period([period_of(one) for one in before], day, course.certificate_months)
    return _insert(session, actor, course, holder, before, begins, ends)


def give_provisional(
    session: ScopedSession, actor: Actor, course: Course, holder: Registration, until: date
) -> Certificate:
    """Let an agent begin before they are trained: from today to `until`. Raises Refused (`overlaps`) as `give`."""
    before = certificates_of(session, holder, course.certified_id)
    return _insert(session, actor, course, holder, before, today(), until, kind="provisional")


def take_over(
    session: ScopedSession, actor: Actor, course: Course, holder: Registration,
    valid_from: date, valid_until: date, evidence: str,
) -> Certificate:  # fmt: skip
    """Write down a certificate from before, with where it comes from. Raises Refused (`overlaps`) as `give`."""
    before = certificates_of(session, holder, course.certified_id)
    return _insert(session, actor, course, holder, before, valid_from, valid_until, evidence=evidence)


def keep_evidence(
    session: ScopedSession, keyring: Keyring, actor: Actor, certificate: Certificate, content: bytes
) -> None:
    """Keep the document behind a certificate from before, sealed. Raises ValueError for what is no document."""
    session.add(evidence_row(keyring, certificate, content, actor.display_name))
    session.flush()
    record(session, "certificate.keep_evidence", "certificate", certificate.id)


def forget_evidence(session: ScopedSession, ids: Collection[UUID]) -> int:
    """Delete some documents. Returns how many there were."""
    if not ids:
        return 0
    own = (CertificateEvidence.tenant_id == session.scope.tenant_id, CertificateEvidence.id.in_(ids))
    return int(session.execute(delete(CertificateEvidence).where(*own)).rowcount)  # type: ignore[attr-defined]


def erase_evidence(session: ScopedSession, certificate: Certificate) -> None:
    """Erase the document behind a certificate, such as a wrong one. Raises Refused(`wrong_state`) when none is kept."""
    found = select(CertificateEvidence.id).where(
        CertificateEvidence.tenant_id == session.scope.tenant_id, CertificateEvidence.certificate_id == certificate.id
    )
    if not forget_evidence(session, session.scalars(found).all()):
        raise Refused("wrong_state")
    record(session, "certificate.erase_evidence", "certificate", certificate.id)


def revoke(session: ScopedSession, certificate: Certificate, reason: str) -> None:
    """Withdraw a certificate from today on, and say why. Raises Refused(`wrong_state`), StaleDataError."""
    if certificate.revoked_on is not None:
        raise Refused("wrong_state")
    certificate.revoked_on, certificate.revoked_reason = today(), reason
    record(session, "certificate.revoke", "certificate", certificate.id)
    session.flush()


def _insert(
    session: ScopedSession, actor: Actor, course: Course, holder: Registration, before: list[Certificate],
    begins: date, ends: date, *, kind: str = "full", evidence: str | None = None,
) -> Certificate:  # fmt: skip
    """A guarded insert: it is the next one of this agent in this course, or it is refused.

    An exclusion constraint would need an extension of the server, which not every host allows. The number in the order
    is unique: who gives another one at the same time is refused, and sees the first one when they look again.
    """
    if any(overlap(period_of(one), Period(begins, ends)) for one in before):
        raise Refused("overlaps")
    number = new_number()
    certificate = Certificate(
        to_tenant_id=holder.tenant_id,
        course_id=course.certified_id,
        membership_id=holder.membership_id,
        sequence=max((one.sequence for one in before), default=0) + 1,
        number=number,
        number_hash=token_hash(number),
        holder_name=holder.member_name,
        course_title=_title(session, course),
        issuer_name=actor.tenant_name,
        kind=kind,
        valid_from=begins,
        valid_until=ends,
        window_days=course.window_days,
        grace_days=course.grace_days,
        evidence=evidence,
        given_by=actor.display_name,
    )
    try:
        with session.begin_nested():
            session.add(certificate)
            session.flush()
    except IntegrityError as error:
        raise Refused("given_meanwhile") from error
    record(session, "certificate.give", "certificate", certificate.id)
    make_due(session, REMIND_JOB, tenant_id=holder.tenant_id)
    return certificate


def _title(session: ScopedSession, course: Course) -> str:
    """What the certificate is called: the first course, also when it is renewed."""
    first: UUID = course.certified_id
    if first == course.id:
        return course.title
    found = courses_by_id(session, [first]).get(first)
    return found.title if found else course.title
