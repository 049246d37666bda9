"""The cookies of a sign-in, and where it leads."""

from datetime import timedelta

from flask import Response

from clais.identity.devices import device_cookie_name
from clais.services import services
from clais.web.context import session_cookie


def local_path(path: str, otherwise: str) -> str:
    """`path` when it is on this site: an open redirect would send the user elsewhere."""
    if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable():
        return path
    return otherwise


def with_session_cookie(response: Response, token: str) -> Response:
    """The response with the cookie of a session."""
    set_cookie(response, session_cookie(), token)
    return response


def device_cookie_of(email: str) -> str:
    """The name of the device cookie of an account; under HTTPS its prefix binds it to this host."""
    return host_cookie(device_cookie_name(services().secret, email))


def host_cookie(name: str) -> str:
    """The name of a cookie that only this host may set, where the browser can check it."""
    return f"__Host-{name}" if services().secure_cookies else name


def set_cookie(response: Response, name: str, value: str, *, max_age: timedelta | None = None) -> None:
    """Set a cookie that no script and no other site reads."""
    response.set_cookie(name, value, max_age, path="/", secure=services().secure_cookies, httponly=True, samesite="Lax")
