"""The sentences of the trail about receptions."""

from collections.abc import Mapping

from clais.feature.trail import Trail
from clais.translation import N_
from clais.translation import gettext as _
from tenants.intake.actions import BESIDE, FACTS
from tenants.intake.asked import house, label_of


def fields() -> Mapping[str, str]:
    """Field of a reception → its label."""
    return {**{name: label_of(house(), name) for name in FACTS}, BESIDE: _("Other answers")}


TRAIL = Trail(
    verbs={
        "intake.receive": N_("%(who)s noted a reception in %(file)s"),
        "intake.correct": N_("%(who)s corrected a reception in %(file)s"),
        "information_request.create": N_("%(who)s noted a question of someone without a file"),
    },
    fields=fields,
)
