"""The codes of contracts and their labels (gettext ids). Order is that of the screen."""

from clais.translation import N_

KINDS = {
    "piis": N_("PIIS"),
    "piis_training": N_("PIIS, training"),
    "piis_student": N_("PIIS, studies"),
    "support": N_("Support contract of the platform"),
}
COUNTED_KINDS = ("piis", "piis_training", "piis_student")
"""Those that count where the integration income asks for a contract."""

END_REASONS = {
    "term": N_("It came to its term"),
    "reached": N_("Its goal is reached"),
    "renewed": N_("Another contract follows"),
    "agreed": N_("Both sides agreed to stop"),
    "not_kept": N_("It was not kept"),
    "not_entitled": N_("No integration income any more"),
    "moved": N_("Another CPAS takes over"),
    "other": N_("Another reason"),
}

WITHDRAWAL_REASONS = {
    "declined": N_("The person does not wish to sign it"),
    "decided_otherwise": N_("Something else was decided"),
    "mistake": N_("Noted by mistake"),
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "on_track": (N_("It moves on"), N_("The contract still fits")),
    "adapt": (N_("To be adapted"), N_("Steps or agreements change")),
    "difficult": (N_("Difficult for now"), N_("Say together what gets in the way")),
}
