from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "person.merge": N_("%(who)s merged another file into %(file)s"),
        "person.unmerge": N_("%(who)s took back a merge of %(file)s"),
        "person.reconsider": N_("%(who)s took back that another file is not of the same person as %(file)s"),
        "merge.read": N_("%(who)s compared %(file)s with another file"),
    },
)
"""The sentences of the trail about files that become one."""
