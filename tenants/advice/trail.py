"""The sentences of the trail about what became of advised steps."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "advice.answer": N_("%(who)s noted what became of the advised step in %(file)s"),
        "advice.take_back": N_("%(who)s took back what became of the advised step in %(file)s"),
    },
)
