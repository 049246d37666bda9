from datetime import timedelta

from clais.exchange.training.workflow import SEAT_JOB
from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.training import jobs
from support_center.training.trail import TRAIL
from support_center.training.views import certificates, courses, presence, runs, today

FEATURE = Feature(
    name="training",
    package=__package__,
    trail=TRAIL,
    pages=(today.pages, courses.pages, runs.pages, presence.pages, certificates.pages),
    jobs=(
        Job(SEAT_JOB, jobs.give, next_at=jobs.next_seat_at),
        Job("training.look_ahead", jobs.look_ahead, every=timedelta(hours=12)),
    ),
    rail=(
        RailEntry(
            N_("Training courses"),
            "mortarboard",
            "training.index",
            "training.read",
            frozenset({SUPPORT_CENTRE}),
            order=35,
        ),
    ),
)
