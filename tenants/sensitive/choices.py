"""The codes of sensitive facts and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

KINDS = {
    "health": N_("Health"),
    "disability": N_("Disability"),
    "origin": N_("Origin or beliefs"),
    "conviction": N_("Conviction"),
}
"""Articles 9 and 10 of the GDPR, as far as the work with a person may need them."""

REASONS = {
    "fitting": N_("To choose work or training that fits"),
    "arrange": N_("To arrange appointments, the way or the place"),
    "condition": N_("A law or a measure makes it a condition"),
    "wished": N_("The person asks for it to be known"),
}
"""Why a fact is kept."""

TOLD = {
    "spoken": N_("Yes, in a talk"),
    "written": N_("Yes, in writing"),
    "not_yet": N_("Not yet: at the next appointment"),
    "not": N_("No"),
}
NEUTRAL = {
    "orientation_decision.goal": N_("Confidential goal"),
    "action_plan.goal": N_("Confidential goal"),
    "plan_objective.text": N_("Confidential objective"),
    "appointment.note": N_("Confidential purpose"),
}
"""The table and column of a text that may be sealed → what stands there in its place."""
WHERE = {
    "orientation_decision.goal": N_("Goal of an orientation"),
    "action_plan.goal": N_("Goal of a plan"),
    "plan_objective.text": N_("Objective of a plan"),
    "appointment.note": N_("Purpose of an appointment"),
}
NOT_TOLD = frozenset({"not_yet", "not"})
"""Answers that ask why."""
