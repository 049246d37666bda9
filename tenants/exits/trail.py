"""The sentences of the trail about the news of those who left."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "exit_check.note": N_("%(who)s noted news of a person who left, in %(file)s"),
        "exit_check.take_back": N_("%(who)s took back news of a person who left, in %(file)s"),
    },
)
