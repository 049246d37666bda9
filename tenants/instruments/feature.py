from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.instruments import day
from tenants.instruments.models import InstrumentLayer
from tenants.instruments.trail import TRAIL
from tenants.instruments.views import local, trial, versions

FEATURE = Feature(
    name="adoption",
    package=__package__,
    trail=TRAIL,
    pages=(trial.pages, versions.pages, local.pages),
    tables=(InstrumentLayer,),
    rail=(
        RailEntry(
            N_("Instruments"),
            "list-check",
            "adoption.index",
            "instrument.see",
            frozenset({LOCAL_PLATFORM}),
            order=75,
            wide=True,
        ),
    ),
    day=(DaySource("instruments", "instrument.adopt", day.versions_to_adopt),),
)
