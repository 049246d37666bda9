"""The mail that says that there is something new. It names nobody: mail travels unencrypted."""

from urllib.parse import urljoin

from flask import request

from clais.database import ScopedSession
from clais.messaging.actions import post_mail
from clais.translation import N_
from clais.translation import gettext as _

TEXT = N_("%(sentence)s\n\nOpen it here: %(address)s\n\nThis mail names nobody on purpose: mail travels in the open.")


def post_news(session: ScopedSession, recipient: str, sentence: str, page: str | None, dedupe_key: str) -> bool:
    """Put a mail in the outbox that says `sentence` and links to `page`, a path of this site. False when it was there.

    `sentence` names no candidate.
    """
    body = _(TEXT, sentence=sentence, address=urljoin(request.url_root, page or "/"))
    return post_mail(session, recipient, sentence, body, dedupe_key)
