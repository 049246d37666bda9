from datetime import timedelta

from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.training import day, jobs, views
from tenants.training.trail import TRAIL

FEATURE = Feature(
    name="registrations",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    jobs=(Job("training.look_after", jobs.look_after, every=timedelta(hours=12)),),
    rail=(
        RailEntry(
            N_("Training courses"),
            "mortarboard",
            "registrations.index",
            "training.see",
            frozenset({LOCAL_PLATFORM}),
            order=78,
            wide=True,
        ),
    ),
    day=(DaySource("training", "training.see", day.training_of_member),),
)
