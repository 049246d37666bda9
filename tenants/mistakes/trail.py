"""The sentences of the trail about what was encoded by mistake."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "mistake.set_aside": N_("%(who)s set aside what was encoded by mistake in %(file)s"),
        "mistake.restore": N_("%(who)s restored what was set aside in %(file)s"),
        "mistake.read": N_("%(who)s read what is set aside in %(file)s"),
    },
)
