from datetime import timedelta

from clais.audit.jobs import seal_trail
from clais.audit.models import AuditEvent, AuditSeal
from clais.feature import Feature
from clais.feature.job import Job
from clais.workflow import StateChange

FEATURE = Feature(
    name="audit",
    package=__package__,
    tables=(AuditEvent, AuditSeal, StateChange),
    # What a suspended tenant, or nobody, has on record is sealed too.
    jobs=(Job("trail.seal", timedelta(minutes=1), seal_trail, in_every_state=True, outside_tenants=True),),
)
