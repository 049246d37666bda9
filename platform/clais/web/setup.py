"""Installs the web layer on an application: translations, headers, CSRF, errors, static files, templates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from jinja2 import StrictUndefined

from clais.web.assets import asset_url, icon, wrap_static
from clais.web.csrf import csrf_token, init_csrf
from clais.web.errors import init_errors
from clais.web.flashes import init_flashes
from clais.web.formatting import FORMATTERS
from clais.web.headers import csp_nonce, init_headers
from clais.web.help import help_at, word_url
from clais.web.sizes import MAXIMUM_BODY
from clais.web.templating import Templates
from clais.web.translations import MergedDomain, init_translations

# htmx must respect our content security policy: no inline style, no code from attributes. No page is cached in the
# browser: the back button loads it again, so that it is refused after a sign-out.
HTMX_CONFIG = {
    "includeIndicatorCSS": False,
    "defaultSwap": "outerHTML",
    "history": "reload",
    "mode": "same-origin",
    "noSwap": [204, 304],
    "defaultTimeout": 30000,
    # With a delay, htmx copies the inline style of the replaced element to the new one, for transitions that we do not
    # use: after a user has resized a textarea, the content security policy would refuse that style.
    "defaultSettleDelay": 0,
}
MAXIMUM_FORM_PARTS = 2000


def setup_web(app: Flask, folders: Sequence[Path] = ()) -> None:
    """Install the web layer. It needs no database.

    Call it after registering the `before_request` that loads the session: the CSRF check reads `g.session_token_hash`
    (bytes, or None before sign-in). Pages may also set `g.locale` and `g.request_id`. `folders` are those of the
    features, whose texts, styles and scripts are read.
    """
    app.config.setdefault("MAX_CONTENT_LENGTH", None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or MAXIMUM_BODY
    app.config["MAX_FORM_PARTS"] = MAXIMUM_FORM_PARTS
    app.jinja_environment = Templates
    init_headers(app)
    domain = init_translations(app, folders)
    init_flashes(app)
    init_csrf(app)
    init_errors(app)
    wrap_static(app, folders)
    _init_templates(app, domain)


def _init_templates(app: Flask, domain: MergedDomain) -> None:
    app.register_blueprint(Blueprint("web", __name__, template_folder="templates"))
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    environment = app.jinja_env
    if not isinstance(environment, Templates):
        raise TypeError("the templates were set up before the web layer")
    environment.domain = domain
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    shared: dict[str, Any] = {
        "asset_url": asset_url,
        "csp_nonce": csp_nonce,
        "csrf_token": csrf_token,
        "icon": icon,
        "help_at": help_at,
        "word_url": word_url,
        "htmx_config": HTMX_CONFIG,
        **FORMATTERS,
    }
    environment.globals.update(shared)
