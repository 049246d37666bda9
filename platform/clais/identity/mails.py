"""The mails about accounts."""

from clais.translation import N_, in_language

SUBJECT = N_("Your access to CLAIS")
TEXT = N_(
    "Hello,\n\n"
    "An access to CLAIS is open for you (%(place)s). Choose your password by this link, which serves once and is valid "
    "for %(days)s days:\n\n%(link)s\n\n"
    "If you did not expect this message, do not click, and tell your coordinator.\n"
)


def invitation_mail(language: str, place: str, days: int, link: str) -> tuple[str, str]:
    """Subject and text of an invitation to a member of `place`; the link is valid for `days` days."""
    return in_language(language, SUBJECT), in_language(language, TEXT, place=place, days=days, link=link)


RESET_SUBJECT = N_("A new password for CLAIS")
RESET_TEXT = N_(
    "Hello,\n\n"
    "Someone asked to choose a new password for your account in CLAIS. If it was you, open this link in the browser in "
    "which you asked, within %(minutes)s minutes. It serves once:\n\n%(link)s\n\n"
    "If it was not you, do nothing: your password stays as it is, and this link works in no other browser.\n"
)


def reset_mail(language: str, minutes: int, link: str) -> tuple[str, str]:
    """Subject and text of the link for a forgotten password, valid for `minutes` minutes."""
    return in_language(language, RESET_SUBJECT), in_language(language, RESET_TEXT, minutes=minutes, link=link)
