"""Invitations: one-time links with which a user chooses their password."""

from datetime import timedelta

from sqlalchemy import delete, select

from clais.audit.actions import record
from clais.clock import now
from clais.database import Scope, ScopedSession, unit_of_work
from clais.identity.actions import choose_password
from clais.identity.mails import invitation_mail
from clais.identity.models import ACCOUNT, Invitation, UserAccount
from clais.identity.passwords import password_problem
from clais.identity.secrets import email_hash, new_token, token_hash
from clais.messaging.actions import post_mail
from clais.registry.queries import names_of_places
from clais.services import Services

INVITATION_LIFETIME = timedelta(days=7)


def invite(session: ScopedSession, account: UserAccount) -> str:
    """Create a one-time link with which a user chooses a password, and delete earlier ones. Returns its token.

    The scope's user must be the owner of the account.
    """
    session.execute(delete(Invitation).where(Invitation.user_id == account.id))
    token = new_token()
    session.add(Invitation(token_hash=token_hash(token), user_id=account.id, expires_at=now() + INVITATION_LIFETIME))
    record(session, "account.invite", ACCOUNT, account.id)
    return token


def send_invitation(session: ScopedSession, account: UserAccount, place: str, public_url: str) -> str:
    """Invite a user who works at `place`, by mail in their language. Returns the link. The scope is as in `invite`."""
    token = invite(session, account)
    subject, text = invitation_mail(
        account.language, place, INVITATION_LIFETIME.days, invitation_link(public_url, token)
    )
    post_mail(session, account.email, subject, text, f"invitation:{email_hash(token).hex()[:32]}")
    return invitation_link(public_url, token)


def invitation_link(public_url: str, token: str) -> str:
    """The URL of an invitation."""
    return f"{public_url}/invitation/{token}"


def valid_invitation(session: ScopedSession, token_hash: bytes) -> Invitation | None:
    """The unused and unexpired invitation of a token hash; the scope must hold the same hash."""
    return session.scalars(
        select(Invitation).where(
            Invitation.token_hash == token_hash, Invitation.used_at.is_(None), Invitation.expires_at > now()
        )
    ).one_or_none()


def invited_account(services: Services, token: str) -> UserAccount | None:
    """The account of an invitation; None when the invitation is used, expired or unknown."""
    hashed = token_hash(token)
    with unit_of_work(services.engine, Scope(credential_hash=hashed)) as database:
        invitation = valid_invitation(database, hashed)
    if invitation is None:
        return None
    with unit_of_work(services.engine, Scope(user_id=invitation.user_id)) as database:
        return database.get(UserAccount, invitation.user_id)


def accept_invitation(services: Services, token: str, password: str) -> str | None:
    """Set the first password with an invitation, and delete the invitation.

    Returns why the password is refused (a gettext id), or None when it is set. Raises LookupError when the link is
    used, expired or unknown.
    """
    account = invited_account(services, token)
    if account is None:
        raise LookupError("invitation")
    with unit_of_work(services.engine, Scope()) as database:
        places = names_of_places(database)
    problem = password_problem(password, account.display_name, account.email, *places)
    if problem is not None:
        return problem
    with unit_of_work(services.engine, Scope(user_id=account.id)) as database:
        # Of two tabs that submit at once, only one finds the row.
        invitation = database.get(Invitation, token_hash(token), with_for_update=True)
        if invitation is None:
            raise LookupError("invitation")
        database.delete(invitation)
        choose_password(database, database.get_one(UserAccount, account.id), password)
    return None
