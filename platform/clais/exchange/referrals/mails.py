"""The mails about referrals. They name nobody: mail travels unencrypted."""

from clais.translation import N_
from clais.translation import gettext as _

TEXT = N_("%(sentence)s\n\nOpen it here: %(address)s\n\nThis mail names nobody on purpose: mail travels in the open.")


def news_mail(sentence: str, address: str) -> str:
    """The text of a mail that says what the other party did, and where to read it."""
    return _(TEXT, sentence=sentence, address=address)
