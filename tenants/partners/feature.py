from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.partners import views
from tenants.partners.trail import TRAIL

FEATURE = Feature(
    name="partners",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    rail=(
        RailEntry(
            N_("Partners"), "people", "partners.index", "partner.read", frozenset({LOCAL_PLATFORM}), order=80, wide=True
        ),
    ),
)
