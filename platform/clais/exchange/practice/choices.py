"""The codes of the exchange of practice and their words, in the order of the screen."""

from clais.identity.roles import ROLES, ROLES_OF_KIND
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_

READERS = {role: ROLES[role] for role in ROLES_OF_KIND[LOCAL_PLATFORM]}
"""The roles that a card is for."""
DOCUMENT_KINDS = {
    "guide": N_("Guide"),
    "method": N_("Teaching method"),
    "exercise": N_("Exercise"),
    "letter": N_("Model letter"),
    "placement": N_("Tool for placement"),
    "leaflet": N_("Leaflet for the public"),
}
CARD_STATES = {"draft": N_("Draft"), "published": N_("Published"), "withdrawn": N_("Withdrawn")}
