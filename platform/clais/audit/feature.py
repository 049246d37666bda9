from datetime import timedelta

from clais.audit.actions import SEAL
from clais.audit.jobs import VERIFY, next_seal_at, seal_trail, verify_trail
from clais.audit.models import AuditEvent, AuditSeal
from clais.feature import Feature
from clais.feature.job import Job
from clais.feature.merging import PersonRows
from clais.workflow import StateChange

FEATURE = Feature(
    name="audit",
    package=__package__,
    person_rows=(
        PersonRows(table=AuditEvent, stays="what is on record is never changed: the trail reads both"),
        PersonRows(table=StateChange, column="subject_id", stays="the path of each file is its own"),
    ),
    tables=(AuditEvent, AuditSeal, StateChange),
    # What a suspended tenant, or nobody, has on record is sealed too.
    jobs=(
        Job(SEAL, seal_trail, next_at=next_seal_at, in_every_state=True, outside_tenants=True),
        Job(VERIFY, verify_trail, every=timedelta(days=1), in_every_state=True, outside_tenants=True),
    ),
)
