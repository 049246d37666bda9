from clais.feature import Feature
from clais.feature.file import Act, ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.merging import thread
from tenants.merging.jobs import (
    FORGET,
    GATHER,
    find_duplicates,
    forget_undo,
    gather_late_rows,
    next_to_compare_at,
    next_to_forget_at,
    next_to_gather_at,
)
from tenants.merging.models import FileMerge, ProbableDuplicate
from tenants.merging.thread import MERGE
from tenants.merging.trail import TRAIL
from tenants.merging.views import comparing, merged, queue
from tenants.people.matching.keys import COMPARE

FEATURE = Feature(
    name="merging",
    package=__package__,
    trail=TRAIL,
    pages=(queue.pages, comparing.pages, merged.pages),
    tables=(FileMerge, ProbableDuplicate),
    person_rows=(
        PersonRows(table=FileMerge, stays="a merge is told of the file that it was made for"),
        PersonRows(table=FileMerge, column="merged_id", stays="a merge is told of the file that it was made for"),
        PersonRows(table=ProbableDuplicate, stays="pairs are found anew"),
        PersonRows(table=ProbableDuplicate, column="other_id", stays="pairs are found anew"),
    ),
    jobs=(
        Job(COMPARE, find_duplicates, next_at=next_to_compare_at),
        Job(GATHER, gather_late_rows, next_at=next_to_gather_at),
        Job(FORGET, forget_undo, next_at=next_to_forget_at),
    ),
    acts=(Act(N_("Merge with another file"), "merging.choose", MERGE, 90),),
    thread=(ThreadSource("merges", "person.read", thread.MERGES, thread.merge_entry),),
)
