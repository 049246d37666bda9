from clais.exchange.quality.jobs import FORGET_DRAFTS
from clais.exchange.quality.queries import to_answer_count
from clais.exchange.quality.workflow import ANSWER
from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.feature.navigation import RailEntry
from clais.registry.models import LOCAL_PLATFORM
from clais.translation import N_
from tenants.quality import day, thread, views
from tenants.quality.jobs import forget_drafts, next_draft_at
from tenants.quality.models import QualityDraw
from tenants.quality.trail import TRAIL

FEATURE = Feature(
    name="quality",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(PersonRows(table=QualityDraw, single=("quality_request_id",)),),
    tables=(QualityDraw,),
    jobs=(Job(FORGET_DRAFTS, forget_drafts, next_at=next_draft_at),),
    rail=(
        RailEntry(
            N_("Supervision"),
            "eye",
            "quality.index",
            ANSWER,
            frozenset({LOCAL_PLATFORM}),
            order=78,
            count=to_answer_count,
            wide=True,
        ),
    ),
    day=(DaySource("quality_requests", ANSWER, day.requests_to_answer),),
    thread=(ThreadSource("quality_draws", "person.read", thread.DRAWS, thread.draw_entry),),
)
