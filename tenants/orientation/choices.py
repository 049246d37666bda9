"""The codes of decisions and plans and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

DIRECTIONS: dict[str, tuple[str, str]] = {
    "work_now": (N_("Work now"), N_("Ready to apply: offers, employers, coaching at work")),
    "training": (N_("Training"), N_("Learn a trade, take up French again, have skills validated")),
    "confirmation_placement": (N_("Confirmation placement"), N_("Try the occupation for a few weeks before choosing")),
    "alternating_training": (N_("Alternating training"), N_("Learn in a firm that hires at the end")),
    "social_step": (N_("A social step first"), N_("Housing, health, debts, childcare: then the project")),
    "determine_project": (N_("Find the project"), N_("Orientation workshops, discovery of occupations")),
    "self_employment": (N_("Self-employment"), N_("The desk for those who start a business")),
    "other_service": (N_("Another service"), N_("The right answer is elsewhere: hand over")),
    "other": (N_("Something else"), N_("Say it in the reasons")),
}

WHO = {"person": N_("The person"), "agent": N_("The agent"), "partner": N_("A partner")}

SIGNED_ELSEWHERE = {"paper": N_("On paper"), "tool": N_("In another tool")}
SIGNED_MANNERS = SIGNED_ELSEWHERE | {"screen": N_("On the screen")}

OUTCOMES: dict[str, tuple[str, str]] = {
    "continue": (N_("We go on"), N_("The plan still fits")),
    "adapt": (N_("We adapt"), N_("Steps or objectives change")),
    "reached": (N_("The goal is reached"), N_("The plan is closed")),
    "stopped": (N_("We stop this plan"), N_("The plan is closed, another may follow")),
}
CLOSING_OUTCOMES = frozenset({"reached", "stopped"})

MOST_WISHES = 5
