"""The sentences of the trail about tasks on files; those without a file are on no record."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "task.add": N_("%(who)s noted a task in %(file)s"),
        "task.change": N_("%(who)s changed a task in %(file)s"),
        "task.finish": N_("%(who)s did a task in %(file)s"),
        "task.reopen": N_("%(who)s set a task back to do in %(file)s"),
        "task.drop": N_("%(who)s took a task away in %(file)s"),
    },
)
