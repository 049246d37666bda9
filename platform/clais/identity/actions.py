from sqlalchemy import delete

from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.identity.models import ACCOUNT, MEMBERSHIP, Invitation, Membership, UserAccount
from clais.identity.passwords import hash_password
from clais.identity.secrets import email_hash, normalise_email
from clais.identity.sessions import by_themselves, revoke_sessions


def create_account(
    session: ScopedSession, email: str, display_name: str, *, password: str | None = None, administers: bool = False
) -> UserAccount:
    """Create an account. The scope must carry the hash of its address."""
    account = UserAccount(
        email=normalise_email(email),
        email_hash=email_hash(email),
        display_name=display_name,
        password_hash=hash_password(password) if password else None,
        password_changed_at=now() if password else None,
        administers=administers,
    )
    session.add(account)
    session.flush()
    return account


def join_tenant(
    session: ScopedSession, account: UserAccount, role: str, *, organisation: str | None = None
) -> Membership:
    """Make someone a member of the tenant at work."""
    membership = Membership(
        user_id=account.id,
        role=role,
        display_name=account.display_name,
        email=account.email,
        organisation=organisation,
    )
    session.add(membership)
    session.flush()
    record(session, "membership.begin", MEMBERSHIP, membership.id, details={"role": role})
    return membership


def choose_password(session: ScopedSession, account: UserAccount, password: str) -> None:
    """Set a checked password; every session and token of the person ends."""
    account.password_hash = hash_password(password)
    account.password_changed_at = now()
    revoke_sessions(session, account.id)
    record(session, "account.choose_password", ACCOUNT, account.id, by=by_themselves(account))


def disable_account(session: ScopedSession, account: UserAccount) -> None:
    """Close someone's account: they are signed out everywhere at once, and no link lets them in again.

    The scope's user must be that person.
    """
    account.disabled_at = now()
    session.execute(delete(Invitation).where(Invitation.user_id == account.id))
    revoke_sessions(session, account.id)
    record(session, "account.disable", ACCOUNT, account.id)


def enable_account(session: ScopedSession, account: UserAccount) -> None:
    """Open a closed account again, with the password and the memberships that it had."""
    account.disabled_at = None
    record(session, "account.enable", ACCOUNT, account.id)


def change_role(session: ScopedSession, membership: Membership, role: str) -> None:
    """Give a member another role. A session carries the role it was opened with, so those of the person end.

    The scope must hold the member's tenant and the member as its user.
    """
    change = {"from": membership.role, "to": role}
    membership.role = role
    revoke_sessions(session, membership.user_id)
    record(session, "membership.change_role", MEMBERSHIP, membership.id, details=change)


def end_membership(session: ScopedSession, membership: Membership) -> None:
    """Let someone leave a tenant; their sessions and tokens end. The scope is as in `change_role`."""
    membership.ended_at = now()
    revoke_sessions(session, membership.user_id)
    record(session, "membership.end", MEMBERSHIP, membership.id, details={"role": membership.role})
