"""Members after their invitation: list them, change a role, end a membership, close an account."""

from collections.abc import Iterator

import click
from sqlalchemy import Engine, select

from clais.database import Scope, unit_of_work
from clais.identity.actions import change_role, disable_account, enable_account, end_membership
from clais.identity.models import UserAccount
from clais.identity.queries import colleagues, memberships_in_tenant
from clais.registry.models import Tenant
from config.commands.connection import (
    Refusal,
    account_named,
    application_engine,
    at_the_keyboard,
    person_in,
    tenant_at,
)
from config.commands.users import ANY_ROLE, check_role, user
from config.settings import Settings

WHERE = click.option("--tenant", "slug", required=True, help="Où, par exemple « farciennes ».")


@user.command("list", help="Montrer qui travaille où. Les comptes de l'administration n'y sont pas.")
@click.option("--tenant", "slug", help="Là seulement.")
@click.pass_obj
def list_(settings: Settings, slug: str | None) -> None:
    """Print one line a membership; an account without any is seen by nobody but its person."""
    with application_engine(settings) as engine:
        tenants = [tenant_at(engine, slug)] if slug else _every_tenant(engine)
        lines = [line for tenant in tenants for line in _members(engine, tenant)]
    click.echo("\n".join(lines) or "Il n'y a encore personne. « clais user invite » invite quelqu'un.")


@user.command(help="Fermer le compte de quelqu'un : ses sessions, ses jetons et ses liens s'arrêtent à l'instant.")
@click.argument("email")
@click.pass_obj
def disable(settings: Settings, email: str) -> None:
    """Close an account, everywhere at once."""
    with application_engine(settings) as engine:
        _set_open(engine, email, wanted=False)
    click.echo(f"Le compte de {email} est fermé. « clais user enable {email} » le rouvre.")


@user.command(help="Rouvrir un compte fermé, avec son mot de passe et ses lieux de travail.")
@click.argument("email")
@click.pass_obj
def enable(settings: Settings, email: str) -> None:
    """Open a closed account again."""
    with application_engine(settings) as engine:
        _set_open(engine, email, wanted=True)
    click.echo(f"Le compte de {email} est de nouveau ouvert.")


@user.command(help="Retirer quelqu'un d'un lieu de travail : ses sessions et ses jetons s'arrêtent à l'instant.")
@click.argument("email")
@WHERE
@click.option("--role", type=ANY_ROLE, help="Ce rôle seulement, s'il y en a plusieurs.")
@click.pass_obj
def leave(settings: Settings, email: str, slug: str, role: str | None) -> None:
    """End someone's memberships in one tenant."""
    with application_engine(settings) as engine:
        account, tenant = account_named(engine, email), tenant_at(engine, slug)
        with person_in(engine, account, tenant) as session:
            places = [place for place in memberships_in_tenant(session, account.id) if role in {None, place.role}]
            if not places:
                raise Refusal(f"Cette personne n'a pas {'ce rôle' if role else 'de rôle'} dans « {slug} ».")
            for place in places:
                end_membership(session, place)
    click.echo(f"{account.display_name} ne travaille plus dans « {slug} »{f' comme {role}' if role else ''}.")


@user.command("role", help="Donner un autre rôle à quelqu'un : ses sessions et ses jetons s'arrêtent à l'instant.")
@click.argument("email")
@WHERE
@click.option("--role", type=ANY_ROLE, required=True, help="Le nouveau rôle.")
@click.pass_obj
def role_(settings: Settings, email: str, slug: str, role: str) -> None:
    """Change the role of someone's one membership in a tenant."""
    with application_engine(settings) as engine:
        account, tenant = account_named(engine, email), tenant_at(engine, slug)
        check_role(tenant, role)
        with person_in(engine, account, tenant) as session:
            places = memberships_in_tenant(session, account.id)
            held = [place.role for place in places]
            if not places:
                raise Refusal(f"Cette personne n'a pas de rôle dans « {slug} ». « clais user invite » lui en donne un.")
            if role in held:
                raise Refusal("Cette personne a déjà ce rôle.")
            if len(places) > 1:
                raise Refusal(
                    f"Cette personne a là plusieurs rôles : {', '.join(held)}. Retirez d'abord ce qui ne vaut plus : "
                    f"clais user leave {email} --tenant {slug} --role {held[0]}"
                )
            change_role(session, places[0], role)
    click.echo(f"{account.display_name} a maintenant le rôle {role} dans « {slug} ».")


def _every_tenant(engine: Engine) -> list[Tenant]:
    with unit_of_work(engine, Scope()) as session:
        return list(session.scalars(select(Tenant).order_by(Tenant.name)))


def _members(engine: Engine, tenant: Tenant) -> Iterator[str]:
    """One line per member. Only its person sees an account, so each is read in the scope of that person."""
    with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
        members = colleagues(session)
    for one in members:
        with unit_of_work(engine, Scope(user_id=one.user_id)) as session:
            state = _state(session.get_one(UserAccount, one.user_id))
        organisation = f" ({one.organisation})" if one.organisation else ""
        yield f"{tenant.slug:<28} {one.role:<16} {state:<7} {one.email:<40} {one.display_name}{organisation}"


def _state(account: UserAccount) -> str:
    if account.disabled_at is not None:
        return "fermé"
    return "ouvert" if account.password_hash else "invité"


def _set_open(engine: Engine, email: str, *, wanted: bool) -> None:
    found = account_named(engine, email)
    with unit_of_work(engine, Scope(user_id=found.id), at_the_keyboard()) as session:
        account = session.get_one(UserAccount, found.id)
        if (account.disabled_at is None) == wanted:
            raise Refusal(f"Ce compte est déjà {'ouvert' if wanted else 'fermé'}.")
        if wanted:
            enable_account(session, account)
        else:
            disable_account(session, account)
