"""The texts of the events on presences."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "presence.say": N_("%(who)s said whether a participant was there"),
        "presence.take_back": N_("%(who)s took back whether a participant was there"),
    },
)
