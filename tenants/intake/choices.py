"""The codes of an information request, and their labels (gettext ids), in screen order."""

from clais.translation import N_

CHANNELS = {
    "visit": N_("Came to the reception"),
    "phone": N_("Called"),
    "email": N_("Wrote"),
    "partner": N_("Sent by a partner"),
}

TOPICS = {
    "work": N_("Work"),
    "training": N_("Training"),
    "french": N_("Learn French"),
    "allowances": N_("Allowances and rights"),
    "papers": N_("Papers and forms"),
    "childcare": N_("Childcare"),
    "mobility": N_("Transport, licence"),
    "housing": N_("Housing"),
    "other": N_("Something else"),
}

ANSWERS = {
    "informed": N_("Informed on the spot"),
    "directed": N_("Directed to another service"),
    "documents": N_("Given documents"),
    "appointment": N_("Invited to an intake"),
    "none": N_("No answer found"),
}

AGE_BANDS = {
    "under_18": N_("Under 18"),
    "18_24": N_("18 to 24"),
    "25_34": N_("25 to 34"),
    "35_44": N_("35 to 44"),
    "45_54": N_("45 to 54"),
    "55_plus": N_("55 and over"),
}
"""Estimated ages: the bands are wider than those of the figures, so that nobody has to ask for a birth date."""
