from clais.feature import Feature
from clais.feature.file import ThreadSource
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.printing import actions, jobs, joint, queries, thread
from tenants.printing.models import JointPrintout, Printout
from tenants.printing.trail import TRAIL
from tenants.printing.views import printouts, several

FEATURE = Feature(
    name="printing",
    package=__package__,
    trail=TRAIL,
    pages=(printouts.pages, several.pages),
    tables=(Printout, JointPrintout),
    person_rows=(
        PersonRows(
            table=Printout,
            label=N_("Texts on paper"),
            permission="person.read",
            hangs_on=("subject_id", "integration_contract"),
            or_hangs_on=(("subject_id", "action_plan"), ("subject_id", "appointment")),
        ),
    ),
    jobs=(
        Job(actions.MAKE, jobs.make_next, next_at=jobs.next_at),
        Job(joint.MAKE_JOINT, jobs.make_joint_next, next_at=jobs.next_joint_at),
        Job(actions.FORGET, jobs.forget_ended, next_at=jobs.next_end_at, in_every_state=True),
    ),
    thread=(ThreadSource("printouts", printouts.READ, queries.OF_A_PERSON, thread.printout_entry),),
)
