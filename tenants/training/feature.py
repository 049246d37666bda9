from clais.exchange.training.workflow import REMIND_JOB
from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.training import day, jobs, views
from tenants.training.actions import forget_who_left
from tenants.training.queries import to_approve_count
from tenants.training.trail import TRAIL

FEATURE = Feature(
    name="registrations",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    jobs=(
        Job(REMIND_JOB, jobs.remind, next_at=jobs.next_reminder_at),
        Job("training.forget_who_left", forget_who_left, next_at=jobs.next_to_forget_at, swept=True),
    ),
    rail=(
        RailEntry(
            N_("Training courses"),
            "mortarboard",
            "registrations.index",
            "training.see",
            frozenset({LOCAL_PLATFORM}),
            order=78,
            count=to_approve_count,
            wide=True,
        ),
    ),
    day=(DaySource("training", "training.see", day.training_of_member),),
)
