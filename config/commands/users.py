import click
from sqlalchemy import Engine, select

from clais.database import Scope, unit_of_work
from clais.identity.actions import INVITATION_LIFE, create_account, join_tenant
from clais.identity.actions import invite as make_invitation
from clais.identity.models import Membership, UserAccount
from clais.identity.queries import account_by_email
from clais.identity.secrets import email_hash
from clais.messaging.actions import post_mail
from clais.registry.models import Tenant
from config.commands.connection import Refusal, application_engine, tenant_named
from config.settings import Settings

ROLES = {
    "local_platform": ("receptionist", "agent", "coordinator"),
    "support_centre": ("support_officer", "trainer", "supervisor"),
}
SUBJECT = "Votre accès à CLAIS"
BODY = """Bonjour,

Un accès à CLAIS vous est ouvert ({place}). Choisissez votre mot de passe par ce lien, qui sert une seule fois et
vaut {days} jours :

{link}

Si vous n'attendiez pas ce message, ne cliquez pas et prévenez votre coordination.
"""


@click.group(help="Les personnes qui se connectent.")
def user() -> None:
    """Group the commands of accounts."""


@user.command(help="Inviter quelqu'un : crée son compte au besoin, montre le lien à usage unique et l'envoie.")
@click.argument("email")
@click.argument("name")
@click.option("--tenant", "slug", help="Où cette personne travaille, par exemple « farciennes ».")
@click.option("--role", type=click.Choice([role for roles in ROLES.values() for role in roles]), help="Son rôle.")
@click.option("--organisation", help="Son organisme, par exemple « CPAS ».")
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
    if email.count("@") != 1 or not email.isprintable():
        raise Refusal("Cette adresse e-mail n'est pas complète.")
    with application_engine(settings) as engine:
        tenant = _place(engine, slug, role)
        account = _account(engine, email, name, administrator=administrator)
        if tenant is not None and role is not None:
            _membership(engine, tenant, account, role, organisation)
        with unit_of_work(engine, Scope(user_id=account.id)) as session:
            key = make_invitation(session, account)
        link = f"{settings.public_url}/invitation/{key}"
        if tenant is not None:
            with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
                text = BODY.format(place=tenant.name, days=INVITATION_LIFE.days, link=link)
                post_mail(session, account.email, SUBJECT, text, f"invitation:{email_hash(key).hex()[:32]}")
    click.echo(f"Lien à usage unique, valable {INVITATION_LIFE.days} jours :")
    click.echo(link)
    click.echo("Il part aussi par mail." if tenant is not None else "Remettez-le vous-même : il ne part pas par mail.")


def _place(engine: Engine, slug: str | None, role: str | None) -> Tenant | None:
    if slug is None:
        return None
    with unit_of_work(engine, Scope()) as session:
        tenant = tenant_named(session, slug)
    if role not in ROLES[tenant.kind]:
        raise Refusal(f"Ce rôle n'existe pas là. Choisissez : {', '.join(ROLES[tenant.kind])}.")
    return tenant


def _account(engine: Engine, email: str, name: str, *, administrator: bool) -> UserAccount:
    hashed = email_hash(email)
    with unit_of_work(engine, Scope(email_hash=hashed)) as session:
        account = account_by_email(session, hashed)
        if account is None:
            return create_account(session, email, name, administers=administrator)
        if administrator and not account.administers:
            raise Refusal("Cette adresse a déjà un compte, qui n'administre pas. Prenez une autre adresse.")
        return account


def _membership(engine: Engine, tenant: Tenant, account: UserAccount, role: str, organisation: str | None) -> None:
    with unit_of_work(engine, Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)) as session:
        present = session.scalars(
            select(Membership).where(
                Membership.tenant_id == tenant.id,
                Membership.user_id == account.id,
                Membership.role == role,
                Membership.ended_at.is_(None),
            )
        ).first()
        if present is None:
            join_tenant(session, account, role, organisation=organisation)
