"""Corrections of notes and contacts in words: when, and what was written before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clais.dates import day_of
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import clock_time, near_day
from tenants.follow_up.choices import CHANNELS, NOTE_CLASSES, OUTCOMES, THEMES


def corrected(written_at: datetime, corrected_at: datetime | None) -> str:
    """When a text was corrected: "corrected at 10:12", with the day when it is another one; empty when it never was."""
    if corrected_at is None:
        return ""
    hour = clock_time(corrected_at)
    if day_of(corrected_at) == day_of(written_at):
        return _("corrected at %(hour)s", hour=hour)
    return _("corrected on %(day)s at %(hour)s", day=near_day(corrected_at), hour=hour)


def theme_text(theme: str | None) -> str:
    """What a note or a contact is about; empty when nobody said."""
    return _(THEMES.get(theme, theme)) if theme else ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a note or of a contact: when it was written, its facts in words, its text."""

    when: datetime
    facts: str
    text: str


def note_version(note: Any, when: datetime) -> Version:
    """A version of a note, the present one or an earlier one."""
    facts = (_(NOTE_CLASSES[note.note_class]), theme_text(note.theme))
    return Version(when, ", ".join(lower_first(fact) for fact in facts if fact), note.text)


def contact_version(contact: Any, when: datetime) -> Version:
    """A version of a contact, the present one or an earlier one."""
    minutes = _("%(minutes)s min", minutes=contact.minutes) if contact.minutes else ""
    how = (_(CHANNELS[contact.channel]), _(OUTCOMES[contact.outcome]), minutes, theme_text(contact.theme))
    facts = (near_day(contact.happened_on), *how)
    return Version(when, ", ".join(lower_first(fact) for fact in facts if fact), contact.summary or "")
