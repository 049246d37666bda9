from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from clais.audit.actions import record
from clais.audit.heads import Heads
from clais.audit.sealing import has_head, last_seal
from clais.audit.seals import SealingKeys
from clais.audit.verification import Verdict, verify
from clais.database import NIL, Scope, ScopedSession, unit_of_work
from clais.encryption import InvalidKeyring, Keyring
from clais.registry.models import Tenant
from config.commands.connection import Refusal, application_engine, at_the_keyboard, places_at
from config.diagnosis.finding import OUTSIDE
from config.diagnosis.trail import broken_text, waiting_text
from config.settings import Settings

ACCEPT = "trail.accept"


@click.group(help="Le journal des accès : est-il tel qu'il a été écrit ?")
def trail() -> None:
    """Group the commands of the sealed trail."""


@trail.command("verify", help="Relire tout le journal et nommer la première ligne qui a été changée.")
@click.option("--tenant", "slug", help="Un seul lieu de travail ; sinon, tous, et ce qui n'a pas de lieu.")
@click.pass_context
def verify_(context: click.Context, slug: str | None) -> None:
    """Print one line a tenant; exit with 1 when something was tampered with."""
    settings: Settings = context.obj
    keys, whole = SealingKeys(_keyring(settings)), True
    with application_engine(settings) as engine:
        heads = _heads(settings).read()
        for place in places_at(engine, slug):
            with _at(engine, place) as session:
                verdict = verify(session, keys, heads.get(place.id))
            click.echo(f"{place.slug or OUTSIDE} : {_line(verdict)}")
            whole = whole and verdict.broken is None
    if not whole:
        click.echo(
            "Une sauvegarde plus ancienne remise en place se montre aussi ainsi. Si c'est le cas : clais trail accept.",
            err=True,
        )
    context.exit(0 if whole else 1)


@trail.command(help="Repartir du journal tel qu'il est, après avoir remis une sauvegarde plus ancienne en place.")
@click.option("--tenant", "slug", help="Un seul lieu de travail ; sinon, tous, et ce qui n'a pas de lieu.")
@click.pass_obj
def accept(settings: Settings, slug: str | None) -> None:
    """Take the database's last seals for the right ones; on record in each tenant whose end was lost."""
    heads, count = _heads(settings), 0
    with application_engine(settings) as engine:
        for place in places_at(engine, slug):
            known = heads.read().get(place.id)
            if known is None:
                continue
            with _at(engine, place) as session:
                if has_head(session, known):
                    continue
                last = last_seal(session)
                present = last.number if last else 0
                record(session, ACCEPT, "trail", NIL, details={"known": known.number, "present": present})
            heads.keep(place.id, None)
            count += 1
            click.echo(f"{place.slug or OUTSIDE} : repart du sceau {present} ; le fichier connaissait {known.number}.")
    if not count:
        click.echo("Rien à accepter : le fichier et la base de données disent la même chose.")


def _line(verdict: Verdict) -> str:
    parts = [f"lignes relues : {verdict.events}, sceaux : {verdict.seals}."]
    if verdict.broken is not None:
        parts = [broken_text(verdict.broken)]
    if verdict.is_behind():
        parts.append(waiting_text(verdict))
    return " ".join(parts)


def _keyring(settings: Settings) -> Keyring:
    try:
        return Keyring.from_file(settings.keyring_path)
    except (FileNotFoundError, InvalidKeyring) as error:
        raise Refusal(f"Les clés de {settings.keyring_path} manquent ou ne se lisent pas.") from error


def _heads(settings: Settings) -> Heads:
    heads = Heads(settings.trail_heads_path)
    try:
        heads.read()
    except ValueError as error:
        raise Refusal(f"{heads.path} ne se lit pas : remettez ce fichier, ou retirez-le.") from error
    return heads


@contextmanager
def _at(engine: Engine, place: Tenant) -> Iterator[ScopedSession]:
    with unit_of_work(engine, Scope(tenant_id=place.id, basin_id=place.basin_id), at_the_keyboard()) as session:
        yield session
