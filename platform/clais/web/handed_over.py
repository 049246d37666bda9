"""While a member's screen is in someone else's hands, their session opens one page and what lies below it, no more.

Professional secrecy: a tablet that a person fills a questionnaire in on is signed in as the agent. Wherever the person
goes, in this tab or another, they meet a page that asks for the agent's password and shows nothing of anyone.
"""

from collections.abc import Callable

from flask import Response, current_app, g, request
from flask.typing import ResponseReturnValue

from clais.web.rendering import is_partial_request

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


def may_open(address: str) -> bool:
    """Whether the request is for the page that the session was handed over to, or for one below it."""
    return request.endpoint in ALWAYS_OPEN or request.path == address or request.path.startswith(f"{address}/")
