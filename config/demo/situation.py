"""The situation of a person beside the card: household, an earlier status, work and training before."""

from datetime import date, datetime, timedelta
from typing import Any

from config.demo.engine.dice import Dice
from config.demo.engine.history import History
from config.demo.engine.ledger import ToSeal
from config.demo.engine.texts import read
from tenants.people.dated import OF_PERIODS
from tenants.people.models import PersonChange, PersonPeriod
from tenants.people.withheld import in_clear
from tenants.sensitive.models import SensitiveFact
from tenants.situation.models import Episode

HOUSEHOLDS = {"alone": 30, "single_parent": 28, "couple_children": 22, "couple": 8, "parents": 9, "shared": 3}
WITH_CHILDREN = frozenset({"single_parent", "couple_children"})
COUPLES = frozenset({"couple", "couple_children"})
BEFORE = {"without_income": 40, "student": 20, "worker": 40}
_TOLD, _EARLIER, _WORKED, _SENSITIVE = 0.6, 0.4, 0.7, 0.12
_YOUNGEST = 17


def tell(history: History) -> None:
    """What the person told of themselves at the first reception, a few minutes after it."""
    if history.received_at is None:
        return
    # Dice of its own, so that what else happens to a person does not hang on what they told.
    dice = Dice(f"situation of {history.key}")
    moment = history.received_at + timedelta(minutes=2)
    if history.in_story or dice.chance(_TOLD):
        _household(history, dice, moment)
    if history.in_story or dice.chance(_EARLIER):
        _earlier_status(history, dice, moment + timedelta(minutes=1))
    if history.in_story or dice.chance(_WORKED):
        _episodes(history, dice, moment + timedelta(minutes=2))
    if history.in_story or dice.chance(_SENSITIVE):
        _sensitive(history, dice, moment + timedelta(minutes=6))


def _sensitive(history: History, dice: Dice, moment: datetime) -> None:
    """What the person asked to be known, sealed, for a year or so."""
    text = dice.choice(read("situation")["sensitive"])
    facts = [text["kind"], text["text"], text["reason"], "spoken", None]
    key = history.desk.ledger.add(
        SensitiveFact, dice, moment, person_id=history.key, author_id=history.referent.membership_id,
        noted_by=history.referent.name, noted_at=moment, sealed=ToSeal(facts),
        keep_until=max(history.desk.today, moment.date()) + timedelta(days=dice.randint(60, 300)),
    )  # fmt: skip
    history.desk.record(dice, moment, history.referent, "sensitive.note", "sensitive_fact", key, person_id=history.key)


def _household(history: History, dice: Dice, moment: datetime) -> None:
    composition = dice.pick(HOUSEHOLDS)
    value: dict[str, Any] = {"composition": composition, "adults": 2 if composition in COUPLES else 1}
    if composition in WITH_CHILDREN:
        youngest = moment.year - dice.randint(1, 9)
        born = [youngest - 3 * place for place in range(dice.randint(1, 3))]
        value["children"] = [{"born": year, "dependant": True} for year in born]
    day = moment.date()
    history.desk.ledger.add(PersonPeriod, dice, moment, person_id=history.key, fact="household", since=day, value=value)
    _changed(history, dice, moment, f"{OF_PERIODS}household", [], [[day.isoformat(), value]])
    _record(history, dice, moment, "situation.begin", "household")


def _earlier_status(history: History, dice: Dice, moment: datetime) -> None:
    status, since = in_clear(history.person.values["status"]), history.person.values["status_since"]
    earlier = dice.pick(BEFORE)
    began = since - timedelta(days=dice.randint(150, 900))
    if earlier == status or began.year < history.person.birth_date.year + _YOUNGEST:
        return
    former = ((began, {"status": earlier}), (since, {"status": status}))
    for day, value in former:
        history.desk.ledger.add(
            PersonPeriod, dice, moment, person_id=history.key, fact="status", since=day, value=value
        )
    after = [[day.isoformat(), value] for day, value in former]
    _changed(history, dice, moment, f"{OF_PERIODS}status", after[1:], after)
    _record(history, dice, moment, "situation.insert", "status")


def _episodes(history: History, dice: Dice, moment: datetime) -> None:
    sex, born = history.person.values["sex"], history.person.birth_date
    fitting = [text for text in read("situation")["episodes"] if text.get("sex", sex) == sex]
    last = moment.date() - timedelta(days=dice.randint(30, 400))
    for place, text in enumerate(dice.sample(fitting, min(len(fitting), dice.randint(1, 3)))):
        since = last - timedelta(days=dice.randint(60, 900))
        if since.year < born.year + _YOUNGEST:
            return
        _episode(history, dice, moment + timedelta(minutes=place), text, since, last)
        last = since - timedelta(days=dice.randint(20, 500))


def _episode(history: History, dice: Dice, moment: datetime, text: dict[str, Any], since: date, until: date) -> None:
    values = {
        "kind": text["kind"], "title": text["title"], "organisation": text["organisation"],
        "contract": text.get("contract"), "weekly_hours": text["hours"], "detail": text.get("detail"),
        "since": since, "until": until,
    }  # fmt: skip
    key = history.desk.ledger.add(Episode, dice, moment, person_id=history.key, **values)
    said = {name: value for name, value in values.items() if value is not None}
    _changed(history, dice, moment, "episode", None, said | {"since": since.isoformat(), "until": until.isoformat()})
    history.desk.record(dice, moment, history.referent, "episode.add", "episode", key, person_id=history.key)


def _changed(history: History, dice: Dice, moment: datetime, name: str, before: Any, after: Any) -> None:
    history.desk.ledger.add(
        PersonChange, dice, moment, person_id=history.key, facts={name: {"before": before, "after": after}},
        changed_by=history.referent.name, changed_at=moment,
    )  # fmt: skip


def _record(history: History, dice: Dice, moment: datetime, verb: str, fact: str) -> None:
    history.desk.record(
        dice, moment, history.referent, verb, "person", history.key, person_id=history.key,
        details={"fields": [fact]},
    )  # fmt: skip
