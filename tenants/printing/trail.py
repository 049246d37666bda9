"""The sentences of the trail about what is given on paper."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "printout.give": N_("%(who)s printed a text from %(file)s"),
        "printout.open": N_("%(who)s opened what was printed from %(file)s"),
        "joint_printout.give": N_("%(who)s printed a list of presence"),
        "joint_printout.open": N_("%(who)s opened a PDF about several people"),
    },
)
