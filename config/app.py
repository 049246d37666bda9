from collections.abc import Sequence
from functools import partial
from pathlib import Path

from flask import Blueprint, g, redirect, url_for
from flask_login import LoginManager, UserMixin
from sqlalchemy import Engine
from werkzeug import Response
from werkzeug.middleware.proxy_fix import ProxyFix

from clais.actor import Actor
from clais.admin.base import install_admin
from clais.admin.views import registry_views
from clais.api.application import install_api
from clais.clock import BELGIUM
from clais.database import open_engine
from clais.encryption import Keyring
from clais.feature import Feature, install_composition
from clais.feature.pages import SIGNED_IN, requires
from clais.files.scanning import scanner_at
from clais.messaging.smtp import transport_for
from clais.permissions import PermissionTable
from clais.registry.models import LOCAL_PLATFORM, SUPPORT_CENTRE
from clais.services import Services, install_services
from clais.web.context import actor
from clais.web.navigation import install_navigation, links
from clais.web.routing import Application, blueprint_of, install_routing
from clais.web.setup import setup_web
from config.features import FEATURES
from config.keys import keyring_of
from config.settings import Settings
from config.stores import store_of

PERMISSIONS = Path(__file__).parent / "permissions.toml"


FIRST_PAGES = {SUPPORT_CENTRE: ("routing.inbox", "inbox.read"), LOCAL_PLATFORM: ("day.my_day", "day.read")}
"""The first page by kind of tenant."""
FIRST_OF_ROLE = {"receptionist": ("desk.index", "desk.read")}
"""The first page of a role that has another one."""


class CurrentUser(UserMixin):
    """Flask-Login's view of the actor, so that libraries which ask `current_user` get the right answer."""

    def __init__(self, who: Actor) -> None:
        self.actor = who
        self.id = str(who.user_id)


def create_app(
    settings: Settings,
    database_url: str,
    *,
    engine: Engine | None = None,
    keyring: Keyring | None = None,
    features: Sequence[Feature] = FEATURES,
) -> Application:
    """Compose the application: services, routing, shell, features.

    `engine`, `keyring` and `features` are handed in by tests; otherwise they come from `database_url` and the settings.
    """
    app = Application("clais", static_folder=None, root_path=str(Path(__file__).parent))
    engine = engine or open_engine(database_url)
    app.secret_key = settings.secret()
    app.config.update(
        SESSION_COOKIE_NAME="__Host-clais_flash" if settings.secure_cookies else "clais_flash",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_SAMESITE="Lax",
        BABEL_DEFAULT_TIMEZONE=str(BELGIUM),
    )
    install_services(
        app,
        Services(
            engine=engine,
            keyring=keyring or keyring_of(settings, engine),
            permissions=PermissionTable.read(PERMISSIONS),
            secret=settings.secret(),
            secure_cookies=settings.secure_cookies,
            new_transport=partial(transport_for, settings.mail_url, settings.mail_directory, settings.mail_from),
            files=store_of(settings),
            scanner=scanner_at(settings.scanner),
            limits=settings.limits,
            settings={
                "mail_from": settings.mail_from,
                "public_url": settings.public_url,
                "demo": settings.demo,
                "trail_heads": settings.trail_heads_path,
            },
        ),
    )
    install_composition(app, features)
    install_routing(app)
    setup_web(app, [feature.folder for feature in features])
    _install_login(app)
    for feature in features:
        app.register_blueprint(blueprint_of(feature))
    install_navigation(app)
    install_api(app, [blueprint for feature in features for blueprint in feature.api])
    app.register_blueprint(Blueprint("admin_pages", "clais.admin", template_folder="templates"))
    install_admin(app, registry_views())
    app.add_url_rule("/", "home", home)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _install_login(app: Application) -> None:
    # No template asks for the user: it would be made for each page.
    manager = LoginManager(app, add_context_processor=False)
    manager.session_protection = None  # Sessions live in the database; the library's cookie is not used.

    @manager.request_loader
    def load(_request: object) -> CurrentUser | None:
        who: Actor | None = g.get("actor")
        return CurrentUser(who) if who else None


@requires(SIGNED_IN)
def home() -> Response:
    """The first page: that of the tenant at work, or the choice of one."""
    who = actor()
    if not who.tenant_slug:
        return redirect(url_for("admin_tenants.index_view" if who.may("registry.read") else "account.memberships"))
    endpoint, permission = FIRST_OF_ROLE.get(who.role, FIRST_PAGES[who.tenant_kind])
    if who.may(permission):
        return redirect(url_for(endpoint))
    # Some roles have neither an inbox nor a day: they get the first entry of their rail, or the choice of a tenant.
    return redirect(next((link.url for link in links(who)), url_for("account.memberships")))
