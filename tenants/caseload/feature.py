from clais.feature import Feature
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.caseload import views

FEATURE = Feature(
    name="caseload",
    package=__package__,
    pages=(views.pages,),
    rail=(
        RailEntry(N_("Files"), "folder2-open", "caseload.index", "person.list", frozenset({LOCAL_PLATFORM}), order=30),
    ),
)
