from clais.feature import Feature
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.team.lookups import LEAD
from tenants.team.models import Absence, ReferentWish, WorkingPattern
from tenants.team.trail import TRAIL
from tenants.team.views import members, newcomers, overview

FEATURE = Feature(
    name="team",
    package=__package__,
    trail=TRAIL,
    pages=(overview.pages, newcomers.pages, members.pages),
    person_rows=(PersonRows(table=ReferentWish, single=("membership_id",)),),
    tables=(WorkingPattern, Absence, ReferentWish),
    rail=(
        RailEntry(N_("Platform"), "house-door", "team.index", LEAD, frozenset({LOCAL_PLATFORM}), order=5),
        RailEntry(
            N_("My absences"),
            "calendar3",
            "team.myself",
            members.OWN,
            frozenset({LOCAL_PLATFORM}),
            order=85,
            wide=True,
        ),
    ),
)
