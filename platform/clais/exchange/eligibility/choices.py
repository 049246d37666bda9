"""The codes of the facts that conditions are made of, and their words (gettext ids). Order is that of the screen.

The card of a person takes its codes from here: a condition and a card name one thing by one code.
"""

from clais.translation import N_

STATUS = {
    "job_seeker_benefit": N_("Job seeker with benefit"),
    "waiting_period": N_("Job seeker in waiting period"),
    "integration_income": N_("Integration income (RI)"),
    "article_60": N_("Employed under article 60 § 7"),
    "sickness": N_("Sickness or AViQ"),
    "without_income": N_("Without income"),
    "worker": N_("Worker"),
    "student": N_("Student"),
    "other": N_("Other"),
}

SCHOOLING = {
    "none": N_("No certificate"),
    "ceb": "CEB",
    "ce1d": "CE1D",
    "cesi": "CESI / CESDD",
    "cess": "CESS / CQ6",
    "seventh": N_("7th vocational year"),
    "bachelor": N_("Bachelor"),
    "master": N_("Master"),
    "foreign": N_("Foreign, not recognised"),
    "unknown": N_("Unknown"),
}

LEVELS = {
    "none": N_("None"),
    "A1": "A1",
    "A2": "A2",
    "B1": "B1",
    "B2": "B2",
    "C1": "C1",
    "C2": "C2",
    "native": N_("Mother tongue"),
}
"""Levels of the Common European Framework of Reference for Languages."""

LICENCES = {
    "provisional": N_("Provisional licence"),
    "AM": "AM",
    "A": "A",
    "B": "B",
    "BE": "B+E",
    "C": "C",
    "CE": "C+E",
    "D": "D",
    "DE": "D+E",
    "G": "G",
}

CHILDCARE_STATES = {
    "not_needed": N_("Not needed"),
    "settled": N_("Settled"),
    "partly": N_("Settled in part"),
    "sought": N_("To be found"),
}

QUESTIONS = {
    "free_weekdays": (
        N_("Free during the day, Monday to Friday"),
        N_("Are you free during the day, from Monday to Friday?"),
    ),
    "whole_course": (N_("Can follow it to the end"), N_("Can you follow the whole course, to its last day?")),
    "odd_hours": (N_("Early or late hours"), N_("Can you start before 7 or finish after 20?")),
    "weekends": (N_("Works at weekends"), N_("Can you work on Saturday or Sunday?")),
    "reads_mail": (N_("Reads their mails"), N_("Do you read your mails once a week at least?")),
    "has_computer": (N_("Computer or tablet at home"), N_("Do you have a computer or a tablet at home?")),
    "knows_occupation": (N_("Knows which occupation they want"), N_("Do you know which occupation you want?")),
    "alternating_before": (
        N_("Has followed alternating training"),
        N_("Have you already followed an alternating training?"),
    ),
    "information_session": (N_("Came to the information session"), N_("Did you come to the information session?")),
    "placement_test": (N_("Took the placement test"), N_("Did you take the placement test?")),
    "self_employed_idea": (N_("Has an activity in mind"), N_("Do you already know which activity you would start?")),
}
"""What only the person can say, as a yes or a no: code → (its name, the question that is asked)."""
ASKED = QUESTIONS | {
    "job_seeker": (N_("Registered as a job seeker"), N_("Are you registered as a job seeker at FOREM?")),
    "licences": (N_("Driving licence"), N_("Do you have a driving licence?")),
}
"""The same, with what a card can say too, but never that there is none of it."""

VERDICTS = {"met": N_("met"), "unmet": N_("not met"), "unknown": N_("to ask")}
"""Verdict on one condition → its word."""
