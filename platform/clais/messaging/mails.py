"""The mail that says what is new. It names nobody: mail travels unencrypted."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urljoin

from flask import request

from clais.database import ScopedSession
from clais.messaging.actions import post_mail
from clais.translation import N_, ngettext
from clais.translation import gettext as _

TEXT = N_("%(sentence)s\n\nOpen it here: %(address)s\n\nThis mail names nobody on purpose: mail travels in the open.")
TEXT_OF_MANY = N_("%(lines)s\n\nThis mail names nobody on purpose: mail travels in the open.")
MOST_LINES = 30


class News(NamedTuple):
    """A sentence that names no candidate, and the path of the page that it leads to, if any."""

    sentence: str
    page: str | None


def post_news(session: ScopedSession, recipient: str, news: Sequence[News], dedupe_key: str) -> bool:
    """Put one mail in the outbox that says what is new, with links to this site. False when it was there."""
    if len(news) == 1:
        subject = news[0].sentence
        return post_mail(session, recipient, subject, _(TEXT, sentence=subject, address=_address(news[0])), dedupe_key)
    subject = ngettext("%(num)d thing is new for you", "%(num)d things are new for you", len(news))
    lines = [f"{one.sentence}\n{_address(one)}" for one in news[:MOST_LINES]]
    if (more := len(news) - MOST_LINES) > 0:
        lines.append(ngettext("And %(num)d more, on your screen.", "And %(num)d more, on your screen.", more))
    return post_mail(session, recipient, subject, _(TEXT_OF_MANY, lines="\n\n".join(lines)), dedupe_key)


def _address(one: News) -> str:
    return urljoin(request.url_root, one.page or "/")
