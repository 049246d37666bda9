"""Help on the pages of other features: what stands at a place, and where a word is explained. For templates."""

from collections.abc import Collection
from typing import Any

from flask import g, render_template, url_for
from markupsafe import Markup

from clais.feature import composition
from clais.web.context import database


def help_at(place: str) -> Markup:
    """All help at a place (see `clais.feature.help.PLACES`) for who looks at the page; mostly none."""
    who = g.get("actor")
    if who is None or not who.tenant_slug:
        return Markup()
    parts = []
    for part in composition().page_help:
        if who.may(part.permission):
            content = part.load(database(), who, place)
            if content is not None:
                parts.append(Markup(render_template(part.template, help=content)))  # noqa: S704 - it is rendered.
    return Markup().join(parts)


def word_url(field: str) -> str | None:
    """The page that says what a field of this name means, if there is one."""
    codes, endpoint, argument = g.get("words") or _words()
    values: dict[str, Any] = {argument: field}
    return url_for(endpoint, **values) if field in codes else None


def _words() -> tuple[Collection[str], str, str]:
    who = g.get("actor")
    glossary = composition().glossary if who is not None and who.tenant_slug else None
    if who is None or glossary is None or not who.may(glossary.permission):
        g.words = ((), "", "")
    else:
        g.words = (glossary.codes(database()), glossary.endpoint, glossary.argument)
    found: tuple[Collection[str], str, str] = g.words
    return found
