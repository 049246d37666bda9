"""Templates of plans for tests."""

from typing import Any

from tenants.plan_templates import actions
from tenants.plan_templates.models import PlanTemplate
from tests.support.federation import Member

STEPS: list[dict[str, Any]] = [
    {"objective": "Pouvoir me rendre au travail", "step": "S'inscrire à l'auto-école", "who": "person", "days": 14},
    {"objective": "Pouvoir me rendre au travail", "step": "Demander l'aide au permis", "who": "agent", "days": 30},
    {"objective": "Garder mes papiers en ordre", "step": "Refaire la carte d'identité", "who": "partner", "days": None},
]


def a_plan_template(member: Member, label: str = "Permis de conduire", **facts: Any) -> PlanTemplate:
    """A template that a member adds."""
    with member.at_work() as session:
        facts = {"goal": None, "dimension": "mobility", "steps": STEPS} | facts
        return actions.add_template(session, {"label": label, **facts})
