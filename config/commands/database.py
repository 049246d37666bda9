from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError, OperationalError

from clais.database import Scope, open_engine, unit_of_work
from clais.database.roles import MissingRightError
from clais.database.upgrade import TablesInUseError
from clais.database.upgrade import upgrade as run_migrations
from clais.registry.loading import load_reference_data
from config.backup import NotEmptyError, backup_database, restore_database
from config.commands.connection import Refusal, running_database
from config.database import application_url, owner_url
from config.distribution import NotAClusterError, distribute_new_tables, statements
from config.distribution import distribute as spread
from config.settings import REFERENCE, Settings
from config.tools import ToolError


@click.group("db", help="La base de données.")
def database() -> None:
    """Group the commands of the database."""


@database.command(help="Créer ou mettre à jour les tables, et les données de référence.")
@click.pass_obj
def upgrade(settings: Settings) -> None:
    """Run the pending migrations, then add the municipalities, postal codes and occupations that are not there yet."""
    with running_database(settings):
        with _rights_are_named():
            run_migrations(_owner(settings), pooled=settings.pooled)
        distribute_new_tables(_owner(settings), click.echo)
        click.echo("Les tables sont à jour.")
        added = _load_reference(settings)
    click.echo(
        f"Données de référence : {added['municipality']} communes, {added['postal_code']} codes postaux et "
        f"{added['occupation']} métiers ajoutés."
        if any(added.values())
        else "Les données de référence étaient complètes."
    )


@database.command(help="Répartir la base sur les serveurs d'un cluster Citus.")
@click.option("--dry-run", is_flag=True, help="Montrer seulement les instructions.")
@click.pass_obj
def distribute(settings: Settings, *, dry_run: bool) -> None:
    """Put each table where its model says."""
    if dry_run:
        click.echo("".join(f"{statement};\n" for statement in statements()), nl=False)
        return
    with running_database(settings):
        try:
            done = spread(_owner(settings), click.echo)
        except NotAClusterError as error:
            raise Refusal(
                "Ce serveur n'est pas le coordinateur d'un cluster Citus. Installez d'abord l'extension citus et "
                "ajoutez les serveurs ; « clais db distribute --dry-run » montre ce qui sera fait."
            ) from error
        except DBAPIError as error:
            raise Refusal(
                f"Le serveur refuse cette dernière instruction ({type(error.orig).__name__}). Ce qui précède "
                "est fait ; la même commande continue à partir d'ici."
            ) from error
    click.echo(f"{done} tables réparties." if done else "Toutes les tables étaient réparties.")


@database.command(help="Montrer l'adresse de la base de données.")
@click.option("--owner", is_flag=True, help="Celle du propriétaire, pour les mises à jour et les sauvegardes.")
@click.pass_obj
def url(settings: Settings, *, owner: bool) -> None:
    """Print a URL, for psql."""
    click.echo(_owner(settings) if owner else application_url(settings))


@database.command(help="Sauvegarder toute la base de données dans un fichier.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Dump the database; a failed dump leaves no file."""
    with running_database(settings):
        try:
            backup_database(_owner(settings), file)
        except ToolError as error:
            raise Refusal(str(error)) from error
    click.echo(f"Sauvegarde écrite : {file} ({file.stat().st_size // 1024} Kio).")
    click.echo(f"Gardez à part, en lieu sûr, les clés de {settings.keyring_path.parent} : sans elles, les numéros")
    click.echo("nationaux, les réponses sur la santé et la justice, les documents et les colis des relais restent")
    click.echo("illisibles.")
    place = settings.files if settings.files.startswith("s3://") else settings.files_directory
    click.echo(f"Les fichiers des documents n'y sont pas : sauvegardez aussi {place}, après la base.")


@database.command(help="Remettre une sauvegarde en place, dans une base vide.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Effacer d'abord ce que la base contient.")
@click.pass_obj
def restore(settings: Settings, file: Path, *, force: bool) -> None:
    """Put a dump back: roles first, then tables, rows and policies, in one transaction."""
    with running_database(settings):
        try:
            with _rights_are_named():
                restore_database(_owner(settings), file, force=force)
        except NotEmptyError as error:
            raise Refusal(
                "Cette base de données contient déjà quelque chose : rien n'a été touché. "
                "Pour l'effacer et la remplacer, ajoutez --force."
            ) from error
        except ToolError as error:
            raise Refusal(str(error)) from error
    click.echo("La sauvegarde est en place. Lancez « clais doctor » pour vérifier.")


@contextmanager
def _rights_are_named() -> Iterator[None]:
    """Say what someone who administers the server has to do first, when the login may not."""
    try:
        yield
    except TablesInUseError as error:
        raise Refusal(
            "Une table est restée occupée pendant plus d'une minute (une sauvegarde, ou une transaction oubliée) : la "
            "mise à jour s'est arrêtée, sans faire attendre personne. Ce qui était fait reste ; relancez la commande "
            "plus tard."
        ) from error
    except MissingRightError as error:
        statements = "\n".join(f"  {statement};" for statement in error.statements)
        raise Refusal(
            "Le compte de CLAIS_OWNER_DATABASE_URL n'a pas tous les droits qu'il faut. Qui administre le serveur donne "
            f"d'abord, dans cette base :\n{statements}\nPuis relancez la commande : rien n'a été fait."
        ) from error


def _load_reference(settings: Settings) -> dict[str, int]:
    """Load the reference data of Belgium and of occupations; returns the number of rows added, by table."""
    # As the application: row security applies to the owner's role too, and no policy lets it write rows.
    engine = open_engine(application_url(settings), pool_size=1)
    try:
        with unit_of_work(engine, Scope(administers=True)) as session:
            return load_reference_data(session, REFERENCE)
    except OperationalError as error:
        raise Refusal(
            "Les données de référence attendent : clais_app n'entre pas à l'adresse de CLAIS_DATABASE_URL. "
            "Donnez-lui un mot de passe (ALTER ROLE clais_app PASSWORD …), puis relancez « clais db upgrade »."
        ) from error
    finally:
        engine.dispose()


def _owner(settings: Settings) -> str:
    try:
        return owner_url(settings)
    except LookupError as error:
        raise Refusal(
            "Il manque CLAIS_OWNER_DATABASE_URL : l'adresse d'un compte qui peut créer des rôles et des tables."
        ) from error
