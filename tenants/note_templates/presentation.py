"""Templates in words, and what a click on one puts into the form."""

import json
from typing import Any

from clais.text import lower_first
from clais.translation import gettext as _
from tenants.follow_up.choices import CHANNELS, NOTE_CLASSES
from tenants.follow_up.presentation import theme_text
from tenants.follow_up.typed import NOTE_PREFIX
from tenants.note_templates.choices import NOTE
from tenants.note_templates.models import NoteTemplate


def sets(template: NoteTemplate) -> str:
    """What it sets beside its text, in words: « Confidence », « Telephone, 10 min »."""
    parts = []
    if template.note_class:
        parts.append(_(NOTE_CLASSES[template.note_class]))
    if template.theme:
        parts.append(theme_text(template.theme))
    if template.channel:
        parts.append(_(CHANNELS[template.channel]))
    if template.minutes:
        parts.append(_("%(minutes)s min", minutes=template.minutes))
    return ", ".join(part if place == 0 else lower_first(part) for place, part in enumerate(parts))


def inserted(template: NoteTemplate) -> str:
    """What the script of the page puts into the form: the text, the class of a note, fields by name."""
    prefix = NOTE_PREFIX if template.form == NOTE else ""
    wanted = ("theme", "channel", "minutes")
    fields = {f"{prefix}{name}": value for name in wanted if (value := getattr(template, name)) is not None}
    facts: dict[str, Any] = {"text": template.text, "class": template.note_class, "fields": fields}
    return json.dumps(facts, ensure_ascii=False)
