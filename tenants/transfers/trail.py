"""The sentences of the trail about caseloads that changed hands."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "transfer.give": N_("%(who)s handed a caseload over"),
        "transfer.take_back": N_("%(who)s took a caseload back"),
        "transfer.confirm": N_("%(who)s confirmed a hand-over"),
        "transfer.send_letters": N_("%(who)s noted letters of a hand-over as sent"),
    },
)
