"""The kinds of partners and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

KINDS = {
    "cpas": "CPAS",
    "ale": "ALE",
    "association": N_("Association"),
    "operator": N_("Training operator"),
    "forem": "FOREM",
    "neighbourhood": N_("Neighbourhood board"),
    "municipality": N_("Municipality, ADL"),
    "childcare": N_("Childcare"),
    "other": N_("Another kind"),
}
