"""The sentences of the trail about templates of plans."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "plan_template.add": N_("%(who)s added a template for plans"),
        "plan_template.change": N_("%(who)s changed a template for plans"),
        "plan_template.remove": N_("%(who)s took a template for plans away"),
    }
)
