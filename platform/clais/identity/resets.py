"""Forgotten passwords: a one-time link by mail, for ten minutes, in the browser that asked for it."""

import hmac
from datetime import timedelta

from sqlalchemy import delete, select

from clais.audit.actions import record
from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.identity.actions import choose_password
from clais.identity.devices import is_device_cookie
from clais.identity.failures import (
    MAXIMUM_FAILURES_PER_ADDRESS,
    TooManyAttempts,
    count_failure,
    forget_failures,
    recent_failures,
)
from clais.identity.mails import reset_mail
from clais.identity.models import ACCOUNT, PasswordReset, UserAccount
from clais.identity.passwords import password_problem
from clais.identity.queries import account_by_email, open_memberships
from clais.identity.secrets import email_hash, keyed_hash, new_token, normalise_email, token_hash
from clais.identity.sessions import account_actor
from clais.identity.sign_in import account_key
from clais.messaging.actions import post_mail
from clais.registry.queries import names_of_places, nowhere
from clais.services import Services

RESET_LIFETIME = timedelta(minutes=10)
MAXIMUM_MAILS_PER_ACCOUNT = 3
"""How many mails one account gets in the window of `failures`: nobody fills the mailbox of someone else."""


def ask_reset(services: Services, email: str, address: str, browser: str, device_cookie: str = "") -> None:
    """Post a link to the account of an e-mail address, if there is one that may sign in and has somewhere to go.

    `browser` is the secret of the browser that asks. Whoever asks cannot tell whether there is an account: the caller
    answers the same, after the same time. Raises TooManyAttempts when the IP address asked too often.
    """
    known = is_device_cookie(services.secret, email, device_cookie)
    mails_key = (
        keyed_hash(services.secret, "reset device", device_cookie)
        if known
        else keyed_hash(services.secret, "reset account", normalise_email(email))
    )
    address_key = keyed_hash(services.secret, "reset address", address)
    hashed = email_hash(email)
    # Counted before it is looked at, so that sixty at once count as sixty.
    with unit_of_work(services.engine, Scope()) as database:
        count_failure(database, mails_key, address_key)
    with unit_of_work(services.engine, Scope(email_hash=hashed)) as database:
        if recent_failures(database, address_key) > MAXIMUM_FAILURES_PER_ADDRESS:
            raise TooManyAttempts
        enough = recent_failures(database, mails_key) > MAXIMUM_MAILS_PER_ACCOUNT
        account = account_by_email(database, hashed)
    if account is not None and account.disabled_at is None and not enough:
        _post_link(services, account, browser)


def _post_link(services: Services, account: UserAccount, browser: str) -> None:
    """Store a link and post it through the outbox of a tenant of the account.

    An administrator who works in none gets it from the outbox that has no tenant; who could enter nowhere gets none.
    """
    with unit_of_work(services.engine, Scope(user_id=account.id)) as database:
        places = open_memberships(database, account.id)
    if not places and not account.administers:
        return
    tenant = places[0][1] if places else nowhere()
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=account.id)
    with unit_of_work(services.engine, scope) as database:
        database.execute(
            delete(PasswordReset).where(PasswordReset.user_id == account.id, PasswordReset.expires_at < now())
        )
        token = new_token()
        database.add(
            PasswordReset(
                token_hash=token_hash(token),
                user_id=account.id,
                browser_hash=token_hash(browser),
                expires_at=now() + RESET_LIFETIME,
            )
        )
        record(database, "account.ask_password", ACCOUNT, account.id, by=account_actor(account))
        # The address is that of the settings: the header of a request could lead elsewhere.
        link = f"{services.settings['public_url']}/mot-de-passe/{token}"
        subject, text = reset_mail(account.language, int(RESET_LIFETIME.total_seconds()) // 60, link)
        post_mail(database, account.email, subject, text, f"password-reset:{token_hash(token).hex()[:32]}")


def account_of_reset(services: Services, token: str, browser: str) -> UserAccount | None:
    """The account of a link in the browser that asked for it; None when it is used, expired, unknown or elsewhere."""
    hashed = token_hash(token)
    with unit_of_work(services.engine, Scope(credential_hash=hashed)) as database:
        found = database.scalars(
            select(PasswordReset).where(PasswordReset.token_hash == hashed, PasswordReset.expires_at > now())
        ).one_or_none()
    if found is None or not hmac.compare_digest(found.browser_hash, token_hash(browser)):
        return None
    with unit_of_work(services.engine, Scope(user_id=found.user_id)) as database:
        account = database.get_one(UserAccount, found.user_id)
        return account if account.disabled_at is None else None


def reset_password(services: Services, token: str, browser: str, password: str) -> str | None:
    """Set a new password with a link: every session, token and other link of the account ends.

    Returns why the password is refused (a gettext id), or None when it is set. Raises LookupError as
    `account_of_reset` returns None.
    """
    account = account_of_reset(services, token, browser)
    if account is None:
        raise LookupError("password reset")
    with unit_of_work(services.engine, Scope()) as database:
        places = names_of_places(database)
    problem = password_problem(password, account.display_name, account.email, *places)
    if problem is not None:
        return problem
    with unit_of_work(services.engine, Scope(user_id=account.id)) as database:
        # Of two tabs that submit at once, only one finds the row.
        if database.get(PasswordReset, token_hash(token), with_for_update=True) is None:
            raise LookupError("password reset")
        database.execute(delete(PasswordReset).where(PasswordReset.user_id == account.id))
        choose_password(database, database.get_one(UserAccount, account.id), password)
        forget_failures(database, account_key(services.secret, account.email))
    return None
