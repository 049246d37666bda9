"""Self-assessments: two people of the story answered alone on the agent's tablet, one in Arabic; one is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from clais.dates import working_day_on_or_before
from clais.instruments.rules.definition import InstrumentKind
from config.demo.engine.desk import Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from config.demo.instruments import Release
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tenants.questionnaires.workflow import FILLING


@dataclass(frozen=True, slots=True)
class Told:
    """What someone of the story answered: in which language, how many days before yesterday, and whether to the end."""

    family_name: str
    language: str
    ago: int
    finished: bool
    answers: Mapping[str, Any] = field(default_factory=dict)


TOLD = (
    Told(
        "Benali", "ar", 13, finished=True,
        answers={
            "envie": "3", "savoir": "2", "aide": "1", "francais": "1", "enfants": "yes", "garde": "yes",
            "telephone": "yes", "heures": "38", "mots": "أستطيع أن أبدأ فورًا في أعمال الطرق.",
        },
    ),
    Told(
        "Marchetti", "fr-facile", 41, finished=True,
        answers={
            "envie": "3", "savoir": "1", "aide": "2", "francais": "3", "enfants": "yes", "garde": "no",
            "telephone": "no", "heures": "24", "mots": "Le mercredi, c'est difficile avec les enfants.",
        },
    ),
    Told("Yilmaz", "fr", 0, finished=False, answers={"envie": "2", "savoir": "2"}),
)  # fmt: skip
"""The last question but one is left out: whoever answers alone may."""


def write_self_assessments(
    centre: Desk, desk: Desk, dice: Dice, releases: Sequence[Release], histories: Sequence[History]
) -> None:
    """Write the self-assessments of the people of the story, where a platform has any of them."""
    release = next(one for one in releases if one.kind == InstrumentKind.SELF_ASSESSMENT)
    people = {one.person.values["family_name"]: one for one in histories if one.in_story and one.desk is desk}
    for told in TOLD:
        if told.family_name in people:
            _write(centre, dice, people[told.family_name], release, told)


def _write(centre: Desk, dice: Dice, history: History, release: Release, told: Told) -> None:
    desk, who = history.desk, history.referent
    day = working_day_on_or_before(desk.yesterday - timedelta(days=told.ago))
    begun, ended = at(day, 11, 5), at(day, 11, 25)
    key = desk.ledger.add(
        InstrumentFilling, dice, begun, person_id=history.key, centre_id=centre.tenant_id,
        instrument_id=release.instrument, instrument_version_id=release.key, content_id=release.content,
        number=release.number, kind=release.kind, name=release.name, language=told.language,
        by_person=told.finished, state="finished" if told.finished else "open", begun_on=day, begun_by=who.name,
        finished_on=day if told.finished else None, updated_at=ended, version=2,
    )  # fmt: skip
    for minute, (item, answer) in enumerate(told.answers.items(), start=6):
        desk.ledger.add(
            InstrumentAnswer, dice, at(day, 11, minute), filling_id=key, item=item, value=answer,
            given_by="" if told.finished else who.name,
        )  # fmt: skip
    verbs = ["begin", "hand_over", "finish"] if told.finished else ["begin"]
    for verb, moment in zip(verbs, (begun, begun + timedelta(minutes=1), ended), strict=False):
        desk.record(
            dice, moment, who, f"questionnaire.{verb}", "instrument_filling", key, person_id=history.key,
            details={"number": release.number},
        )  # fmt: skip
    if told.finished:
        desk.step(dice, ended, who, FILLING, "instrument_filling", key, "finish", "open")
