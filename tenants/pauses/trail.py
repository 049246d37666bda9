"""The sentences of the trail about pauses."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "pause.note": N_("%(who)s noted a pause in %(file)s"),
        "pause.change": N_("%(who)s changed a pause in %(file)s"),
        "pause.withdraw": N_("%(who)s took back a pause in %(file)s"),
    },
)
