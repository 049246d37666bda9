"""Signing in: outside any tenant, in scopes that give access to one account only."""

from dataclasses import dataclass
from uuid import UUID

from clais.database import Scope, unit_of_work
from clais.identity.devices import is_device_cookie, new_device_cookie
from clais.identity.failures import (
    MAXIMUM_FAILURES_PER_ACCOUNT,
    MAXIMUM_FAILURES_PER_ADDRESS,
    TooManyAttempts,
    count_failure,
    forget_failures,
    recent_failures,
    take_back_failures,
)
from clais.identity.models import Membership, UserAccount, UserSession
from clais.identity.passwords import hash_password, needs_rehash, verify_password
from clais.identity.queries import account_by_email, open_memberships
from clais.identity.secrets import email_hash, keyed_hash, normalise_email, token_hash
from clais.identity.sessions import lock_account, open_session, rotate_session
from clais.registry.models import Tenant
from clais.services import Services


def account_key(secret: str, email: str) -> bytes:
    """The subject under which the failed sign-ins of an account count, in a browser that is not known."""
    return keyed_hash(secret, "sign-in account", normalise_email(email))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token for the session cookie, and the device cookie by which the browser is known next time."""

    user_id: UUID
    token: str
    device_cookie: str


def sign_in(
    services: Services, email: str, password: str, address: str, device_cookie: str = "", *, slug: str = ""
) -> SignedIn | None:
    """Check the password of an account and open a session; None when the address or the password is wrong.

    A user enters directly their single membership, or the single one in the tenant `slug`, where they were going.
    Failures are counted in the database, by account and by IP address. A browser with a valid `device_cookie` has its
    own count, so that failures elsewhere do not lock it out.
    Raises TooManyAttempts, also for the right password.
    """
    account = verified_account(services, email, password, address, device_cookie)
    token = _open_session_of(services, account, slug) if account else None
    if account is None or token is None:
        return None
    known = is_device_cookie(services.secret, email, device_cookie)
    return SignedIn(account.id, token, device_cookie if known else new_device_cookie(services.secret, email))


def verified_account(
    services: Services, email: str, password: str, address: str, device_cookie: str = ""
) -> UserAccount | None:
    """The account whose address and password these are, or None; a wrong password counts as a failed sign-in.

    Raises TooManyAttempts, also for the right password.
    """
    known = is_device_cookie(services.secret, email, device_cookie)
    subject = (
        keyed_hash(services.secret, "sign-in device", device_cookie) if known else account_key(services.secret, email)
    )
    address_key = keyed_hash(services.secret, "sign-in address", address)
    hashed = email_hash(email)
    attempt = _announced(services, known, subject, address_key)
    with unit_of_work(services.engine, Scope(email_hash=hashed)) as database:
        account = account_by_email(database, hashed)
        stored = account.password_hash if account else None
        if not verify_password(stored, password) or account is None or account.disabled_at is not None:
            return None
        forget_failures(database, subject)
        take_back_failures(database, attempt)
        if stored is not None and needs_rehash(stored):
            account.password_hash = hash_password(password)
    return account


def _announced(services: Services, known: bool, subject: bytes, address_key: bytes) -> list[UUID]:
    """Count a try as failed before it is made, so that sixty at once count as sixty; gives what is counted.

    Raises TooManyAttempts; a refused try does not count.
    """
    with unit_of_work(services.engine, Scope()) as database:
        attempt = count_failure(database, subject, address_key)
    with unit_of_work(services.engine, Scope()) as database:
        too_many = recent_failures(database, subject) > MAXIMUM_FAILURES_PER_ACCOUNT or (
            not known and recent_failures(database, address_key) > MAXIMUM_FAILURES_PER_ADDRESS
        )
        if too_many:
            take_back_failures(database, attempt)
    if too_many:
        raise TooManyAttempts
    return attempt


def _open_session_of(services: Services, verified: UserAccount, slug: str) -> str | None:
    """Open a session for a verified account; None when it was disabled or its password changed since the check."""
    scope = Scope(user_id=verified.id, administers=verified.administers)
    with unit_of_work(services.engine, scope) as database:
        account = lock_account(database, verified.id)
        if account is None or account.password_hash != verified.password_hash:
            return None
        token = open_session(database, account)
        places = open_memberships(database, account.id)
    wanted = [place for place in places if place[1].slug == slug]
    if len(wanted) != 1 and not account.administers:
        wanted = places
    if len(wanted) != 1:
        return token
    return _replace_session(services, token_hash(token), *wanted[0]) or token


def enter_tenant(services: Services, user_id: UUID, current: bytes, membership_id: UUID) -> str | None:
    """Replace the session `current` (a hash) by one in the tenant of a membership of the user.

    Returns the token for the cookie; None when the user has no such open membership, or the session has ended.
    """
    with unit_of_work(services.engine, Scope(user_id=user_id)) as database:
        place = next((one for one in open_memberships(database, user_id) if one[0].id == membership_id), None)
    return _replace_session(services, current, *place) if place else None


def _replace_session(services: Services, current: bytes, place: Membership, tenant: Tenant) -> str | None:
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=place.user_id)
    with unit_of_work(services.engine, scope) as database:
        # Read again under the lock: the role may have changed, or the session ended, since.
        account = lock_account(database, place.user_id)
        membership = database.get_one(Membership, (tenant.id, place.id))
        session = database.get(UserSession, current)
        if account is None or membership.ended_at is not None or session is None:
            return None
        return rotate_session(database, session, membership)
