"""The sentences of the trail about files that came from other platforms."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={"file_transfer.arrive": N_("%(who)s took over from another platform %(file)s")},
)
