from clais.feature import Feature
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.pauses import sections, thread, views
from tenants.pauses.models import ClockPause
from tenants.pauses.trail import TRAIL
from tenants.pauses.workflow import PAUSE, WRITE
from tenants.people.workflow import OPEN_STAGES

READ = "person.read"

FEATURE = Feature(
    name="pauses",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    person_rows=(
        PersonRows(
            table=ClockPause,
            label=N_("Pauses"),
            permission=READ,
            periods=("starts_on", "until_on"),
            void_in="withdrawn",
        ),
    ),
    tables=(ClockPause,),
    workflows=(PAUSE,),
    sections=(Section("pause", 5, "next", READ, "pauses/_pause.html", sections.pause_on_file),),
    acts=(Act(N_("Note a pause"), "pauses.new", WRITE, 70, frozenset(OPEN_STAGES)),),
    thread=(ThreadSource("pauses", READ, thread.PAUSES, thread.pause_entry),),
)
