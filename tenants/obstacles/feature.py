from clais.feature import Feature
from clais.feature.file import Section, ThreadSource
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.obstacles import queries, sections, thread, views
from tenants.obstacles.models import ObstacleChange
from tenants.obstacles.trail import TRAIL

READ = "orientation.read"

FEATURE = Feature(
    name="obstacles",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(PersonRows(table=ObstacleChange, label=N_("Changes of obstacles"), permission=READ),),
    tables=(ObstacleChange,),
    sections=(Section("obstacles", 25, "main", READ, "obstacles/_obstacles.html", sections.obstacles_on_file, "path"),),
    thread=(ThreadSource("obstacles", READ, queries.OF_A_PERSON, thread.change_entry),),
)
