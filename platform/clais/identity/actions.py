from sqlalchemy import delete

from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.identity.models import ACCOUNT, MEMBERSHIP, Invitation, Membership, UserAccount
from clais.identity.passwords import hash_password
from clais.identity.secrets import email_hash, normalise_email
from clais.identity.sessions import account_actor, revoke_sessions

NEWS = "referral.announce"
"""The job that tells members what the other party did: who works here decides who hears of it."""


def create_account(
    session: ScopedSession, email: str, display_name: str, *, password: str | None = None, administers: bool = False
) -> UserAccount:
    """Create an account. The scope must hold the hash of its e-mail address."""
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
    """Make a user a member of the current tenant."""
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
    make_due(session, NEWS)
    return membership


def choose_password(session: ScopedSession, account: UserAccount, password: str) -> None:
    """Store a password that was checked, and end every session and token of the user."""
    account.password_hash = hash_password(password)
    account.password_changed_at = now()
    revoke_sessions(session, account.id)
    record(session, "account.choose_password", ACCOUNT, account.id, by=account_actor(account))


def disable_account(session: ScopedSession, account: UserAccount) -> None:
    """Disable an account: end its sessions and tokens, and delete its invitations.

    The scope's user must be the owner of the account.
    """
    account.disabled_at = now()
    session.execute(delete(Invitation).where(Invitation.user_id == account.id))
    revoke_sessions(session, account.id)
    record(session, "account.disable", ACCOUNT, account.id)


def enable_account(session: ScopedSession, account: UserAccount) -> None:
    """Enable a disabled account, with its former password and memberships."""
    account.disabled_at = None
    record(session, "account.enable", ACCOUNT, account.id)


def change_role(session: ScopedSession, membership: Membership, role: str) -> None:
    """Give a member another role. Sessions store a copy of the role, so the user's sessions end.

    The scope must hold the member's tenant, and the member as its user.
    """
    change = {"from": membership.role, "to": role}
    membership.role = role
    revoke_sessions(session, membership.user_id)
    record(session, "membership.change_role", MEMBERSHIP, membership.id, details=change)
    make_due(session, NEWS)


def end_membership(session: ScopedSession, membership: Membership) -> None:
    """End a membership, and the user's sessions and tokens. The scope is as in `change_role`."""
    membership.ended_at = now()
    revoke_sessions(session, membership.user_id)
    record(session, "membership.end", MEMBERSHIP, membership.id, details={"role": membership.role})
    make_due(session, NEWS)
