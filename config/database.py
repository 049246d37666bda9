from sqlalchemy import make_url

from clais.database import embedded
from config.settings import Settings


def owner_url(settings: Settings) -> str:
    """The URL that runs migrations; starts the embedded server when there is no other.

    Raises LookupError when a database URL is set without the owner's.
    """
    if settings.embedded:
        return embedded.start(settings.postgres_directory)
    if settings.owner_database_url is None:
        raise LookupError("CLAIS_OWNER_DATABASE_URL")
    return settings.owner_database_url


def application_url(settings: Settings) -> str:
    """The URL of the application's own role."""
    if settings.database_url is not None:
        return settings.database_url
    url = make_url(embedded.start(settings.postgres_directory))
    return url.set(username="clais_app", password=None).render_as_string(hide_password=False)
