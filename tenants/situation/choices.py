"""The codes of a person's situation and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_
from tenants.people.dated import ADDRESS, SCHOOLING, STATUS

HOUSEHOLD, CHILDCARE, TRANSPORT, AVAILABILITY = "household", "childcare", "transport", "availability"

FACTS = {
    STATUS: N_("Status"),
    HOUSEHOLD: N_("Household"),
    ADDRESS: N_("Address"),
    SCHOOLING: N_("Schooling"),
    CHILDCARE: N_("Childcare"),
    TRANSPORT: N_("Transport"),
    AVAILABILITY: N_("Availability"),
}
"""The dated facts of a person, with their names."""

RECOGNITION = {
    "here": N_("Obtained in Belgium"),
    "recognised": N_("Foreign, equivalence obtained"),
    "asked": N_("Foreign, equivalence asked for"),
    "refused": N_("Foreign, equivalence refused"),
    "not_asked": N_("Foreign, equivalence not asked for"),
}

COMPOSITION = {
    "alone": N_("Alone"),
    "single_parent": N_("Alone with children"),
    "couple": N_("As a couple"),
    "couple_children": N_("As a couple with children"),
    "parents": N_("With parents or family"),
    "shared": N_("Shared housing"),
    "institution": N_("In a home or a shelter"),
    "other": N_("Otherwise"),
}

MEANS = {
    "walk": N_("On foot"),
    "bike": N_("Bicycle or scooter"),
    "bus": N_("Bus, tram, metro"),
    "train": N_("Train"),
    "moped": N_("Moped or motorcycle"),
    "car": N_("Car of one's own"),
    "lift": N_("Car of someone else"),
}

DAYS = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
HALVES = {"am": N_("morning"), "pm": N_("afternoon"), "eve": N_("evening")}

EPISODES = {
    "job": N_("Work"),
    "training": N_("Training or studies"),
    "internship": N_("Internship"),
    "volunteering": N_("Volunteering"),
    "other": N_("Another activity"),
}

CONTRACTS = {
    "permanent": N_("Permanent contract (CDI)"),
    "fixed": N_("Fixed-term contract (CDD)"),
    "temporary": N_("Temporary agency work"),
    "article_60": N_("Article 60 § 7"),
    "student": N_("Student contract"),
    "self_employed": N_("Self-employed"),
    "voucher": N_("Service vouchers"),
    "other": N_("Another contract"),
}
