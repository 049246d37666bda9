"""Why a clock stops, as codes with their labels (gettext ids). None of them tells of an illness or of a conviction."""

from clais.translation import N_

REASONS: dict[str, tuple[str, str]] = {
    "health_or_family": (
        N_("Health or family"),
        N_("Illness, hospital, pregnancy, birth, a relative: no more is said"),
    ),
    "prevented": (
        N_("Prevented by others"),
        N_("A measure or a decision that the person does not choose: no more is said"),
    ),
    "working": (N_("At work or in training"), N_("For a time, as a mission or a course")),
    "away": (N_("Away"), N_("Out of the territory for a time")),
    "other": (N_("Another reason"), ""),
}
