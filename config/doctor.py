"""Checks an installation and says line by line what is wrong and what to do."""

from collections.abc import Callable

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from config.database import application_url, owner_url
from config.diagnosis import database, machine
from config.diagnosis.finding import ATTENTION, FAULT, Finding
from config.settings import Settings

AS_APPLICATION = (
    database.server_version,
    database.roles,
    database.row_security,
    database.reference,
    database.clock,
    database.mails,
)
AS_OWNER = (database.migrations, database.worker)
ON_THE_MACHINE = (machine.mail, machine.disk, machine.secrets, machine.exposure)


def examine(settings: Settings) -> list[Finding]:
    """Every finding, those of the database first. A check that fails to run is a finding too."""
    findings = _ask(lambda: application_url(settings), AS_APPLICATION, "Base de données", "CLAIS_DATABASE_URL")
    if settings.embedded or settings.owner_database_url:
        findings += _ask(lambda: owner_url(settings), AS_OWNER, "Propriétaire", "CLAIS_OWNER_DATABASE_URL")
    else:
        findings.append(
            Finding(ATTENTION, "Mises à jour", "Pas vérifiées.", "Donnez CLAIS_OWNER_DATABASE_URL à cette commande.")
        )
    return findings + [check(settings) for check in ON_THE_MACHINE]


def _ask(
    url: Callable[[], str], checks: tuple[Callable[[Connection], Finding], ...], subject: str, variable: str
) -> list[Finding]:
    try:
        engine = create_engine(
            make_url(url()).set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            connect_args={"connect_timeout": 5},
        )
        with engine.connect() as connection:
            findings = [_checked(check, connection) for check in checks]
        engine.dispose()
    except SQLAlchemyError as error:
        name = type(error.__cause__ or error).__name__
        return [Finding(FAULT, subject, f"Elle ne répond pas ({name}).", f"Vérifiez {variable} et le serveur.")]
    return findings


def _checked(check: Callable[[Connection], Finding], connection: Connection) -> Finding:
    try:
        with connection.begin():
            return check(connection)
    except SQLAlchemyError as error:
        name = type(error.__cause__ or error).__name__
        return Finding(
            FAULT, f"Vérification « {check.__name__} »", f"Elle a échoué ({name}).", "Lancez « clais db upgrade »."
        )
