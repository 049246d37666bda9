from clais.feature import Feature
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.muting import queries, sections, thread, views
from tenants.muting.models import FileMuting
from tenants.muting.trail import TRAIL
from tenants.muting.workflow import MUTING, WRITE
from tenants.people.workflow import OPEN_STAGES

READ = "person.read"

FEATURE = Feature(
    name="muting",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(PersonRows(table=FileMuting, stays="the silence of each file was decided on for what it said"),),
    tables=(FileMuting,),
    workflows=(MUTING,),
    sections=(Section("muting", 6, "next", READ, "muting/_muting.html", sections.muting_on_file),),
    acts=(Act(N_("Say that no contact is needed"), "muting.new", WRITE, 72, frozenset(OPEN_STAGES)),),
    thread=(ThreadSource("mutings", READ, queries.OF_A_PERSON, thread.muting_entry),),
)
