from clais.feature import Feature
from clais.feature.file import ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from tenants.drafts import actions, jobs, queries
from tenants.drafts.models import Draft
from tenants.drafts.presentation import no_entry

FEATURE = Feature(
    name="drafts",
    package=__package__,
    tables=(Draft,),
    person_rows=(PersonRows(table=Draft, stays="what is only typed yet is its author's alone"),),
    jobs=(Job(actions.FORGET_DRAFTS, jobs.forget_drafts, next_at=jobs.next_to_forget_at, in_every_state=True),),
    thread=(ThreadSource("drafts", "follow_up.write", queries.OF_A_PERSON, no_entry),),
)
