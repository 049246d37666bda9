"""The sentences of the trail about templates of notes."""

from clais.feature.trail import Trail
from clais.translation import N_

TRAIL = Trail(
    verbs={
        "note_template.add": N_("%(who)s added a template for notes"),
        "note_template.change": N_("%(who)s changed a template for notes"),
        "note_template.remove": N_("%(who)s took a template for notes away"),
    }
)
