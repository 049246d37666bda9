"""The sentences of the trail about obstacles."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "obstacle.note": N_("%(who)s noted an obstacle in %(file)s"),
        "obstacle.reopen": N_("%(who)s noted an obstacle that came back in %(file)s"),
        "obstacle.change": N_("%(who)s noted that an obstacle changed in %(file)s"),
        "obstacle.lift": N_("%(who)s noted that an obstacle is lifted in %(file)s"),
    },
)
