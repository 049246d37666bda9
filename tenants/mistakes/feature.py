from clais.feature import Feature
from clais.feature.file import Act, ThreadSource
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.mistakes import queries, thread, views
from tenants.mistakes.models import Mistake
from tenants.mistakes.trail import TRAIL
from tenants.mistakes.workflow import MISTAKE, SET_ASIDE

FEATURE = Feature(
    name="mistakes",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    tables=(Mistake,),
    person_rows=(
        PersonRows(
            table=Mistake,
            hangs_on=("subject_id", "note"),
            or_hangs_on=(("subject_id", "contact"), ("subject_id", "intake")),
        ),
    ),
    workflows=(MISTAKE,),
    acts=(Act(N_("Encoded by mistake"), "mistakes.choose", SET_ASIDE, 95),),
    thread=(ThreadSource("mistakes", "person.read", queries.OF_A_PERSON, thread.mistake_entry),),
)
