from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import NIL, ScopedSession
from clais.identity.models import ApiToken, Invitation, Membership, SignInAttempt, UserAccount, UserSession
from clais.identity.passwords import hash_password
from clais.identity.queries import ABSOLUTE, ATTEMPT_WINDOW
from clais.identity.secrets import email_hash, new_token, normalise_email, token_hash

INVITATION_LIFE = timedelta(days=7)
FAILURES_PER_ACCOUNT = 8
FAILURES_PER_ADDRESS = 40
ADMINISTRATOR = "federation_admin"
ACCOUNT, MEMBERSHIP = "user_account", "membership"
"""What the acts of this house are done to, in the trail."""


def hold(session: ScopedSession, user_id: UUID) -> UserAccount | None:
    """Someone's account as it stands, or None when it is closed; it stays as it is until the transaction ends.

    Sessions and tokens carry a copy of the role. Whoever opens one holds the account before reading what is copied,
    and whoever ends them waits for that: what changes meanwhile leaves no copy behind. The scope's user must be that
    person.
    """
    account = session.get_one(UserAccount, user_id, populate_existing=True, with_for_update={"read": True})
    return account if account.disabled_at is None else None


def open_session(session: ScopedSession, account: UserAccount) -> str:
    """Sign `account`, which is held, in: a session without tenant yet. Returns the token for the cookie.

    The person's expired sessions go now: no job could do it, since nobody may see another's sessions.
    """
    session.execute(delete(UserSession).where(UserSession.user_id == account.id, UserSession.expires_at < now()))
    token = new_token()
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=account.id,
            role=ADMINISTRATOR if account.administers else "",
            display_name=account.display_name,
            language=account.language,
            expires_at=now() + ABSOLUTE,
        )
    )
    record(session, "session.open", ACCOUNT, account.id, by=_themselves(account))
    return token


def rotate_session(session: ScopedSession, current: UserSession, membership: Membership | None) -> str:
    """Replace `current` by a session in the tenant of `membership` (None: in none). Returns the new token.

    The old token dies at once; the absolute end of the sign-in stays. All three are read while the account is held.
    """
    token = new_token()
    administers = membership is None and current.membership_id == NIL and current.role == ADMINISTRATOR
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=current.user_id,
            active_tenant_id=membership.tenant_id if membership else NIL,
            membership_id=membership.id if membership else NIL,
            role=membership.role if membership else (ADMINISTRATOR if administers else ""),
            display_name=membership.display_name if membership else current.display_name,
            organisation=membership.organisation if membership else None,
            language=current.language,
            assurance_level=current.assurance_level,
            expires_at=current.expires_at,
        )
    )
    session.delete(current)
    if membership is not None:
        who = Actor(membership.display_name, frozenset(), user_id=membership.user_id, membership_id=membership.id)
        record(session, "session.enter", MEMBERSHIP, membership.id, details={"role": membership.role}, by=who)
    return token


def choose_language(session: ScopedSession, user_id: UUID, language: str) -> None:
    """Speak `language` (a code of `LANGUAGES`) to someone, in their open sessions and from now on."""
    session.execute(update(UserAccount).where(UserAccount.id == user_id).values(language=language))
    session.execute(update(UserSession).where(UserSession.user_id == user_id).values(language=language))


def close_session(session: ScopedSession, user_id: UUID, current_hash: bytes) -> None:
    """Sign out: the token opens nothing from now on."""
    session.execute(delete(UserSession).where(UserSession.token_hash == current_hash))
    record(session, "session.close", ACCOUNT, user_id)


def revoke_sessions(session: ScopedSession, user_id: UUID, *, keep: bytes = b"") -> None:
    """End every session of someone (but `keep`), and their API tokens. The scope's user must be that person."""
    # Waits for those who hold the account: what they opened is there for the next statements to see.
    session.execute(select(UserAccount.id).where(UserAccount.id == user_id).with_for_update(key_share=True)).one()
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.token_hash != keep))
    session.execute(
        update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now())
    )


def count_failure(session: ScopedSession, *subject_hashes: bytes) -> None:
    """Remember a failed sign-in under each subject (account, address), and forget those out of the window."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.attempted_at < now() - ATTEMPT_WINDOW * 4))
    session.add_all(SignInAttempt(subject_hash=subject) for subject in subject_hashes)


def forget_failures(session: ScopedSession, subject_hash: bytes) -> None:
    """A success wipes the account's failures, so that a forgetful agent is not locked out later."""
    session.execute(delete(SignInAttempt).where(SignInAttempt.subject_hash == subject_hash))


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


def invite(session: ScopedSession, account: UserAccount) -> str:
    """Make a one-time link for someone to choose a password; earlier ones die. Returns its token.

    The scope's user must be that person.
    """
    session.execute(delete(Invitation).where(Invitation.user_id == account.id))
    token = new_token()
    session.add(Invitation(token_hash=token_hash(token), user_id=account.id, expires_at=now() + INVITATION_LIFE))
    record(session, "account.invite", ACCOUNT, account.id)
    return token


def choose_password(session: ScopedSession, account: UserAccount, password: str) -> None:
    """Set a checked password; every session and token of the person ends."""
    account.password_hash = hash_password(password)
    account.password_changed_at = now()
    revoke_sessions(session, account.id)
    record(session, "account.choose_password", ACCOUNT, account.id, by=_themselves(account))


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


def create_token(
    session: ScopedSession, membership: Membership, label: str, permissions: Collection[str], life: timedelta
) -> str:
    """Make an API token for one membership with at most `permissions`. Returns the token, shown once.

    The membership is read while its person's account is held.
    """
    token = new_token()
    made = ApiToken(
        token_hash=token_hash(token),
        user_id=membership.user_id,
        active_tenant_id=membership.tenant_id,
        membership_id=membership.id,
        role=membership.role,
        label=label,
        permissions=sorted(permissions),
        expires_at=now() + life,
    )
    session.add(made)
    _record_token(session, "token.create", made)
    return token


def revoke_token(session: ScopedSession, token: ApiToken) -> None:
    """End an API token: it opens nothing from now on."""
    token.revoked_at = now()
    _record_token(session, "token.revoke", token)


def _record_token(session: ScopedSession, verb: str, token: ApiToken) -> None:
    details = {"token": token.number, "permissions": token.permissions}
    record(session, verb, MEMBERSHIP, token.membership_id, details=details)


def _themselves(account: UserAccount) -> Actor:
    """The person of an account as who acts: before anyone is signed in, a session has no actor."""
    return Actor(account.display_name, frozenset(), user_id=account.id)
