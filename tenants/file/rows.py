"""The rows of the component that shows the thread of a file."""

from typing import Any

from flask import current_app
from markupsafe import Markup

from clais.feature.file import Entry
from clais.web.formatting import short_day


def thread_rows(entries: list[Entry]) -> list[dict[str, Any]]:
    """The rows of the component `timeline`, one per entry."""
    tag = current_app.jinja_env.get_template("components/tag.html").module
    return [
        {
            "when": short_day(entry.when),
            "title": Markup('<a href="{}">{}</a>').format(entry.url, entry.title) if entry.url else entry.title,
            "body": entry.body,
            "private": entry.private,
            "tag": tag.tag(entry.tag, entry.tag_kind) if entry.tag else "",  # type: ignore[attr-defined]
        }
        for entry in entries
    ]
