import re
from contextlib import AbstractContextManager

import click
from sqlalchemy import Engine

from clais.audit.actions import record
from clais.clock import local
from clais.database import Scope, ScopedSession, unit_of_work
from clais.messaging.models import OutboxMessage
from clais.messaging.outbox import send_again
from clais.messaging.outbox import settle as settle_mail
from clais.messaging.queries import mails_awaiting_decision
from clais.messaging.transports import message_id
from clais.registry.models import Tenant
from config.commands.connection import Refusal, application_engine, at_the_keyboard, places_at
from config.diagnosis.finding import OUTSIDE
from config.settings import Settings

WHERE = click.option("--tenant", "slug", help="Un seul lieu de travail ; sinon, tous, et ce qui n'a pas de lieu.")
NUMBER = re.compile(r"<?([0-9a-f-]{36})(@[^>\s]*)?>?", re.IGNORECASE)
STATES = {"handed_over": "incertain", "failed": "échoué"}


@click.group(help="Les mails dont le départ est incertain ou a échoué.")
def mail() -> None:
    """Group the commands of mails that wait for a decision."""


@mail.command("list", help="Les montrer, sans leur texte ni leur adresse.")
@WHERE
@click.pass_obj
def list_(settings: Settings, slug: str | None) -> None:
    """Print one line a mail: its Message-ID, to find it in the log of the mail server, and its state."""
    count = 0
    with application_engine(settings) as engine:
        for tenant in places_at(engine, slug):
            with _at(engine, tenant) as session:
                found = mails_awaiting_decision(session)
            for one in found:
                when = local(one.handed_at or one.created_at)
                state = f"{STATES[one.state]} ({one.failure or 'arrêté en plein envoi'})"
                gone = "" if one.body else "  texte oublié"
                click.echo(
                    f"{message_id(one, settings.mail_from)}  {tenant.slug or OUTSIDE}  {when:%d/%m/%Y %H:%M}  {state}"
                    f"  {one.dedupe_key}{gone}"
                )
            count += len(found)
    if not count:
        click.echo("Il n'y en a pas : tous les mails sont partis ou vont partir.")
        return
    click.echo(
        "Incertain : le serveur de mail l'a peut-être pris. Cherchez ce Message-ID dans son journal, puis :\n"
        "clais mail settle ID   il est arrivé, ou n'est plus utile\n"
        "clais mail resend ID   l'envoyer encore une fois",
        err=True,
    )


@mail.command(help="Envoyer un de ces mails encore une fois, sous le même Message-ID.")
@click.argument("number", metavar="ID")
@click.pass_obj
def resend(settings: Settings, number: str) -> None:
    """Put an undecided mail back in the outbox; on record in its tenant."""
    with application_engine(settings) as engine:
        tenant, found = _named(engine, number)
        if not found.body:
            raise Refusal("Le texte de ce mail est oublié : il ne peut plus partir. Faites-en un nouveau.")
        with _at(engine, tenant) as session:
            if not send_again(session, found.id):
                raise Refusal("Quelqu'un vient d'en décider. « clais mail list » montre ce qui reste.")
            record(session, "mail.resend", "mail", found.id, details={"state": found.state})
    when = "au prochain passage du travail régulier" if tenant.state == "open" else "quand ce lieu sera rouvert"
    click.echo(f"Il part {when} ({tenant.name or OUTSIDE}).")


@mail.command(help="Classer un de ces mails : il est arrivé, ou n'est plus utile.")
@click.argument("number", metavar="ID")
@click.pass_obj
def settle(settings: Settings, number: str) -> None:
    """Close an undecided mail and forget its text; on record in its tenant."""
    with application_engine(settings) as engine:
        tenant, found = _named(engine, number)
        with _at(engine, tenant) as session:
            if not settle_mail(session, found.id):
                raise Refusal("Quelqu'un vient d'en décider. « clais mail list » montre ce qui reste.")
            record(session, "mail.settle", "mail", found.id, details={"state": found.state})
    click.echo(f"Il est classé ({tenant.name or OUTSIDE}). Son texte est oublié.")


def _at(engine: Engine, tenant: Tenant) -> AbstractContextManager[ScopedSession]:
    return unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id), at_the_keyboard())


def _named(engine: Engine, number: str) -> tuple[Tenant, OutboxMessage]:
    """The undecided mail of a Message-ID, or of the part of it before the @; or a refusal."""
    matched = NUMBER.fullmatch(number.strip())
    wanted = matched[1].lower() if matched else None
    for tenant in places_at(engine, None):
        with _at(engine, tenant) as session:
            found = next((one for one in mails_awaiting_decision(session) if str(one.id) == wanted), None)
        if found is not None:
            return tenant, found
    raise Refusal("Aucun mail de ce numéro n'attend de décision. « clais mail list » les montre.")
