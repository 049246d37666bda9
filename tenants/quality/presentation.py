"""What a coordinator does next with a request, in words."""

from clais.exchange.quality.queries import Asked
from clais.translation import gettext as _


def next_act_text(asked: Asked) -> str:
    """The next act on a request that waits for the platform."""
    return _("Draw the files") if asked.state == "asked" else _("Write the summaries")
