from clais.feature import Feature
from clais.feature.file import Section
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.translation import N_
from tenants.sensitive import jobs, sections
from tenants.sensitive.actions import ERASE
from tenants.sensitive.models import SensitiveFact, SensitiveOpening
from tenants.sensitive.trail import TRAIL
from tenants.sensitive.views import facts

FEATURE = Feature(
    name="sensitive",
    package=__package__,
    trail=TRAIL,
    pages=(facts.pages,),
    person_rows=(
        # Counted for everybody, as on the file: what they say stays sealed.
        PersonRows(
            table=SensitiveFact,
            label=N_("Sensitive facts"),
            permission="person.read",
            # With the row whose text it is, also when that was sealed after the merge.
            hangs_on=("subject_id", "action_plan"),
            or_hangs_on=(
                ("subject_id", "plan_objective", "action_plan_id", "action_plan"),
                ("subject_id", "orientation_decision"),
                ("subject_id", "appointment"),
            ),
        ),
        PersonRows(table=SensitiveOpening, stays="who opened the facts of one file did not open those of the other"),
    ),
    tables=(SensitiveFact, SensitiveOpening),
    jobs=(Job(ERASE, jobs.erase, next_at=jobs.next_to_erase_at, in_every_state=True),),
    sections=(
        Section("facts", 20, "main", "person.read", "sensitive/_facts.html", sections.facts_on_file, "situation"),
    ),
)
