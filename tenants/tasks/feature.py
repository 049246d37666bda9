from clais.feature import Feature
from clais.feature.day import DaySource
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.handling import Settlement
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.people.workflow import OPEN_STAGES
from tenants.tasks import day, queries, sections, settlement, thread, views
from tenants.tasks.models import OwnTask
from tenants.tasks.trail import TRAIL

READ = "follow_up.read"

FEATURE = Feature(
    name="tasks",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(PersonRows(table=OwnTask, label=N_("Tasks"), permission=READ),),
    tables=(OwnTask,),
    sections=(Section("tasks", 15, "next", READ, "tasks/_tasks.html", sections.tasks_on_file),),
    acts=(Act(N_("Add a task"), "tasks.new_on_file", queries.ON_FILES, 65, frozenset(OPEN_STAGES)),),
    thread=(ThreadSource("own_tasks", READ, queries.OF_A_PERSON, thread.task_entry),),
    day=(DaySource("own_tasks", views.WRITE, day.tasks, put_off=day.put_off),),
    settlements=(Settlement("tasks", queries.ON_FILES, settlement.CHOICES, settlement.open_tasks, settlement.settle),),
)
