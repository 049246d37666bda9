"""Why a file is quiet, as codes with their labels (gettext ids). None tells of an illness or of a conviction."""

from clais.translation import N_

REASONS: dict[str, tuple[str, str]] = {
    "busy": (N_("At work or in training"), N_("All goes well, and the next contact has its day")),
    "partner": (N_("A partner is in contact"), N_("Another service sees the person for now")),
    "waiting": (N_("Something must come first"), N_("A decision, a start, a paper that the person waits for")),
    "asked": (N_("The person asked for it"), N_("They come back by themselves, or on that day")),
    "unavailable": (N_("Not available for a time"), N_("Out of reach or taken up elsewhere: no more is said")),
}
