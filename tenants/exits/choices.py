"""The codes of exits and of the news that are asked for afterwards, and their labels (gettext ids), in screen order."""

from clais.translation import N_

RESULTS = {
    "open_ended": N_("Work, open-ended contract"),
    "fixed_term": N_("Work, fixed term or interim"),
    "assisted": N_("Work under article 60 or 61, or another aid"),
    "self_employed": N_("Self-employed"),
    "training": N_("In training or studying"),
    "looking": N_("No work, looking for it"),
    "not_looking": N_("No work, not looking for it now"),
    "unknown": N_("Not known"),
}
"""What someone has when they leave, and some months later: the same words, so that the two compare."""
NEWS = {code: label for code, label in RESULTS.items() if code != "unknown"}
"""The same of someone who was reached."""
