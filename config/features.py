"""The features of the house, in the order in which their pages stand in the navigation."""

import tenants.agenda.views
import tenants.people.card_views
import tenants.people.views  # noqa: F401 - a blueprint has its pages once their modules are read.
from clais.api.application import ApiFeature
from clais.api.views import identity_api
from clais.exchange.views import exchange
from clais.identity.views import identity
from clais.messaging.views import messaging
from clais.web.navigation import install_navigation
from clais.web.routing import Application, Feature
from config.my_day import join_my_day
from support_center.catalogue.views import catalogue
from support_center.routing.views import routing
from tenants.agenda.feature import agenda
from tenants.follow_up.views import follow_up
from tenants.intake.views import intake
from tenants.orientation.views import orientation
from tenants.partners.views import partners
from tenants.people.api import people_api
from tenants.people.feature import people
from tenants.referrals.views import referrals

BLUEPRINTS: tuple[Feature, ...] = (
    identity, people, intake, orientation, follow_up, agenda, referrals, partners, routing, catalogue, exchange,
    messaging,
)  # fmt: skip

APIS: tuple[ApiFeature, ...] = (identity_api, people_api)


def install_features(app: Application) -> None:
    """Give `app` what is not a blueprint: navigation and the texts that every page needs."""
    install_navigation(app)
    join_my_day()
