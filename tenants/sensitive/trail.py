"""The sentences of the trail about sensitive facts: none says what they are about."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "sensitive.note": N_("%(who)s noted a sensitive fact in %(file)s"),
        "sensitive.show": N_("%(who)s had a sensitive fact shown in %(file)s"),
        "sensitive.show_status": N_("%(who)s had the detail of a status shown in %(file)s"),
        "sensitive.open": N_("%(who)s opened the sensitive facts with a reason, for an hour, in %(file)s"),
        "sensitive.remove": N_("%(who)s erased a sensitive fact in %(file)s"),
        "sensitive.erase": N_("%(who)s erased a sensitive fact on its day in %(file)s"),
    }
)
