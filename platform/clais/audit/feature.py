from clais.audit.models import AuditEvent
from clais.feature import Feature
from clais.workflow import StateChange

FEATURE = Feature(name="audit", package=__package__, tables=(AuditEvent, StateChange))
