from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.desk import day, queries, thread
from tenants.desk.actions.evening import ERASE
from tenants.desk.jobs import erase_names, next_names_at
from tenants.desk.models import DiscreetScreen, Visit, VisitPeriod, VisitRequest
from tenants.desk.trail import TRAIL
from tenants.desk.views import desk, evening, registering, slips, visits
from tenants.desk.workflow import REQUEST, VISIT

FEATURE = Feature(
    name="desk",
    package=__package__,
    trail=TRAIL,
    pages=(desk.pages, visits.pages, slips.pages, registering.pages, evening.pages),
    person_rows=(
        PersonRows(table=Visit, label=N_("Visits"), permission="desk.read", hangs_on=("appointment_id", "appointment")),
    ),
    tables=(Visit, VisitRequest, VisitPeriod, DiscreetScreen),
    workflows=(VISIT, REQUEST),
    jobs=(Job(ERASE, erase_names, next_at=next_names_at, in_every_state=True),),
    rail=(
        RailEntry(
            N_("Desk"),
            "person-check",
            "desk.index",
            "desk.read",
            frozenset({LOCAL_PLATFORM}),
            order=15,
            count=lambda reader: queries.waiting_count(reader.tenant_id),
        ),
    ),
    thread=(ThreadSource("visits", "desk.read", queries.OF_A_PERSON, thread.visit_entry),),
    day=(DaySource("arrivals", "follow_up.write", day.arrivals),),
)
