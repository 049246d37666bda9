"""How each of several people is written to."""

from dataclasses import dataclass

from tenants.invitations.choices import (
    BY_HAND,
    CLOSED,
    EXPECTED,
    LEFT_OUT,
    LETTER,
    MAIL,
    MAIL_NOT_CHOSEN,
    MAIL_NOT_TICKED,
    NO_ADDRESS,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an agent says of all of them: mails to those who chose them, letters by hand, not to who comes anyway."""

    by_mail: bool = False
    by_hand: bool = False
    not_expected: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one of them."""

    is_open: bool
    is_expected: bool
    wants_mail: bool
    has_email: bool
    has_postal_address: bool


def manner_of(known: Known, wanted: Wanted) -> tuple[str, str]:
    """How somebody is written to, and of who is left out why; nobody gets a mail who did not choose that."""
    if not known.is_open or (known.is_expected and wanted.not_expected):
        return LEFT_OUT, EXPECTED if known.is_open else CLOSED
    if known.wants_mail and wanted.by_mail:
        return MAIL, ""
    if known.has_postal_address:
        return LETTER, ""
    if wanted.by_hand:
        return BY_HAND, ""
    if known.wants_mail:
        return LEFT_OUT, MAIL_NOT_TICKED
    return LEFT_OUT, MAIL_NOT_CHOSEN if known.has_email else NO_ADDRESS
