"""The codes of a person's card and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

SEX = {"woman": N_("Woman"), "man": N_("Man"), "other": N_("Other"), "undeclared": N_("Not declared")}

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

LANGUAGES = {
    "fr": N_("French"),
    "nl": N_("Dutch"),
    "de": N_("German"),
    "en": N_("English"),
    "ar": N_("Arabic"),
    "ber": N_("Berber"),
    "tr": N_("Turkish"),
    "it": N_("Italian"),
    "es": N_("Spanish"),
    "pt": N_("Portuguese"),
    "ro": N_("Romanian"),
    "bg": N_("Bulgarian"),
    "pl": N_("Polish"),
    "uk": N_("Ukrainian"),
    "ru": N_("Russian"),
    "sq": N_("Albanian"),
    "ln": N_("Lingala"),
    "sw": N_("Swahili"),
    "ff": N_("Fula"),
    "fa": N_("Persian / Dari"),
    "ps": N_("Pashto"),
    "ku": N_("Kurdish"),
    "other": N_("Another language"),
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

CONSENT_MANNERS = {"spoken": N_("Spoken, noted by the agent"), "paper": N_("On paper"), "screen": N_("On the screen")}

REGISTRATION_TEXT = N_(
    "We write down who you are and what you ask for in a file of the platform %(of_place)s, to help you find work or "
    "training. Only its agents read it, and they are bound by professional secrecy. Nothing goes to another service "
    "without your agreement. You may see, correct or erase what concerns you. To refuse takes no right away from you. "
    "Do you agree?"
)
"""The text read to the person before their file is created."""
REGISTRATION_TEXT_VERSION = "2026-1"
"""Stored with each agreement; raise it whenever the text changes."""
AGREEMENT_NEEDED = N_("Say how the person agreed. Without agreement, note an anonymous information request.")

CHANGED, WRONG = "changed", "wrong"
DATED_CHANGES = {CHANGED: N_("It changed: from today on"), WRONG: N_("It was noted wrong: it was so all along")}
"""What an agent says of a status, an address or a certificate that is replaced by another one."""

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

CONTACT_PREFERENCES = {
    "phone": N_("By phone"),
    "sms": N_("By text message"),
    "email": N_("By e-mail"),
    "post": N_("By post"),
}

TOLD_APART = {
    "decided": N_("Decided after looking at both files"),
    "registered": N_("Said when the file was opened or its card was changed"),
    "undone": N_("Merged, and taken back"),
}
"""What the decision that two files are not one person's follows from."""
BINDING = frozenset({"decided", "undone"})
"""The causes of a decision that holds when a card changes: what was said at the desk is asked again then."""
