"""Checks an installation and says line by line what is wrong and what to do."""

from collections.abc import Callable
from functools import partial

from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from config.database import application_url, owner_url
from config.diagnosis import cluster, database, files, machine, schema, trail
from config.diagnosis.finding import ATTENTION, FAULT, Finding
from config.diagnosis.keys import keys
from config.diagnosis.log import log
from config.diagnosis.pictures import pictures
from config.diagnosis.printing import printing
from config.settings import Settings

Check = Callable[[Connection], Finding | list[Finding]]
ON_THE_MACHINE = (
    machine.mail,
    machine.disk,
    machine.secrets,
    machine.exposure,
    files.store,
    files.scanner,
    printing,
    pictures,
    trail.seals,
)


def as_application(settings: Settings) -> dict[str, Check]:
    """What the application's own role can find out, in the order of the screen."""
    return {
        "serveur": database.server_version,
        "séparation": partial(schema.as_migrated, known_logins=settings.known_logins),
        "outils": schema.tools,
        "journal": log,
        "durabilité": database.durability,
        "clés": partial(keys, settings=settings),
        "données de référence": database.reference,
        "horloge": database.clock,
        "travail régulier": database.worker,
        "travaux dus": database.due,
        "mails": database.mails,
    }


def as_owner(settings: Settings) -> dict[str, Check]:
    """What needs the owner: the revisions that have run, and the owner's own name."""
    return {
        "mises à jour": database.migrations,
        "comptes": partial(schema.logins, known_logins=settings.known_logins),
        "serveurs": cluster.policies,
    }


def examine(settings: Settings) -> list[Finding]:
    """Every finding, those of the database first. A check that fails to run is a finding too."""
    findings = _ask(
        lambda: application_url(settings), as_application(settings), "Base de données", "CLAIS_DATABASE_URL"
    )
    if settings.embedded or settings.owner_database_url:
        findings += _ask(lambda: owner_url(settings), as_owner(settings), "Propriétaire", "CLAIS_OWNER_DATABASE_URL")
    else:
        findings.append(
            Finding(
                ATTENTION,
                "Mises à jour et comptes",
                "Pas vérifiés.",
                "Donnez CLAIS_OWNER_DATABASE_URL à cette commande.",
            )
        )
    return findings + [check(settings) for check in ON_THE_MACHINE]


def _ask(url: Callable[[], str], checks: dict[str, Check], subject: str, variable: str) -> list[Finding]:
    try:
        engine = create_engine(
            make_url(url()).set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            connect_args={"connect_timeout": 5},
        )
        with engine.connect() as connection:
            findings = [found for name, check in checks.items() for found in _checked(name, check, connection)]
        engine.dispose()
    except SQLAlchemyError as error:
        name = type(error.__cause__ or error).__name__
        return [Finding(FAULT, subject, f"Elle ne répond pas ({name}).", f"Vérifiez {variable} et le serveur.")]
    return findings


def _checked(name: str, check: Check, connection: Connection) -> list[Finding]:
    try:
        with connection.begin():
            found = check(connection)
    except SQLAlchemyError as error:
        fault = type(error.__cause__ or error).__name__
        return [Finding(FAULT, f"Vérification « {name} »", f"Elle a échoué ({fault}).", "Lancez « clais db upgrade ».")]
    return found if isinstance(found, list) else [found]
