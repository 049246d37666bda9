from datetime import timedelta

import click

from clais.database import Scope, unit_of_work
from clais.identity.actions import create_token, hold
from clais.identity.permissions import PermissionTable
from clais.identity.queries import account_by_email, open_memberships
from clais.identity.secrets import email_hash
from config.app import PERMISSIONS
from config.commands.connection import Refusal, application_engine
from config.settings import Settings


@click.group(help="Les jetons de l'API.")
def token() -> None:
    """Group the commands of API tokens."""


@token.command(help="Créer un jeton pour une personne, dans un de ses lieux de travail. Il n'est montré qu'une fois.")
@click.argument("email")
@click.option("--tenant", "slug", required=True, help="Le lieu de travail.")
@click.option("--label", required=True, help="À quoi il sert, par exemple « tableau de bord ».")
@click.option("--permission", "permissions", multiple=True, help="Ce qu'il permet ; sinon, tout ce que permet le rôle.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="Durée, en jours.")
@click.pass_obj
def create(settings: Settings, email: str, slug: str, label: str, permissions: tuple[str, ...], days: int) -> None:
    """Make a token for one membership."""
    hashed = email_hash(email)
    with application_engine(settings) as engine:
        with unit_of_work(engine, Scope(email_hash=hashed)) as session:
            account = account_by_email(session, hashed)
        if account is None:
            raise Refusal("Il n'y a pas de compte à cette adresse.")
        with unit_of_work(engine, Scope(user_id=account.id)) as session:
            if hold(session, account.id) is None:
                raise Refusal("Ce compte est fermé.")
            places = [place for place, tenant in open_memberships(session, account.id) if tenant.slug == slug]
            if not places:
                raise Refusal(f"Cette personne ne travaille pas dans « {slug} ».")
            allowed = PermissionTable.read(PERMISSIONS).of(places[0].role)
            unknown = sorted(set(permissions) - allowed)
            if unknown:
                raise Refusal(f"Ce rôle n'a pas : {', '.join(unknown)}. Il a : {', '.join(sorted(allowed))}.")
            made = create_token(session, places[0], label, permissions or sorted(allowed), timedelta(days=days))
    click.echo(made)
    click.echo(f"Gardez-le en lieu sûr : il ne sera plus montré. Il vaut {days} jours.", err=True)
