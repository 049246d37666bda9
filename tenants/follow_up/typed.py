"""What is kept while someone types a note or a contact: which forms, by what names, and what their pages say of it."""

from typing import Any
from uuid import UUID

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from clais.forms.form import Form
from clais.forms.formdata import SHELL_FIELDS
from tenants.drafts.presentation import Shown
from tenants.follow_up.schemas import ContactSchema, note_schema

NOTE, CONTACT = "note", "contact"
NOTE_EDIT, CONTACT_EDIT = "note_edit", "contact_edit"
"""The corrections of one that is written."""
NOTE_PREFIX = "note-"
"""The prefix of the note form, because the page of the file has other forms."""
TEXTS = {NOTE: f"{NOTE_PREFIX}text", CONTACT: "summary", NOTE_EDIT: "text", CONTACT_EDIT: "summary"}
"""The field of each form that is written in: without a word in it nothing is kept."""
VERSION = "_version"
"""The field with the version of the entry that a correction began with: it is kept with what was typed."""
SEEN = "draft"
"""The field with the version of the draft that a form holds."""
MOST = 40_000
"""Characters that are kept: far more than a form takes, so that a text which is too long is not lost either."""


def seen_draft() -> int:
    """The version of the draft that the sent form holds, 0 for none."""
    given = request.form.get(SEEN, "")
    return int(given) if given.isdecimal() and len(given) < len(str(MOST**2)) else 0


def form_of(which: str, typed: MultiDict[str, str], *, colleagues: list[tuple[str, str]] | None = None) -> Form:
    """A form as it was typed. Raises UnknownFields (400)."""
    if which in {NOTE, NOTE_EDIT}:
        prefix = NOTE_PREFIX if which == NOTE else ""
        return Form.from_request(note_schema(colleagues or []), typed, prefix=prefix, allow=(SEEN,))
    return Form.from_request(ContactSchema(), typed, allow=(SEEN,))


def typed_in(form: MultiDict[str, str]) -> dict[str, list[str]]:
    """What was typed, without what every form carries but the version of what is corrected."""
    left_out = SHELL_FIELDS - {VERSION} | {SEEN}
    return {name: form.getlist(name) for name in form if name not in left_out}


def put_together(which: str, kept: dict[str, list[str]], typed: dict[str, list[str]]) -> MultiDict[str, str]:
    """What was kept, and below it what was typed since."""
    field = TEXTS[which]
    before, since = ("\n".join(each.get(field, ())).strip() for each in (kept, typed))
    texts = [before] if since in before else [since] if before in since else [before, since]
    return MultiDict(typed | kept | {field: ["\n\n".join(texts)]})


def shown(person_id: UUID, which: str, draft: Any, seen: int, *, ahead: bool = False) -> Shown:
    """What the page of a form says of a draft, which it holds in the version `seen`, or offers."""
    is_held = draft is None or draft.version == seen
    return Shown(
        url_for("follow_up.keep_draft", person_id=person_id, which=which),
        url_for("follow_up.resume_draft", person_id=person_id, which=which),
        url_for("follow_up.drop_draft", person_id=person_id, which=which),
        seen=seen if draft is not None and is_held else 0,
        kept_at=None if is_held else draft.kept_at,
        is_ahead=ahead,
        partial="notes" if which == NOTE else "",
    )


def shown_beside(which: str, entry_id: UUID, draft: Any, seen: int, *, ahead: bool = False) -> Shown:
    """The same of the correction of a note or a contact."""
    is_held = draft is None or draft.version == seen
    name, key = ("note", "note_id") if which == NOTE_EDIT else ("contact", "contact_id")
    address: dict[str, Any] = {key: entry_id}
    return Shown(
        url_for(f"follow_up.keep_{name}_correction", **address),
        url_for(f"follow_up.resume_{name}_correction", **address),
        url_for(f"follow_up.drop_{name}_correction", **address),
        seen=seen if draft is not None and is_held else 0,
        kept_at=None if is_held else draft.kept_at,
        is_ahead=ahead,
    )
