from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "quality.draw": N_("%(who)s drew files by chance for the supervision"),
        "quality.draw_again": N_("%(who)s drew another file for the supervision"),
        "quality.write": N_("%(who)s wrote a summary for the supervision in %(file)s"),
        "quality.answer": N_("%(who)s sent summaries to the supervision"),
        "quality.decline": N_("%(who)s declined a request of the supervision"),
    },
)
"""The sentences of the trail about what a platform does for the supervision."""
