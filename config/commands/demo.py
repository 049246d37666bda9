from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

import click
from click.core import ParameterSource
from sqlalchemy import Engine, select

from clais.clock import local, now
from clais.database import Scope, embedded, open_engine, unit_of_work
from clais.database.upgrade import upgrade
from clais.identity.roles import ROLES
from clais.registry.models import Tenant
from clais.web.assets import icons_not_drawn
from config.commands.connection import Refusal
from config.commands.processes import port_busy
from config.database import application_url, owner_url
from config.demo import Account, is_seeded, is_whole, seed, seed_many, shown_accounts, tenants_of_others
from config.demo.engine.french import french
from config.demo.engine.places import PLACES
from config.keys import CannotStart, keyring_of
from config.serving import PortBusyError, listen, make_sure_free
from config.settings import Settings
from config.stores import store_of
from config.supervision import FAULTS, Children

LIVED_IN = 5_000
"""Up to this number people get a whole history; the others get a light one, in a second basin."""
MANY = "essai"


@click.command(help="Une fédération d'exemple : base de données, personnes, serveur. Ctrl-C arrête tout.")
@click.option(
    "--tenants", default=len(PLACES), show_default=True, type=click.IntRange(1), help="Plates-formes locales."
)
@click.option("--candidates", default=600, show_default=True, type=click.IntRange(1), help="Personnes.")
@click.option("--no-serve", is_flag=True, help="Remplir la base seulement.")
@click.option("--reload", is_flag=True, help="Pour développer : le serveur reprend quand un fichier change.")
@click.pass_obj
def demo(settings: Settings, tenants: int, candidates: int, *, no_serve: bool, reload: bool) -> None:
    """Fill an empty database with a federation, then serve it."""
    if not (settings.embedded or settings.demo):
        raise Refusal(
            "La démonstration ajoute des comptes au mot de passe connu de tous : elle ne touche pas à la base de "
            "CLAIS_DATABASE_URL. Si cette base est faite pour cela, ajoutez CLAIS_DEMO=yes."
        )
    if icons := icons_not_drawn():
        raise Refusal(
            f"Les icônes des pages sont plus anciens que le code, il y manque : {', '.join(sorted(icons))}. "
            "« make environment » les refait."
        )
    if not no_serve:
        try:
            make_sure_free(settings.host, settings.port)
        except PortBusyError as error:
            raise port_busy(settings) from error
    children = Children({"CLAIS_DEMO": "yes"}, say=click.echo)
    try:
        click.echo("Base de données…")
        upgrade(owner_url(settings), pooled=settings.pooled)
        engine = open_engine(application_url(settings))
        try:
            _check_ownership(engine)
            accounts = _fill(engine, settings, tenants, candidates)
        except CannotStart as error:
            raise Refusal(str(error)) from error
        finally:
            engine.dispose()
        if no_serve:
            _show(accounts)
        else:
            _serve(settings, children, accounts, reload=reload)
    except KeyboardInterrupt:
        click.echo("\nInterrompu. « make demo » reprendra où il en était.")
    finally:
        children.stop()
        if settings.embedded:
            embedded.stop(settings.postgres_directory)
            click.echo("Tout est arrêté, rien n'est perdu.")


def _check_ownership(engine: Engine) -> None:
    found = tenants_of_others(engine)
    if found:
        raise Refusal(
            f"Cette base de données sert déjà : {', '.join(found[:3])}{'…' if found[3:] else ''}. Rien n'y est ajouté, "
            "car la démonstration a des comptes au mot de passe connu de tous. Prenez une base vide."
        )


def _fill(engine: Engine, settings: Settings, tenants: int, candidates: int) -> list[Account]:
    """Write what is not there yet, and list the accounts of the places that are.

    Existing rows stay, whatever numbers are asked for: someone may have worked with them.
    """
    keyring = keyring_of(settings, engine)
    lived_in = tenants <= len(PLACES) and candidates <= LIVED_IN
    stood = is_seeded(engine)
    fill = partial(seed, engine, keyring, files=store_of(settings))
    accounts = fill(platforms=tenants, people=candidates) if lived_in else fill()
    names = _place_names(engine)
    served = [account for account in accounts if account.where in names or not account.where]
    if not lived_in:
        return served + _fill_many(engine, settings, tenants, candidates)
    if stood and _sizes_were_typed():
        click.echo(_stays(settings, "La démonstration est déjà là"))
    return served


