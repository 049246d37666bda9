"""Signing in: outside any tenant, in scopes that open one account and nothing else."""

from dataclasses import dataclass
from uuid import UUID

from clais.database import Scope, unit_of_work
from clais.identity.devices import is_mark, new_mark
from clais.identity.failures import (
    FAILURES_PER_ACCOUNT,
    FAILURES_PER_ADDRESS,
    count_failure,
    forget_failures,
    recent_failures,
)
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.passwords import hash_password, needs_rehash, verify_password
from clais.identity.queries import account_by_email, open_memberships
from clais.identity.secrets import email_hash, keyed_hash, normalise_email, token_hash
from clais.identity.sessions import lock_account, open_session, rotate_session
from clais.registry.models import Tenant
from clais.services import Services


class TooManyAttempts(Exception):  # noqa: N818 - it reads as what happened.
    """The account or the address has failed too often lately."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token for the cookie of the session, and the mark that makes the browser a known one."""

    token: str
    mark: str


def sign_in(services: Services, email: str, password: str, address: str, mark: str = "") -> SignedIn | None:
    """Check an account's password and open its session; None when they do not fit.

    Someone with a single membership lands in it. Failures are counted in the database, by account and by address; those
    in a browser that the account's `mark` makes a known one are counted by themselves, so that others' lock nobody out.
    Raises TooManyAttempts, also for the right password.
    """
    known = is_mark(services.secret, email, mark)
    account_key = (
        keyed_hash(services.secret, "sign-in device", mark)
        if known
        else keyed_hash(services.secret, "sign-in account", normalise_email(email))
    )
    address_key = keyed_hash(services.secret, "sign-in address", address)
    hashed = email_hash(email)
    with unit_of_work(services.engine, Scope(email_hash=hashed)) as database:
        if recent_failures(database, account_key) >= FAILURES_PER_ACCOUNT or (
            not known and recent_failures(database, address_key) >= FAILURES_PER_ADDRESS
        ):
            raise TooManyAttempts
        account = account_by_email(database, hashed)
        stored = account.password_hash if account else None
        if not verify_password(stored, password) or account is None or account.disabled_at is not None:
            count_failure(database, account_key, address_key)
            return None
        forget_failures(database, account_key)
        if stored is not None and needs_rehash(stored):
            account.password_hash = hash_password(password)
    token = _open(services, account)
    return SignedIn(token, mark if known else new_mark(services.secret, email)) if token else None


def _open(services: Services, verified: UserAccount) -> str | None:
    """Open the session of whoever was verified; None when their account was closed, or its password changed, since."""
    with unit_of_work(services.engine, Scope(user_id=verified.id)) as database:
        account = lock_account(database, verified.id)
        if account is None or account.password_hash != verified.password_hash:
            return None
        token = open_session(database, account)
        places = open_memberships(database, account.id)
    if len(places) != 1 or account.administers:
        return token
    return _enter(services, token_hash(token), *places[0]) or token


def enter(services: Services, user_id: UUID, current: bytes, membership_id: UUID) -> str | None:
    """Work in the tenant of one of someone's memberships: their session `current` (a hash) is replaced by one there.

    Returns the token for the cookie; None when that is no place of theirs, or the session is over.
    """
    with unit_of_work(services.engine, Scope(user_id=user_id)) as database:
        place = next((one for one in open_memberships(database, user_id) if one[0].id == membership_id), None)
    return _enter(services, current, *place) if place else None


def _enter(services: Services, current: bytes, place: Membership, tenant: Tenant) -> str | None:
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=place.user_id)
    with unit_of_work(services.engine, scope) as database:
        # Read again now that nothing of it can change: the role may have, or the session have been ended, since.
        account = lock_account(database, place.user_id)
        membership = database.get_one(Membership, (tenant.id, place.id))
        session = database.get(UserSession, current)
        if account is None or membership.ended_at is not None or session is None:
            return None
        return rotate_session(database, session, membership)
