"""The sentences of the trail about receptions."""

from collections.abc import Mapping

from clais.feature.trail import Trail
from clais.translation import N_
from tenants.intake.schemas import IntakeSchema


def fields() -> Mapping[str, str]:
    """Field of a reception → its label."""
    return {name: str(field.metadata["label"]) for name, field in IntakeSchema().load_fields.items()}


TRAIL = Trail(
    verbs={
        "intake.receive": N_("%(who)s noted a reception in %(file)s"),
        "intake.correct": N_("%(who)s corrected a reception in %(file)s"),
        "information_request.create": N_("%(who)s noted a question of someone without a file"),
    },
    fields=fields,
)
