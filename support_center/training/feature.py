from clais.exchange.training.workflow import FORGET_JOB, SEAT_JOB
from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.navigation import RailEntry
from clais.registry.models import SUPPORT_CENTRE
from clais.translation import N_
from support_center.training import jobs
from support_center.training.queries import to_note_count
from support_center.training.trail import TRAIL
from support_center.training.views import certificates, courses, presence, runs, today

FEATURE = Feature(
    name="training",
    package=__package__,
    trail=TRAIL,
    pages=(today.pages, courses.pages, runs.pages, presence.pages, certificates.pages),
    jobs=(
        Job(SEAT_JOB, jobs.give, next_at=jobs.next_seat_at),
        Job("training.remind_of_sessions", jobs.remind_of_sessions, next_at=jobs.next_reminder_at, swept=True),
        Job(FORGET_JOB, jobs.forget_names, next_at=jobs.next_to_forget_at, swept=True),
    ),
    rail=(
        RailEntry(
            N_("Training courses"),
            "mortarboard",
            "training.index",
            "training.read",
            frozenset({SUPPORT_CENTRE}),
            order=35,
            count=to_note_count,
        ),
    ),
)
