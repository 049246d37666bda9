"""How people are written to, and why somebody is not: codes and their words (gettext ids)."""

from clais.translation import N_

LETTER, BY_HAND, MAIL, LEFT_OUT = "letter", "by_hand", "mail", "left_out"
MANNERS = {
    LETTER: N_("letter"),
    BY_HAND: N_("letter to give by hand"),
    MAIL: N_("mail"),
    LEFT_OUT: N_("left out"),
}

CLOSED, EXPECTED, NO_ADDRESS, MAIL_NOT_CHOSEN, MAIL_NOT_TICKED = REASONS = (
    "closed", "expected", "no_address", "mail_not_chosen", "mail_not_ticked",
)  # fmt: skip
WHY_LEFT_OUT = {
    CLOSED: N_("the file is closed"),
    EXPECTED: N_("has an appointment already"),
    NO_ADDRESS: N_("no address at all: neither a postal one nor e-mail"),
    MAIL_NOT_CHOSEN: N_("no postal address; has an e-mail address, and did not choose to be written to there"),
    MAIL_NOT_TICKED: N_("no postal address; chose to be written to by e-mail, which is not ticked above"),
}
