"""The icons that pages may use, and the sprite that holds them.

A sprite of the icons in use has a tenth of the size of the icon font, and an unknown name raises an error when the page
is rendered.
"""

from __future__ import annotations

import re
from pathlib import Path

ICONS = (
    "123",
    "alarm",
    "arrow-down",
    "arrow-left",
    "arrow-left-right",
    "arrow-right",
    "arrow-up",
    "bar-chart",
    "bell",
    "box-arrow-right",
    "box-arrow-up-right",
    "briefcase",
    "building",
    "bus-front",
    "calendar-plus",
    "calendar3",
    "cash-coin",
    "chat-left-text",
    "check-lg",
    "check2",
    "check2-circle",
    "check2-square",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle",
    "clock-history",
    "compass",
    "diagram-3",
    "door-open",
    "download",
    "emoji-smile",
    "exclamation-circle",
    "exclamation-triangle",
    "eye",
    "eye-slash",
    "file-earmark-text",
    "filter",
    "folder2-open",
    "globe2",
    "grid-3x3-gap",
    "hand-thumbs-down",
    "hand-thumbs-up",
    "heart-pulse",
    "hourglass-split",
    "house-door",
    "inbox",
    "info-circle",
    "journal-text",
    "keyboard",
    "laptop",
    "list-check",
    "lock",
    "lock-fill",
    "mortarboard",
    "pencil",
    "pencil-square",
    "people",
    "person-check",
    "person-lines-fill",
    "plus-lg",
    "printer",
    "question-circle",
    "reception-0",
    "reception-1",
    "reception-2",
    "reception-3",
    "reception-4",
    "reply",
    "search",
    "send",
    "share",
    "shield-lock",
    "signpost-split",
    "sliders",
    "sort-down",
    "sun",
    "tablet",
    "tags",
    "telephone",
    "three-dots",
    "translate",
    "trash",
    "volume-up",
    "x",
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
