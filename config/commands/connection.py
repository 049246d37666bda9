"""What every command needs: a running database, and an error message for the user."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from clais.actor import OPERATOR, Actor
from clais.database import Scope, ScopedSession, embedded, open_engine, unit_of_work
from clais.identity.models import UserAccount
from clais.identity.queries import account_by_email
from clais.identity.secrets import email_hash
from clais.registry.models import Tenant
from clais.registry.queries import every_tenant, nowhere, tenant_by_slug
from clais.text import has_visible, plain_line
from config.database import application_url
from config.keys import CannotStart, check_pool
from config.settings import Settings

DATABASE_AWAY = "La base de données ne répond pas. Vérifiez CLAIS_DATABASE_URL, puis lancez « clais doctor »."


class Refusal(click.ClickException):
    """An error message for the user; the command exits with 1."""

    def format_message(self) -> str:
        return self.message

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click hands over a stream; ours is standard error.
        click.echo(self.message, err=True)


class Visible(click.ParamType[str]):
    """A name as it is stored, which a reader sees."""

    name = "text"

    def convert(self, value: str, _parameter: click.Parameter | None, _context: click.Context | None) -> str:
        """The text without marks that nobody sees. Raises Refusal when nothing is left."""
        if not has_visible(value):
            raise Refusal("Ce nom est vide : personne n'y verrait rien.")
        return plain_line(value)


VISIBLE = Visible()


@contextmanager
def running_database(settings: Settings) -> Iterator[None]:
    """Stop the embedded server at the end, if it was this command that started it."""
    running = settings.embedded and embedded.is_running(settings.postgres_directory)
    try:
        yield
    finally:
        if settings.embedded and not running:
            embedded.stop(settings.postgres_directory)


@contextmanager
def application_engine(settings: Settings) -> Iterator[Engine]:
    """The pool of the application's role, for one command; a message in French when the database is away."""
    with running_database(settings):
        engine = open_engine(application_url(settings), pool_size=1)
        try:
            check_pool(settings, engine)
            yield engine
        except CannotStart as error:
            raise Refusal(str(error)) from error
        except OperationalError as error:
            raise Refusal(DATABASE_AWAY) from error
        finally:
            engine.dispose()


@contextmanager
def administering(settings: Settings) -> Iterator[tuple[Engine, ScopedSession]]:
    """A transaction that may write the registry."""
    with application_engine(settings) as engine, unit_of_work(engine, Scope(administers=True)) as session:
        yield engine, session


def tenant_named(session: ScopedSession, slug: str) -> Tenant:
    """The tenant of a slug, or a refusal."""
    found = tenant_by_slug(session, slug)
    if found is None:
        raise Refusal(f"Il n'y a pas de « {slug} ». « clais tenant list » les montre tous.")
    return found


def account_named(engine: Engine, email: str) -> UserAccount:
    """The account of an address, or a refusal."""
    hashed = email_hash(email)
    with unit_of_work(engine, Scope(email_hash=hashed)) as session:
        account = account_by_email(session, hashed)
    if account is None:
        raise Refusal("Il n'y a pas de compte à cette adresse.")
    return account


def at_the_keyboard() -> Actor:
    """The actor of a command, for the trail: the user of the operating system, since a terminal knows no other."""
    name = os.environ.get("SUDO_USER") or os.environ.get("USER") or "?"
    return Actor(f"{OPERATOR}{name[:60]})", frozenset())


@contextmanager
def person_in(engine: Engine, account: UserAccount, tenant: Tenant) -> Iterator[ScopedSession]:
    """A transaction in the scope of one tenant; its changes are recorded there."""
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=account.id)
    with unit_of_work(engine, scope, at_the_keyboard()) as session:
        yield session


def places_at(engine: Engine, slug: str | None) -> list[Tenant]:
    """The tenant of a slug, or a refusal; without a slug every tenant, then what has none (`nowhere`)."""
    if slug is not None:
        return [tenant_at(engine, slug)]
    with unit_of_work(engine, Scope()) as session:
        return [*every_tenant(session), nowhere()]


def tenant_at(engine: Engine, slug: str) -> Tenant:
    """The tenant of a slug, or a refusal, in a transaction of its own."""
    with unit_of_work(engine, Scope()) as session:
        return tenant_named(session, slug)
