"""What is put on record of the registry, in words."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "registry.create": N_("%(who)s added a line to the registry"),
        "registry.edit": N_("%(who)s changed a line of the registry"),
    }
)
