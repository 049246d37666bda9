"""The codes of visits and their labels (gettext ids). Order is that of the screen. What is asked has the topics of the
questions without a name (`tenants.intake.choices`).
"""

from clais.translation import N_

APPOINTMENT, WALK_IN, PHONE, PARTNER = "appointment", "walk_in", "phone", "partner"
MANNERS = {
    APPOINTMENT: N_("By appointment"),
    WALK_IN: N_("Without appointment"),
    PHONE: N_("On the phone"),
    PARTNER: N_("Sent by a partner"),
}
"""How somebody comes."""
UNEXPECTED = {code: MANNERS[code] for code in (WALK_IN, PHONE, PARTNER)}

CHANNEL_OF_MANNER = {APPOINTMENT: "visit", WALK_IN: "visit", PHONE: "phone", PARTNER: "partner"}
"""How somebody comes → the channel of a question that is counted without a name."""

HOLDS = {
    "paper": N_("fetches a paper"),
    "call": N_("is on the phone"),
    "outside": N_("went out for a moment"),
    "colleague": N_("waits for another colleague"),
    "other": N_("another reason"),
}
"""Why a visit is on hold."""

ELSEWHERE = {
    "service": N_("Another service does this"),
    "territory": N_("Lives elsewhere"),
    "full": N_("Nobody is free today"),
    "language": N_("Needs another language"),
    "urgent": N_("Cannot wait, others are there for it"),
    "other": N_("Another reason"),
}
"""Why somebody is directed elsewhere."""

WHY_TOLD = {"service": N_("This is done there."), "full": N_("Nobody is free here today.")}
"""What is told of it to whoever reads the paper or the mail: the reasons that say nothing of the person."""

KNOWN = {"active": N_("known here: active"), "former": N_("known here: formerly")}
"""What the desk is told of a file: whether it is open or closed, and nothing of what it holds."""
