from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Section, ThreadSource
from clais.feature.merging import PersonRows
from tenants.advice import day, queries, sections, thread, views
from tenants.advice.models import AdviceAnswer
from tenants.advice.trail import TRAIL
from tenants.orientation.workflow import WRITE

READ = "orientation.read"

FEATURE = Feature(
    name="advice",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(PersonRows(table=AdviceAnswer, hangs_on=("decision_id", "orientation_decision")),),
    tables=(AdviceAnswer,),
    sections=(Section("advice", 35, "main", READ, "advice/_advice.html", sections.advice_on_file, "path"),),
    thread=(ThreadSource("advice", READ, queries.OF_A_PERSON, thread.advice_entry),),
    day=(DaySource("advised_steps", WRITE, day.advised_steps),),
)
