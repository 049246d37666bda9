"""The icons that pages may use, and the sprite that holds them.

A sprite of the icons in use has a tenth of the size of the icon font, and an unknown name raises an error when the page
is rendered.
"""

from __future__ import annotations

import re
from pathlib import Path

ICONS = (
    "alarm",
    "archive",
    "arrow-counterclockwise",
    "arrow-down",
    "arrow-left",
    "arrow-left-right",
    "arrow-repeat",
    "arrow-return-right",
    "arrow-right",
    "arrow-up",
    "award",
    "bar-chart",
    "bell",
    "book",
    "box-arrow-right",
    "box-arrow-up-right",
    "briefcase",
    "building",
    "bus-front",
    "calendar-check",
    "calendar-event",
    "calendar-plus",
    "calendar-x",
    "calendar3",
    "car-front",
    "cash-coin",
    "chat-left-text",
    "chat-square-text",
    "check-circle",
    "check-lg",
    "check2",
    "check2-circle",
    "check2-square",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle",
    "clipboard-check",
    "clipboard-data",
    "clock",
    "clock-history",
    "compass",
    "dash",
    "dash-circle",
    "database",
    "diagram-3",
    "door-open",
    "download",
    "emoji-smile",
    "envelope",
    "envelope-open",
    "exclamation-circle",
    "exclamation-triangle",
    "eye",
    "eye-slash",
    "file-earmark",
    "file-earmark-text",
    "files",
    "filter",
    "flag",
    "folder2",
    "folder2-open",
    "gear",
    "geo-alt",
    "globe2",
    "grid-3x3-gap",
    "hand-thumbs-up",
    "heart",
    "heart-pulse",
    "hourglass-split",
    "house",
    "house-door",
    "inbox",
    "info-circle",
    "journal-text",
    "key",
    "keyboard",
    "laptop",
    "life-preserver",
    "lightbulb",
    "link-45deg",
    "list",
    "list-check",
    "list-task",
    "lock",
    "lock-fill",
    "map",
    "mortarboard",
    "paperclip",
    "pause-circle",
    "pencil",
    "pencil-square",
    "people",
    "person",
    "person-badge",
    "person-check",
    "person-circle",
    "person-lines-fill",
    "person-plus",
    "person-x",
    "phone",
    "pin-angle",
    "play-circle",
    "plus",
    "plus-circle",
    "plus-lg",
    "printer",
    "puzzle",
    "question-circle",
    "reply",
    "search",
    "send",
    "send-check",
    "share",
    "shield-check",
    "shield-lock",
    "signpost-2",
    "signpost-split",
    "slash-circle",
    "sliders",
    "star",
    "stop-circle",
    "sun",
    "table",
    "tag",
    "telephone",
    "three-dots",
    "three-dots-vertical",
    "tools",
    "translate",
    "trash",
    "ui-checks",
    "unlock",
    "upload",
    "wallet2",
    "wifi-off",
    "x",
    "x-circle",
    "x-lg",
)
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def icon_sprite(folder: Path) -> str:
    """One SVG file with a symbol per icon, made from the files of bootstrap-icons."""
    symbols = []
    for name in ICONS:
        drawing = DRAWING.search((folder / f"{name}.svg").read_text())
        if drawing is None:
            message = f"{name}.svg is not a drawing."
            raise ValueError(message)
        body = re.sub(r"\s*\n\s*", "", drawing[1]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">{"".join(symbols)}</svg>\n'


def icon_id(name: str) -> str:
    """Template global: the checked name. Raises LookupError for an icon that is not in the sprite."""
    if name not in ICONS:
        message = f"Add {name!r} to clais.web.icons.ICONS to draw it."
        raise LookupError(message)
    return name
