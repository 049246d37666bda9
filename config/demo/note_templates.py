"""The templates of notes and contacts of a platform, written by its coordinator."""

from datetime import date

from clais.dates import working_day_on_or_before
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.texts import read
from tenants.note_templates.actions import FACTS
from tenants.note_templates.models import NoteTemplate


def templates(desk: Desk, opened: date) -> None:
    """Those of a platform, from the week in which it opened."""
    dice, coordinator = Dice(f"{desk.code}/note templates"), desk.of_role("coordinator")[0]
    day = working_day_on_or_before(opened)
    for minute, facts in enumerate(read("note_templates")["templates"]):
        moment = at(day, 11, minute)
        values = {name: facts.get(name) for name in FACTS} | {"text": facts["text"].strip("\n")}
        key = desk.ledger.add(NoteTemplate, dice, moment, version=1, **values)
        desk.record(dice, moment, coordinator, "note_template.add", "note_template", key)
