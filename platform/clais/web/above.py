"""Where an address leads that only takes forms: a page that stands on it is loaded anew, or gone back to."""

from flask import Response, current_app, g, redirect, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from clais.feature.pages import PUBLIC, SIGNED_IN, permission_of_view
from clais.web.context import API


def page_above() -> Response | None:
    """A redirection from an address that takes a form to the nearest page above it that its reader may open.

    None when this is no such address, or has no such page. What stands after the « ? » is left behind.
    """
    asked = request.routing_exception
    if request.method != "GET" or not isinstance(asked, MethodNotAllowed) or request.path.startswith(API):
        return None
    path = request.path
    while path := path.rpartition("/")[0]:
        if _may_open(path):
            return redirect(path, 303)  # type: ignore[return-value]
    return None


def _may_open(path: str) -> bool:
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return False
    permission = permission_of_view(current_app.view_functions.get(endpoint))
    if permission is None:
        return False
    who = g.get("actor")
    return permission in {PUBLIC, SIGNED_IN} or who is None or who.may(permission)
