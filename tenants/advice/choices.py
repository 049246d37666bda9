"""What became of the step that an orientation advised, as codes with their labels (gettext ids), in screen order."""

from clais.translation import N_

DONE, NOT_YET = "done", "not_yet"
WHY_NOT = {
    "no_offer": N_("There was no offer"),
    "out_of_reach": N_("The offer cannot be reached"),
    "obstacle": N_("An obstacle came between"),
    "changed_mind": N_("The person changed their mind"),
}
ANSWERS = {DONE: N_("Done, or begun"), NOT_YET: N_("Not yet"), **WHY_NOT}
NOUNS = {
    DONE: "faite", NOT_YET: "bientot", "no_offer": "introuvable", "out_of_reach": "inaccessible",
    "obstacle": "obstacle", "changed_mind": "autrement",
}  # fmt: skip
"""Answer → the last piece of the address of its button."""
