"""A bilan that is under way: someone of the story began it with their agent yesterday, and it waits to be finished."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from clais.instruments.rules.definition import InstrumentKind
from clais.instruments.rules.dimensions import SENSITIVE
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.engine.ledger import ToSeal
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling

WHO = "Dufrasne"
ANSWERS: Mapping[str, Any] = {
    "work": {"level": "1", "note": "Douze ans cariste ; le brevet est à renouveler."},
    "training": {"level": "-1", "by": "person"},
    "languages": {"level": "2"},
    "digital": {"level": "0"},
    "housing": {"level": "1"},
    "enfants": "1",
    "mobility": {"level": "-2", "by": "agent", "note": "La voiture est vendue depuis août."},
    "health": {"level": "-1", "by": "person"},
    "p_reseau": "yes",
}
"""By question, as rows keep them. The rest waits: the appointment was over."""


def write_bilan_under_way(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """Write the bilan under way of a platform, where it has that person of the story."""
    history = next((one for one in histories if one.in_story and one.desk is desk and _is(one)), None)
    if history is None or not desk.bilans_asked:
        return
    asked, who, begun = desk.bilans_asked[-1], history.referent, at(desk.yesterday, 16, 20)
    last = begun + timedelta(minutes=len(ANSWERS))
    key = desk.ledger.add(
        InstrumentFilling, dice, begun, person_id=history.key, centre_id=asked.centre, instrument_id=asked.instrument,
        instrument_version_id=asked.version, content_id=asked.content, layer_id=asked.layer, number=asked.number,
        kind=InstrumentKind.BILAN.value, name="Bilan", state="open",
        begun_on=desk.yesterday, begun_by=who.name, updated_at=last, version=len(ANSWERS),
    )  # fmt: skip
    for minute, (item, answer) in enumerate(ANSWERS.items(), start=1):
        kept = {"sealed": ToSeal([item, answer])} if item in SENSITIVE else {"value": answer}
        moment = begun + timedelta(minutes=minute)
        desk.ledger.add(InstrumentAnswer, dice, moment, filling_id=key, item=item, given_by=who.name, **kept)
    desk.record(dice, begun, who, "bilan.begin", "instrument_filling", key, person_id=history.key, details={})


def _is(history: History) -> bool:
    return bool(history.person.values["family_name"] == WHO)
