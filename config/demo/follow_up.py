"""Follow-up: contacts and attempts, notes of the three classes."""

from datetime import date, datetime, timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from clais.text import excerpt
from config.demo.engine.history import History
from config.demo.engine.texts import read
from tenants.follow_up.models import Contact, EarlierNote, Note

NOTE_WEIGHTS = {"fact": 68, "shareable": 22, "confidence": 10}
CORRECTED, CORRECTED_AFTER = 0.06, timedelta(minutes=12)
"""The share of the notes for the team that are corrected, and how long after they were written."""
SENTENCES = {"absent": "missed", "no_answer": "no_answer", "message_left": "message_left"}
"""Outcomes of an attempt, and where the sentences of each stand."""


def theme_of(text: str | None) -> str | None:
    """What a text is about, by a word of it: its writer chose that; none where no word says it."""
    words = (text or "").casefold()
    themes: dict[str, list[str]] = read("sentences")["themes"]
    return next((theme for theme, signs in themes.items() if any(sign in words for sign in signs)), None)


def note_contact(history: History, moment: datetime, channel: str, outcome: str, **values: object) -> None:
    """A contact or an attempt. Only the first moves the day of the last contact."""
    reached = outcome == "reached"
    minutes = history.dice.choice((5, 10, 15, 20, 30, 45)) if reached else None
    summary = history.voice.say("reached" if reached else SENTENCES[outcome]) if history.dice.chance(0.8) else None
    # The report of an appointment has no theme.
    of_its_own = not values.get("appointment_id")
    key = history.desk.ledger.add(
        Contact, history.dice, moment, person_id=history.key, happened_on=moment.date(), channel=channel,
        outcome=outcome, minutes=minutes, summary=summary, theme=theme_of(summary) if of_its_own and reached else None,
        author_id=history.referent.membership_id, author_name=history.referent.name, **values,
    )  # fmt: skip
    if reached:
        history.reached(moment.date())
    history.desk.record(
        history.dice, moment, history.referent, "contact.note", "contact", key, person_id=history.key,
        details={"channel": channel, "outcome": outcome},
    )  # fmt: skip


def _corrected(history: History, key: UUID, text: str, written_at: datetime, corrected_at: datetime) -> None:
    """What a note said before: its author had sent it before it was finished."""
    history.desk.ledger.add(
        EarlierNote, history.dice, corrected_at, note_id=key, note_class="fact", text=excerpt(text, len(text) // 2),
        author_id=history.referent.membership_id, readers=[], written_at=written_at,
    )  # fmt: skip
    history.desk.record(
        history.dice, corrected_at, history.referent, "note.rewrite", "note", key, person_id=history.key,
        details={"class": "fact"},
    )  # fmt: skip


def notes(history: History, first: date, last: date) -> None:
    """Notes some months apart: most for the team, some that may travel, a few in confidence."""
    day = first
    others = [colleague.membership_id for colleague in history.desk.of_role("agent", "coordinator")]
    while day <= last:
        kind = history.dice.pick(NOTE_WEIGHTS)
        moment = history.moment_on(day)
        text = history.voice.say("notes", kind)
        readers = (
            [other for other in others if other != history.referent.membership_id][:1]
            if history.dice.chance(0.5)
            else []
        )
        corrected_at = moment + CORRECTED_AFTER if kind == "fact" and history.dice.chance(CORRECTED) else None
        key = history.desk.ledger.add(
            Note, history.dice, moment, person_id=history.key, note_class=kind, text=text, theme=theme_of(text),
            author_id=history.referent.membership_id, author_name=history.referent.name,
            readers=readers if kind == "confidence" else [], written_at=moment, corrected_at=corrected_at,
            updated_at=corrected_at or moment, version=2 if corrected_at else 1,
        )  # fmt: skip
        if kind == "shareable":
            history.shareable_notes.append((key, moment, text))
        history.desk.record(
            history.dice,
            moment,
            history.referent,
            "note.write",
            "note",
            key,
            person_id=history.key,
            details={"class": kind},
        )
        if corrected_at:
            _corrected(history, key, text, moment, corrected_at)
        day = working_day_on_or_before(day + timedelta(days=history.dice.randint(35, 110)))
