from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "quality.ask": N_("%(who)s asked a platform for files"),
        "quality.note": N_("%(who)s noted what to talk about with a platform"),
        "quality.close": N_("%(who)s closed a request to a platform"),
    },
)
"""The sentences of the trail about what the supervisor asks."""
