"""The life of a sign-in: how long it lasts, how it begins, changes and ends."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import NIL, ScopedSession
from clais.identity.models import ACCOUNT, ADMINISTRATOR, MEMBERSHIP, ApiToken, Membership, UserAccount, UserSession
from clais.identity.secrets import new_token, token_hash
from clais.registry.models import Tenant

IDLE = timedelta(hours=2)
"""A session unused this long is over: an agent's counter stays busy all day, an unattended screen does not."""
ABSOLUTE = timedelta(hours=12)
# Read on every request, so it is built once and reads columns, not objects.
_LIVE_SESSION = (
    select(
        UserSession.user_id,
        UserSession.membership_id,
        UserSession.role,
        UserSession.display_name,
        UserSession.organisation,
        UserSession.language,
        UserSession.assurance_level,
        UserSession.last_seen_at,
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
        or_(Tenant.id.is_(None), Tenant.state == "open"),
    )
)


def live_session(connection: Connection, token_hash: bytes) -> Row[*tuple[Any, ...]] | None:
    """Whom a cookie signs in, and in which tenant if any; None when the session is over, or its tenant not open."""
    moment = now()
    return connection.execute(
        _LIVE_SESSION, {"token_hash": token_hash, "moment": moment, "idle_since": moment - IDLE}
    ).one_or_none()


def lock_account(session: ScopedSession, user_id: UUID) -> UserAccount | None:
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
    record(session, "session.open", ACCOUNT, account.id, by=by_themselves(account))
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


def by_themselves(account: UserAccount) -> Actor:
    """The person of an account as who acts: before anyone is signed in, a session has no actor."""
    return Actor(account.display_name, frozenset(), user_id=account.id)
