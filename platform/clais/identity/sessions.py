"""Sessions of signed-in users: how they are opened, replaced, closed and how long they last."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, func, or_, select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import NIL, ScopedSession
from clais.identity.models import ACCOUNT, ADMINISTRATOR, MEMBERSHIP, ApiToken, Membership, UserAccount, UserSession
from clais.identity.secrets import new_token, token_hash
from clais.registry.models import Tenant

IDLE_TIMEOUT = timedelta(hours=2)
"""A session that is unused this long ends. An agent uses theirs all day; an unattended screen must not stay open."""
ABSOLUTE_TIMEOUT = timedelta(hours=12)
HANDED_TIMEOUT = timedelta(hours=1)
"""A session that was handed over and not taken back this long ends: the screen may lie anywhere."""
# Runs on every request, so it is built once and reads columns, not objects.
_ACTIVE_SESSION = (
    select(
        UserSession.user_id,
        UserSession.membership_id,
        UserSession.role,
        UserSession.display_name,
        UserSession.organisation,
        UserSession.language,
        UserSession.assurance_level,
        UserSession.last_seen_at,
        UserSession.handed_to,
        Tenant.id.label("tenant_id"),
        Tenant.basin_id,
        Tenant.slug,
        Tenant.name,
        Tenant.code,
        Tenant.kind,
    )
    .outerjoin(Tenant, Tenant.id == UserSession.active_tenant_id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.expires_at > bindparam("moment"),
        UserSession.last_seen_at > bindparam("idle_since"),
        or_(UserSession.handed_at.is_(None), UserSession.handed_at > bindparam("handed_since")),
        or_(
            Tenant.id.is_(None),
            (Tenant.state == "open") & (Tenant.suspended_at.is_(None) | (Tenant.suspended_at < UserSession.created_at)),
        ),
    )
)


class SessionGone(Exception):  # noqa: N818 - an expected event, not a fault.
    """The session of the request is there no more."""


def active_session(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """The user and tenant (if any) of a session cookie; None when it has ended, its tenant is not open, or was
    suspended since: a tenant that opens again revives no session.
    """
    moment = now()
    since = {"idle_since": moment - IDLE_TIMEOUT, "handed_since": moment - HANDED_TIMEOUT}
    return connection.execute(_ACTIVE_SESSION, {"token_hash": token_hash, "moment": moment, **since}).one_or_none()


def lock_account(session: ScopedSession, user_id: UUID) -> UserAccount | None:
    """Lock a user's account and return it as it is now, or None when it is disabled.

    Sessions and tokens store a copy of the role. The code that opens one locks the account before it reads what it
    copies, and `revoke_sessions` waits for that lock: no session with an outdated copy remains. The scope's user must
    be the owner of the account.
    """
    account = session.get_one(UserAccount, user_id, populate_existing=True, with_for_update={"read": True})
    return account if account.disabled_at is None else None


def open_session(session: ScopedSession, account: UserAccount) -> str:
    """Open a session without tenant for `account`, which the caller has locked. Returns the token for the cookie.

    The user's expired sessions are deleted here: a job could not do it, since nobody may read another's sessions.
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
            expires_at=now() + ABSOLUTE_TIMEOUT,
        )
    )
    record(session, "session.open", ACCOUNT, account.id, by=account_actor(account))
    return token


def rotate_session(session: ScopedSession, current: UserSession, membership: Membership | None) -> str:
    """Replace `current` by a session in the tenant of `membership` (None: in no tenant). Returns the new token.

    The old token ends at once; the new session keeps the absolute end of the sign-in. The caller has locked the account
    before it read the arguments.
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


def hand_over(session: ScopedSession, current_hash: bytes, address: str) -> None:
    """Let a session open `address` and what lies below it alone, until its owner takes it back.

    Handed over once more, to another address, it ends no later. Raises SessionGone when it was signed out or replaced
    meanwhile: the screen would then open all that the next one may.
    """
    locked = (
        update(UserSession)
        .where(UserSession.token_hash == current_hash)
        .values(handed_to=address, handed_at=func.coalesce(UserSession.handed_at, now()))
    )
    if session.scalars(locked.returning(UserSession.handed_to)).one_or_none() is None:
        raise SessionGone


def take_back(session: ScopedSession, current_hash: bytes) -> None:
    """Let a session open again what its owner may; the caller has asked for their password."""
    session.execute(
        update(UserSession).where(UserSession.token_hash == current_hash).values(handed_to=None, handed_at=None)
    )


def choose_language(session: ScopedSession, user_id: UUID, language: str) -> None:
    """Set the language (a code of `LANGUAGES`) of a user, in their account and their open sessions."""
    session.execute(update(UserAccount).where(UserAccount.id == user_id).values(language=language))
    session.execute(update(UserSession).where(UserSession.user_id == user_id).values(language=language))


def close_session(session: ScopedSession, user_id: UUID, current_hash: bytes) -> None:
    """Sign out: delete the session."""
    session.execute(delete(UserSession).where(UserSession.token_hash == current_hash))
    record(session, "session.close", ACCOUNT, user_id)


def revoke_sessions(session: ScopedSession, user_id: UUID, *, keep: bytes = b"") -> None:
    """End every session of a user (but `keep`), and their API tokens. The scope's user must be that user."""
    # Waits for transactions that have locked the account: the next statements then see the sessions that they opened.
    session.execute(select(UserAccount.id).where(UserAccount.id == user_id).with_for_update(key_share=True)).one()
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.token_hash != keep))
    session.execute(
        update(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now())
    )


def account_actor(account: UserAccount) -> Actor:
    """The owner of an account as the actor: before the sign-in, a session has no actor."""
    return Actor(account.display_name, frozenset(), user_id=account.id)
