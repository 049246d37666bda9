import re

import click
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from clais.database import Scope, ScopedSession, unit_of_work
from clais.due.actions import make_due
from clais.feature.closing import holdings_of
from clais.registry.actions import (
    ReservedSlug,
    close_tenant,
    create_basin,
    open_tenant,
    resume_tenant,
    suspend_tenant,
)
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE, Basin, Tenant
from clais.registry.rules.basin_names import close_basins, same_basin
from clais.translation import in_language
from config.commands.connection import (
    VISIBLE,
    Refusal,
    administering,
    application_engine,
    at_the_keyboard,
    tenant_at,
    tenant_named,
)
from config.features import DUE_JOBS, FEATURES
from config.settings import Settings
from support_center.instruments.actions.versions import publish_first

KINDS = {"plateforme": LOCAL_PLATFORM, "centre": SUPPORT_CENTRE}
SLUG = re.compile(r"(?=.{3,60}$)[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z]{3}")
HOLDINGS = [holding for feature in FEATURES for holding in feature.holdings]
STATES = {"open": "ouvert", "suspended": "suspendu", "closed": "fermé"}


@click.group(help="Les plates-formes locales et les centres d'appui.")
def tenant() -> None:
    """Group the commands of the registry."""


@tenant.command("open", help="Ouvrir une plate-forme ou un centre d'appui.")
@click.argument("name", type=VISIBLE)
@click.option("--basin", required=True, type=VISIBLE, help="Le bassin, créé s'il n'existe pas.")
@click.option("--new-basin", is_flag=True, help="Créer ce bassin, bien que son nom ressemble à celui d'un autre.")
@click.option("--kind", type=click.Choice(sorted(KINDS)), default="plateforme", show_default=True)
@click.option("--slug", required=True, help="Ce que l'on verra dans l'adresse, par exemple « farciennes ».")
@click.option("--code", required=True, help="Trois lettres pour les numéros de dossier, par exemple « FAR ».")
@click.option("--nis", multiple=True, help="Le code INS d'une commune couverte ; peut être répété.")
@click.pass_obj
def open_(
    settings: Settings,
    name: str,
    basin: str,
    kind: str,
    slug: str,
    code: str,
    nis: tuple[str, ...],
    *,
    new_basin: bool,
) -> None:
    """Open a tenant in a basin."""
    _check(slug, code)
    try:
        with application_engine(settings) as engine:
            with unit_of_work(engine, Scope(administers=True)) as session:
                place = _basin(session, basin, new=new_basin)
                basin = place.name
                opened = open_tenant(session, place, kind=KINDS[kind], name=name, slug=slug, code=code, nis_codes=nis)
            if opened.is_support_centre:
                scope = Scope(tenant_id=opened.id, basin_id=opened.basin_id)
                with unit_of_work(engine, scope, at_the_keyboard()) as session:
                    publish_first(session, at_the_keyboard())
    except ReservedSlug as error:
        raise Refusal(f"« /{slug} » est une adresse de CLAIS lui-même : choisissez-en une autre.") from error
    except IntegrityError as error:
        raise Refusal(
            "Rien n'a été créé : cette adresse est déjà prise, ou ce code dans ce bassin, ou une commune est inconnue."
        ) from error
    click.echo(f"{name} est ouvert : {settings.link_url}/{slug}/ (bassin : {basin}).")
    click.echo(f"Invitez quelqu'un : clais user invite ADRESSE NOM --tenant {slug}")


@tenant.command("list", help="Les montrer tous.")
@click.pass_obj
def list_(settings: Settings) -> None:
    """Print one line a tenant."""
    with administering(settings) as (_engine, session):
        rows = session.execute(select(Basin.name, Tenant).join(Tenant).order_by(Basin.name, Tenant.name)).all()
    for basin, one in rows:
        kind = "centre d'appui" if one.is_support_centre else "plate-forme"
        click.echo(f"{one.code}  {one.slug:<28} {STATES[one.state]:<9} {kind:<14} {one.name} ({basin})")
    if not rows:
        click.echo("Il n'y en a pas encore. « clais tenant open » en ouvre une, « clais demo » montre un exemple.")


@tenant.command(help="Fermer les portes : plus personne n'y entre, rien n'est effacé.")
@click.argument("slug")
@click.pass_obj
def suspend(settings: Settings, slug: str) -> None:
    """Suspend a tenant."""
    with administering(settings) as (_engine, session):
        suspend_tenant(tenant_named(session, slug))
    click.echo(f"« {slug} » est suspendu. Ses sessions s'arrêtent au prochain clic.")


@tenant.command(help="Fermer pour de bon : montre ce qu'il y reste et demande confirmation ; rien n'est effacé.")
@click.argument("slug")
@click.option("--yes", "confirmed", is_flag=True, help="Ne pas demander : pour un script.")
@click.pass_obj
def close(settings: Settings, slug: str, *, confirmed: bool) -> None:
    """Close a tenant, once the slug was typed again."""
    with application_engine(settings) as engine:
        closing = tenant_at(engine, slug)
        if closing.state == "closed":
            raise Refusal(f"« {slug} » est déjà fermé.")
        click.echo(f"{closing.name} :")
        held = holdings_of(engine, HOLDINGS, tenant_id=closing.id, basin_id=closing.basin_id)
        for holding, number in held:
            click.echo(f"  {in_language('fr', holding.label)} : {number}")
        if not held:
            click.echo("  il n'y reste rien.")
        if not confirmed and click.prompt(f"Tapez « {slug} » pour fermer", default="", show_default=False) != slug:
            raise Refusal("Rien n'a été fermé.")
        with unit_of_work(engine, Scope(administers=True), at_the_keyboard()) as session:
            close_tenant(tenant_named(session, slug))
    click.echo(f"« {slug} » est fermé. Rien n'est effacé : « clais tenant resume {slug} » le rouvre.")


@tenant.command(help="Rouvrir les portes.")
@click.argument("slug")
@click.pass_obj
def resume(settings: Settings, slug: str) -> None:
    """Open a suspended tenant again."""
    with administering(settings) as (_engine, session):
        resumed = tenant_named(session, slug)
        resume_tenant(resumed)
        make_due(session, *DUE_JOBS, tenant_id=resumed.id)
    click.echo(f"« {slug} » est de nouveau ouvert.")


def _basin(session: ScopedSession, name: str, *, new: bool) -> Basin:
    """The basin that a name means, however it is spelled; a new one when no name comes near, or when it is wanted."""
    known = {basin.name: basin for basin in session.scalars(select(Basin).order_by(Basin.name))}
    same = same_basin(name, known)
    if same is not None:
        return known[same]
    close_ones = close_basins(name, known)
    if close_ones and not new:
        raise Refusal(
            f"Il n'y a pas de bassin « {name} », mais {', '.join(f'« {other} »' for other in close_ones)}. Reprenez le "
            "nom exact, ou ajoutez --new-basin pour en créer un autre. Rien n'a été créé."
        )
    return create_basin(session, name)


def _check(slug: str, code: str) -> None:
    if not SLUG.fullmatch(slug):
        raise Refusal("L'adresse s'écrit en minuscules sans accent, chiffres et tirets, de 3 à 60 caractères.")
    if not CODE.fullmatch(code):
        raise Refusal("Le code compte trois lettres majuscules.")
