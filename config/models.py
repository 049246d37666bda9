"""Every table of the house, imported so that the metadata is complete for migrations and checks."""

# ruff: noqa: F401
# Each import stands for its effect: a linter that removes one of them takes tables out of every check.
import clais.audit.models
import clais.exchange.models
import clais.exchange.workflow
import clais.identity.models
import clais.messaging.models
import clais.registry.models
import clais.scheduling.models
import clais.web.models
import clais.workflow
import support_center.routing.models
import tenants.agenda.models
import tenants.follow_up.models
import tenants.intake.models
import tenants.orientation.models
import tenants.people.models
from clais.database import Base

METADATA = Base.metadata
