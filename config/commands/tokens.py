from datetime import timedelta

import click

from clais.clock import local, now
from clais.identity.models import ApiToken
from clais.identity.queries import memberships_in_tenant
from clais.identity.sessions import lock_account
from clais.identity.tokens import create_token, revoke_token, tokens_in_tenant
from clais.permissions import PermissionTable
from config.app import PERMISSIONS
from config.commands.connection import VISIBLE, Refusal, account_named, application_engine, person_in, tenant_at
from config.settings import Settings

WHERE = click.option("--tenant", "slug", required=True, help="Le lieu de travail.")


@click.group(help="Les jetons de l'API.")
def token() -> None:
    """Group the commands of API tokens."""


@token.command(help="Créer un jeton pour une personne, dans un de ses lieux de travail. Il n'est montré qu'une fois.")
@click.argument("email")
@WHERE
@click.option("--label", required=True, type=VISIBLE, help="À quoi il sert, par exemple « tableau de bord ».")
@click.option("--permission", "permissions", multiple=True, help="Ce qu'il permet ; sinon, tout ce que permet le rôle.")
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True, help="Durée, en jours.")
@click.pass_obj
def create(settings: Settings, email: str, slug: str, label: str, permissions: tuple[str, ...], days: int) -> None:
    """Make a token for one membership."""
    with application_engine(settings) as engine:
        account, tenant = account_named(engine, email), tenant_at(engine, slug)
        with person_in(engine, account, tenant) as session:
            if lock_account(session, account.id) is None:
                raise Refusal("Ce compte est fermé.")
            places = memberships_in_tenant(session, account.id)
            if not places:
                raise Refusal(f"Cette personne ne travaille pas dans « {slug} ».")
            allowed = PermissionTable.read(PERMISSIONS).of(places[0].role)
            unknown = sorted(set(permissions) - allowed)
            if unknown:
                raise Refusal(f"Ce rôle n'a pas : {', '.join(unknown)}. Il a : {', '.join(sorted(allowed))}.")
            made = create_token(session, places[0], label, permissions or sorted(allowed), timedelta(days=days))
    click.echo(made)
    click.echo(f"Gardez-le en lieu sûr : il ne sera plus montré. Il vaut {days} jours.", err=True)


@token.command("list", help="Montrer les jetons d'une personne dans un lieu de travail, sans ce qui ouvre.")
@click.argument("email")
@WHERE
@click.pass_obj
def list_(settings: Settings, email: str, slug: str) -> None:
    """Print one line a token: its number, its state and what it is for."""
    with application_engine(settings) as engine:
        account, tenant = account_named(engine, email), tenant_at(engine, slug)
        with person_in(engine, account, tenant) as session:
            found = tokens_in_tenant(session, account.id)
    for one in found:
        click.echo(f"{one.short_hash}  {_state(one):<24} {one.label}")
    if not found:
        click.echo("Il n'y en a pas. « clais token create » en crée un.")


@token.command(help="Retirer un jeton : il n'ouvre plus rien à l'instant.")
@click.argument("email")
@click.argument("number")
@WHERE
@click.pass_obj
def revoke(settings: Settings, email: str, number: str, slug: str) -> None:
    """End the token that `clais token list` calls by this number."""
    with application_engine(settings) as engine:
        account, tenant = account_named(engine, email), tenant_at(engine, slug)
        with person_in(engine, account, tenant) as session:
            found = next((one for one in tokens_in_tenant(session, account.id) if one.short_hash == number), None)
            if found is None:
                raise Refusal("Il n'y a pas de jeton de ce numéro. « clais token list » les montre.")
            if found.revoked_at is not None:
                raise Refusal("Ce jeton est déjà retiré.")
            revoke_token(session, found)
    click.echo(f"Le jeton {number} est retiré.")


def _state(one: ApiToken) -> str:
    if one.revoked_at is not None:
        return f"retiré le {local(one.revoked_at):%d/%m/%Y}"
    return f"{'vaut' if one.expires_at > now() else 'a valu'} jusqu'au {local(one.expires_at):%d/%m/%Y}"
