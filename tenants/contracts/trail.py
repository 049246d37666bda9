"""The sentences of the trail about contracts and their evaluations."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "contract.note": N_("%(who)s noted the decision of a contract in %(file)s"),
        "contract.edit": N_("%(who)s changed a contract in %(file)s"),
        "contract.issue": N_("%(who)s noted that a contract was given to the person in %(file)s"),
        "contract.sign": N_("%(who)s noted the signature of a contract in %(file)s"),
        "contract.end": N_("%(who)s ended a contract in %(file)s"),
        "contract.withdraw": N_("%(who)s gave up a contract in %(file)s"),
        "contract.take_back": N_("%(who)s took back a step of a contract in %(file)s"),
        "contract.evaluate": N_("%(who)s evaluated a contract in %(file)s"),
        "contract.take_evaluation_back": N_("%(who)s took back an evaluation of a contract in %(file)s"),
        "contract.put_off": N_("%(who)s put off an evaluation of a contract because of a pause in %(file)s"),
        "contract.plan_evaluation": N_("%(who)s planned an evaluation of a contract on another day in %(file)s"),
    },
)
