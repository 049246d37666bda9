import click
from sqlalchemy import Engine

from clais.database import Scope, unit_of_work
from clais.identity.actions import INVITATION_LIFE, create_account, join_tenant
from clais.identity.actions import invite as make_invitation
from clais.identity.models import UserAccount
from clais.identity.queries import account_by_email, memberships_here
from clais.identity.secrets import email_hash
from clais.messaging.actions import post_mail
from clais.registry.models import Tenant
from config.commands.connection import Refusal, application_engine, at_the_keyboard, person_in, tenant_at
from config.settings import Settings

ROLES = {
    "local_platform": ("receptionist", "agent", "coordinator"),
    "support_centre": ("support_officer", "trainer", "supervisor"),
}
ANY_ROLE = click.Choice([role for roles in ROLES.values() for role in roles])
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
@click.option("--role", type=ANY_ROLE, help="Son rôle.")
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
        if slug is None or role is None:
            account = _account(engine, email, name, administrator=True)
            with unit_of_work(engine, Scope(user_id=account.id), at_the_keyboard()) as session:
                link = _link(settings, make_invitation(session, account))
        else:
            tenant = tenant_at(engine, slug)
            check_role(tenant, role)
            account = _account(engine, email, name, administrator=False)
            link = _into(engine, settings, tenant, account, role, organisation)
    click.echo(f"Lien à usage unique, valable {INVITATION_LIFE.days} jours :")
    click.echo(link)
    click.echo("Remettez-le vous-même : il ne part pas par mail." if administrator else "Il part aussi par mail.")


def check_role(tenant: Tenant, role: str) -> None:
    """Refuse a role that a tenant of this kind does not have."""
    if role not in ROLES[tenant.kind]:
        raise Refusal(f"Ce rôle n'existe pas là. Choisissez : {', '.join(ROLES[tenant.kind])}.")


def _into(
    engine: Engine, settings: Settings, tenant: Tenant, account: UserAccount, role: str, organisation: str | None
) -> str:
    """Make someone a member, post them their link, and give it."""
    with person_in(engine, account, tenant) as session:
        if all(place.role != role for place in memberships_here(session, account.id)):
            join_tenant(session, account, role, organisation=organisation)
        key = make_invitation(session, account)
        text = BODY.format(place=tenant.name, days=INVITATION_LIFE.days, link=_link(settings, key))
        post_mail(session, account.email, SUBJECT, text, f"invitation:{email_hash(key).hex()[:32]}")
    return _link(settings, key)


def _link(settings: Settings, key: str) -> str:
    return f"{settings.public_url}/invitation/{key}"


def _account(engine: Engine, email: str, name: str, *, administrator: bool) -> UserAccount:
    hashed = email_hash(email)
    with unit_of_work(engine, Scope(email_hash=hashed)) as session:
        account = account_by_email(session, hashed)
        if account is None:
            return create_account(session, email, name, administers=administrator)
        if account.disabled_at is not None:
            raise Refusal(f"Ce compte est fermé. Rouvrez-le d'abord : clais user enable {account.email}")
        if administrator and not account.administers:
            raise Refusal("Cette adresse a déjà un compte, qui n'administre pas. Prenez une autre adresse.")
        return account
