"""While a member's screen is in someone else's hands, their session opens one page and what lies below it, no more.

Professional secrecy: a tablet that a person fills a questionnaire in on is signed in as the agent. Wherever the person
goes, in this tab or another, they meet a page that asks for the agent's password and shows nothing of anyone.
"""

from collections.abc import Callable

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from clais.identity import sessions
from clais.translation import gettext as _
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.web.rendering import is_partial_request, redirect_after_post

ALWAYS_OPEN = frozenset({"account.take_back", "account.sign_out"})
REFUSED = 403


def refusal_while_handed_over() -> ResponseReturnValue | None:
    """The page that asks for the password; None when the request may pass. Runs before everything else."""
    address = g.get("handed_to")
    if address is None or may_open(address):
        return None
    if is_partial_request():
        # A page that was open before is asked for again as a whole, so that what it shows goes.
        return Response(status=REFUSED, headers={"HX-Refresh": "true"})
    view: Callable[[], ResponseReturnValue] = current_app.view_functions["account.take_back"]  # type: ignore[assignment]
    return view()


def handed_over_to(address: str, back_to: str) -> Response:
    """Hand the session of this request over to an address, and lead there.

    Raises StateConflict, with `back_to` to look at, when this session is gone: no screen is given that is not locked.
    """
    try:
        sessions.hand_over(database(), g.session_token_hash, address)
    except sessions.SessionGone as gone:
        raise StateConflict([], [("", _("This session has ended: the screen was not handed over."))], back_to) from gone
    return redirect_after_post(address)


def may_open(address: str) -> bool:
    """Whether the request is for the page that the session was handed over to, or for one below it."""
    return request.endpoint in ALWAYS_OPEN or request.path == address or request.path.startswith(f"{address}/")
