"""The sentences of the trail about lists that leave as files."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(verbs={"person.export": N_("%(who)s took a list of files away as a file")})