def _fill_many(engine: Engine, settings: Settings, tenants: int, candidates: int) -> list[Account]:
    """A second basin of any size. One that was interrupted stays, and a new one is filled."""
    for number in count(1):
        tag = MANY if number == 1 else f"{MANY}{number}"
        whole = is_whole(engine, tag)
        if whole is None:
            return seed_many(engine, keyring_of(settings, engine), tenants=tenants, candidates=candidates, tag=tag)
        if whole:
            click.echo(_stays(settings, f"Le bassin « {tag} » est déjà là"))
            return shown_accounts(tag)
        click.echo(f"Le bassin « {tag} » n'a pas été rempli jusqu'au bout : il reste à part, un nouveau est rempli.")
    raise AssertionError("numbers do not end")


def _stays(settings: Settings, what: str) -> str:
    return (
        f"{what} : rien n'y change, quels que soient les nombres demandés. Pour une autre taille, effacez d'abord "
        f"{settings.postgres_directory.parent.name}/{settings.postgres_directory.name}."
    )


def _sizes_were_typed() -> bool:
    context = click.get_current_context()
    return any(context.get_parameter_source(name) is ParameterSource.COMMANDLINE for name in ("tenants", "candidates"))


def _serve(settings: Settings, children: Children, accounts: Sequence[Account], *, reload: bool) -> None:
    children.heed_signals()
    if reload:
        children.start("serveur", [], module="config.development")
    else:
        try:
            children.listener = listen(settings.host, settings.port)
        except PortBusyError as error:
            raise port_busy(settings) from error
        # A killed one takes seconds to start again: the other answers meanwhile, from the same socket.
        for name in ("serveur", "second serveur"):
            children.start(name, ["serve", f"--listener={children.listener.fileno()}", "--workers=1"], listens=True)
    children.start("travail régulier", ["worker"])
    if children.wait_for_port(settings.host, settings.port):
        _show(accounts)
        servers = sum(child.listens for child in children.started)
        shared = f"{servers} processus se partagent les pages, " if servers > 1 else ""
        click.echo(f"\nCLAIS est prêt : {settings.public_url}   ({shared}Ctrl-C pour arrêter)")
    ended = children.watch(tender(settings))
    if ended is not None:
        raise Refusal(
            f"Le {ended} s'arrête chaque fois qu'il démarre ({FAULTS} fois de suite) ; son journal est ci-dessus."
        )
    click.echo("\nArrêt du serveur, du travail régulier, puis de la base de données…")


def tender(settings: Settings) -> Callable[[], None]:
    """Starts the embedded database again when its process was killed, for ever; until then the pages answer 503.

    It is said whoever started it: a server that did may have ended before it could say so.
    """
    directory = settings.postgres_directory
    known = embedded.process_of(directory) if settings.embedded else None

    def tend() -> None:
        nonlocal known
        if not settings.embedded:
            return
        try:
            embedded.ensure_running(directory)
        except embedded.NotStartedError as error:
            _say(f"La base de données ne redémarre pas (voyez {error.log}) : nouvel essai.")
            return
        present = embedded.process_of(directory)
        if present not in {None, known}:
            _say("La base de données s'était arrêtée : elle est relancée.")
            known = present

    return tend


def _say(text: str) -> None:
    click.echo(f"{local(now()):%H:%M:%S} {text}")


def _place_names(engine: Engine) -> set[str]:
    with unit_of_work(engine, Scope()) as session:
        return set(session.scalars(select(Tenant.name)))


def _show(accounts: Sequence[Account]) -> None:
    """One line per account, and the password once when all have the same."""
    for password in sorted({account.password for account in accounts}):
        click.echo(f"\nMot de passe : {password}")
        for account in accounts:
            if account.password == password:
                place = account.where or "la fédération"
                click.echo(f"  {account.email:<47} {account.who:<22} {french(ROLES[account.role]):<28} {place}")
