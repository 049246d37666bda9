"""What a platform is told when it registers its agents."""

from clais.translation import gettext as _
from clais.translation import ngettext


def asked_text(state: str, *, is_full: bool) -> str:
    """What comes of asking for a seat for oneself."""
    if state == "asked":
        return _("Asked. Your coordinator approves it, and you hear by mail.")
    if is_full:
        return _("Registered. The session is full: you are on the waiting list.")
    return _("Registered. The convocation comes by mail.")


def registered_text(number: int, free: int) -> str:
    """What comes of registering some colleagues while so many seats are free."""
    said = ngettext("%(num)d person is registered.", "%(num)d people are registered.", number)
    if (waiting := number - max(free, 0)) > 0:
        more = ngettext(
            "The session is full: %(num)d person goes on the waiting list.",
            "The session is full: %(num)d people go on the waiting list.",
            waiting,
        )
        return f"{said} {more}"
    by_mail = _("The convocation comes by mail.")
    return f"{said} {by_mail}"
