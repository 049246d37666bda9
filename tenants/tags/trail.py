"""The sentences of the trail about tags."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "tag.make": N_("%(who)s made a tag"),
        "tag.forget": N_("%(who)s took a tag out of the list of the platform"),
        "person.tag": N_("%(who)s put a tag on %(file)s"),
        "person.untag": N_("%(who)s took a tag off %(file)s"),
    }
)
