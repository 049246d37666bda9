"""The sentences of the trail about files that are quiet on purpose."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "muting.note": N_("%(who)s decided that no contact is needed for now in %(file)s"),
        "muting.end": N_("%(who)s took up contact again in %(file)s"),
    },
)
