from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.network import views

FEATURE = Feature(
    name="network",
    package=__package__,
    pages=(views.pages,),
    rail=(
        RailEntry(N_("Network"), "diagram-3", "network.index", "network.read", frozenset({SUPPORT_CENTRE}), order=5),
    ),
)
