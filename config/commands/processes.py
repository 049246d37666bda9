import click
from sqlalchemy.exc import OperationalError

from config.commands.connection import DATABASE_AWAY, Refusal
from config.database import NoDirectWay, application_url
from config.keys import CannotStart
from config.serving import PortBusyError
from config.serving import serve as serve_application
from config.settings import Settings
from config.worker import work


def port_busy(settings: Settings) -> Refusal:
    """The message when something else listens on the port."""
    return Refusal(
        f"Le port {settings.port} est déjà pris : CLAIS tourne peut-être déjà. Arrêtez l'autre programme, "
        f"ou choisissez un autre port, par exemple : PORT={settings.port + 1} make demo"
    )


@click.command(help="Servir l'application (PORT, CLAIS_HOST).")
@click.option("--workers", default=2, show_default=True, help="Processus.")
@click.option("--threads", default=4, show_default=True, help="Fils par processus.")
@click.option("--listener", type=click.IntRange(3), help="Le descripteur d'une prise qui écoute déjà, à partager.")
@click.pass_obj
def serve(settings: Settings, workers: int, threads: int, listener: int | None) -> None:
    """Serve until told to stop."""
    try:
        serve_application(settings, application_url(settings), workers=workers, threads=threads, listener=listener)
    except PortBusyError as error:
        raise port_busy(settings) from error
    except CannotStart as error:
        raise Refusal(str(error)) from error
    except OperationalError as error:
        raise Refusal(DATABASE_AWAY) from error


@click.command(help="Envoyer les mails et faire le travail régulier.")
@click.pass_obj
def worker(settings: Settings) -> None:
    """Run the jobs until told to stop."""
    try:
        work(settings, application_url(settings))
    except NoDirectWay as error:
        raise Refusal(
            "Le travail régulier tient un verrou sur une connexion à lui : donnez CLAIS_DIRECT_DATABASE_URL, l'adresse "
            "de clais_app sans répartiteur."
        ) from error
    except CannotStart as error:
        raise Refusal(str(error)) from error
    except OperationalError as error:
        raise Refusal(DATABASE_AWAY) from error
