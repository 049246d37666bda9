import click
from sqlalchemy import make_url

from clais.database import embedded
from clais.database.engine import POOLED
from config.settings import Settings


class NoDirectWay(RuntimeError):  # noqa: N818 - it reads as what is wrong.
    """The worker needs a URL that leads past the pooler."""


def owner_url(settings: Settings) -> str:
    """The URL that runs migrations; starts the embedded server when there is no other.

    Raises LookupError when a database URL is set without the owner's.
    """
    if settings.embedded:
        return _started(settings)
    if settings.owner_database_url is None:
        raise LookupError("CLAIS_OWNER_DATABASE_URL")
    return settings.owner_database_url


def application_url(settings: Settings) -> str:
    """The URL of the application's own role."""
    if settings.database_url is not None:
        return pooled_url(settings.database_url) if settings.pooled else settings.database_url
    url = make_url(_started(settings))
    return url.set(username="clais_app", password=None).render_as_string(hide_password=False)


def pooled_url(url: str) -> str:
    """The same URL, which says that a pooler stands between."""
    return make_url(url).update_query_dict({POOLED: "yes"}).render_as_string(hide_password=False)


def leader_url(settings: Settings, database_url: str) -> str:
    """The URL for the connection that holds the lock of the worker that leads: direct, as a lock is a session's.

    Raises NoDirectWay behind a pooler when nobody told it.
    """
    if settings.pooled and settings.direct_database_url is None:
        raise NoDirectWay
    return settings.direct_database_url or database_url


def _started(settings: Settings) -> str:
    """The superuser URL of the embedded server, which runs from now on. Raises NotStartedError."""
    if embedded.was_cut_off(settings.postgres_directory):
        click.echo("La base de données n'avait pas été arrêtée : elle est remise en ordre, rien n'est perdu.", err=True)
    return embedded.start(settings.postgres_directory)
