"""Security headers of every response, errors and redirects included: a strict policy, and no caching."""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-create",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
HSTS_SECONDS = 2 * 365 * 24 * 3600


def csp_nonce() -> str:
    """The nonce of this response: only scripts that have it run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def content_security_policy() -> str:
    """The policy: own files, scripts by nonce, no inline style, no frame, no plug-in, no other site."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{csp_nonce()}'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def set_headers(response: Response) -> Response:
    """Set the headers of a response, except those that the view has set (the policy of a download)."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    # No view may change this one: the back button of a shared workstation must not show the previous user's pages.
    headers["Cache-Control"] = "no-store"
    headers.pop("ETag", None)
    headers.pop("Last-Modified", None)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={HSTS_SECONDS}; includeSubDomains")
    return response


def init_headers(app: Flask) -> None:
    """Set the headers last, after every other `after_request`."""
    # Flask runs these functions in reverse order of registration: the first one runs last.
    app.after_request_funcs.setdefault(None, []).insert(0, set_headers)
