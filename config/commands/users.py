import click
from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.identity.actions import create_account, join_tenant
from clais.identity.invitations import INVITATION_LIFETIME, invitation_link, send_invitation
from clais.identity.invitations import invite as make_invitation
from clais.identity.models import UserAccount
from clais.identity.queries import account_by_email, memberships_in_tenant
from clais.identity.roles import ROLES_OF_KIND
from clais.identity.secrets import email_hash
from clais.registry.models import Tenant
from clais.text import EMAIL_ADDRESS
from config.commands.connection import VISIBLE, Refusal, application_engine, at_the_keyboard, person_in, tenant_at
from config.settings import Settings

ANY_ROLE = click.Choice([role for roles in ROLES_OF_KIND.values() for role in roles])


@click.group(help="Les personnes qui se connectent.")
def user() -> None:
    """Group the commands of accounts."""


@user.command(help="Inviter quelqu'un : crée son compte au besoin, montre le lien à usage unique et l'envoie.")
@click.argument("email")
@click.argument("name", type=VISIBLE)
@click.option("--tenant", "slug", help="Où cette personne travaille, par exemple « farciennes ».")
@click.option("--role", type=ANY_ROLE, help="Son rôle.")
@click.option("--organisation", type=VISIBLE, help="Son organisme, par exemple « CPAS ».")
@click.option("--administrator", is_flag=True, help="Une administratrice de la fédération, sans dossier.")
@click.pass_obj
def invite(
    settings: Settings,
    email: str,
    name: str,
    slug: str | None,
    role: str | None,
    organisation: str | None,
    *,
    administrator: bool,
) -> None:
    """Invite a member of a tenant, or an administrator."""
    if administrator == (slug is not None) or (slug is not None and role is None):
        raise Refusal("Dites où et comme quoi : --tenant ADRESSE --role RÔLE, ou bien --administrator.")
    if not EMAIL_ADDRESS.match(email):
        raise Refusal("Cette adresse e-mail n'est pas complète.")
    with application_engine(settings) as engine:
        if slug is None or role is None:
            account = _account(engine, email, name, administrator=True)
            with unit_of_work(engine, Scope(user_id=account.id), at_the_keyboard()) as session:
                link = invitation_link(settings.link_url, make_invitation(session, account))
        else:
            tenant = tenant_at(engine, slug)
            check_role(tenant, role)
            account = _account(engine, email, name, administrator=False)
            link = _into(engine, settings, tenant, account, role, organisation)
    click.echo(f"Lien à usage unique, valable {INVITATION_LIFETIME.days} jours :")
    click.echo(link)
    click.echo("Remettez-le vous-même : il ne part pas par mail." if administrator else "Il part aussi par mail.")


def check_role(tenant: Tenant, role: str) -> None:
    """Refuse a role that a tenant of this kind does not have."""
    if role not in ROLES_OF_KIND[tenant.kind]:
        raise Refusal(f"Ce rôle n'existe pas là. Choisissez : {', '.join(ROLES_OF_KIND[tenant.kind])}.")


def _into(
    engine: Engine, settings: Settings, tenant: Tenant, account: UserAccount, role: str, organisation: str | None
) -> str:
    """Make someone a member, post them their link, and give it."""
    with person_in(engine, account, tenant) as session:
        if all(place.role != role for place in memberships_in_tenant(session, account.id)):
            join_tenant(session, account, role, organisation=organisation)
        return send_invitation(session, account, tenant.name, settings.link_url)


def _account(engine: Engine, email: str, name: str, *, administrator: bool) -> UserAccount:
    hashed = email_hash(email)
    with unit_of_work(engine, Scope(email_hash=hashed, administers=administrator)) as session:
        account = account_by_email(session, hashed)
        if account is None:
            return create_account(session, email, name, administers=administrator)
        if account.disabled_at is not None:
            raise Refusal(f"Ce compte est fermé. Rouvrez-le d'abord : clais user enable {account.email}")
        if administrator and not account.administers:
            raise Refusal("Cette adresse a déjà un compte, qui n'administre pas. Prenez une autre adresse.")
        return account
