from clais.feature import Feature
from clais.feature.file import Act, Section, ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.questionnaires import sections, thread
from tenants.questionnaires.jobs import COUNT, count_files, next_count_at
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.trail import TRAIL
from tenants.questionnaires.views import answers, choices, fillings, results, tablet
from tenants.questionnaires.views.fillings import READ
from tenants.questionnaires.workflow import FILLING, WRITE

FEATURE = Feature(
    name="questionnaires",
    package=__package__,
    trail=TRAIL,
    pages=(fillings.pages, answers.pages, choices.pages, results.pages, tablet.pages),
    person_rows=(
        PersonRows(
            table=InstrumentFilling,
            label=N_("Questionnaires and bilans filled in"),
            permission="orientation.read",
            single=("instrument_id",),
            single_in="open",
        ),
    ),
    tables=(InstrumentFilling, InstrumentAnswer),
    workflows=(FILLING,),
    jobs=(Job(COUNT, count_files, next_at=next_count_at),),
    sections=(
        Section("questionnaires_open", 35, "next", READ, "questionnaires/_open.html", sections.under_way_on_file),
        Section("questionnaires", 60, "main", READ, "questionnaires/_fillings.html", sections.fillings_on_file, "path"),
    ),
    acts=(Act(N_("Questionnaires"), "questionnaires.index", WRITE, 70),),
    thread=(ThreadSource("questionnaires", READ, thread.FILLINGS, thread.filling_entry),),
)
