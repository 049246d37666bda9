"""The templates of plans: added, changed, taken away."""

from clais.database import ScopedSession
from tenants.note_templates import keeping
from tenants.note_templates.keeping import Facts, Kind
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.queries import MOST

FACTS = ("label", "goal", "dimension", "steps")
KIND = Kind(PlanTemplate, MOST, FACTS, recorded_as="plan_template")


def add_template(session: ScopedSession, facts: Facts) -> PlanTemplate:
    """Add a template. Raises Refused: `too_many` for more than MOST, `named_so` when another one has the name."""
    template: PlanTemplate = keeping.add(session, KIND, facts)
    return template
