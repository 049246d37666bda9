"""Where somebody was directed, sent by mail to an address of theirs."""

from hashlib import sha256

from clais.audit.actions import record
from clais.database import ScopedSession
from clais.registry.models import Partner, Tenant
from clais.workflow import Refused
from tenants.desk.mails import post_where_to_go
from tenants.desk.models import Visit
from tenants.people.models import Person


def mail_to_card(session: ScopedSession, visit: Visit, partner: Partner, person: Person, language: str) -> bool:
    """Send it to the address of the person's card, once a direction and address. Returns whether it leaves.

    Raises Refused('wrong_state') for who did not choose mail, or whose file is set aside.
    """
    if not may_be_mailed(person):
        raise Refused("wrong_state")
    address = person.email or ""
    # Of the address a hash: the key of a mail is no place for it.
    sent_as = f"card:{visit.version}:{sha256(address.encode()).hexdigest()[:16]}"
    return _mail(session, visit, partner, address, language, is_typed=False, sent_as=sent_as)


def mail_to(
    session: ScopedSession, visit: Visit, partner: Partner, address: str, language: str, *, sent_as: str
) -> bool:
    """Send it to an address that somebody without a file gave for this; it is erased once the mail has left.

    Once for each `sent_as`, the key of the form. Returns whether it leaves. Raises Refused('wrong_state') for a visit
    that has a file.
    """
    if visit.person_id is not None:
        raise Refused("wrong_state")
    return _mail(session, visit, partner, address, language, is_typed=True, sent_as=sent_as)


def may_be_mailed(person: Person) -> bool:
    """Whether a person with a file chose to be written to by mail."""
    return person.wants_mail and not person.is_set_aside


def _mail(
    session: ScopedSession,
    visit: Visit,
    partner: Partner,
    address: str,
    language: str,
    *,
    is_typed: bool,
    sent_as: str,
) -> bool:
    sender = session.get_one(Tenant, session.scope.tenant_id)
    if not post_where_to_go(session, visit, partner, sender, address, language, is_typed=is_typed, sent_as=sent_as):
        return False
    record(session, "visit.mail", "visit", visit.id, person_id=visit.person_id)
    return True
