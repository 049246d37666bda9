from clais.exchange.referrals.workflow import TAKE
from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.file_transfers import day, queries, thread
from tenants.file_transfers.actions import CLOSE
from tenants.file_transfers.jobs import close_given_over, next_close_at
from tenants.file_transfers.models import FileArrival
from tenants.file_transfers.trail import TRAIL
from tenants.file_transfers.views import arriving, offering
from tenants.people.workflow import OPEN_STAGES

LEAD = "team.lead"
"""Who gives newcomers to the team has them on their day; everyone else who may take a file over has the rail."""

FEATURE = Feature(
    name="file_transfers",
    package=__package__,
    trail=TRAIL,
    pages=(offering.pages, arriving.pages),
    tables=(FileArrival,),
    person_rows=(
        PersonRows(
            table=FileArrival,
            single=("referral_id",),
            label=N_("Arrivals from another platform"),
            permission="person.read",
        ),
    ),
    jobs=(Job(CLOSE, close_given_over, next_at=next_close_at),),
    rail=(
        RailEntry(
            N_("Transferred files"),
            "inbox",
            "file_transfers.index",
            TAKE,
            frozenset({LOCAL_PLATFORM}),
            order=52,
            wide=True,
            count=lambda reader: queries.waiting_count(reader.tenant_id),
        ),
    ),
    acts=(Act(N_("Transfer the file"), "file_transfers.offer", "referral.send", 80, stages=frozenset(OPEN_STAGES)),),
    thread=(ThreadSource("arrivals", "person.read", thread.ARRIVALS, thread.arrival_entry),),
    day=(DaySource("file_transfers", LEAD, day.arriving),),
)
