"""How a platform sorts its files: tags on some of them, and a view of the list that the coordinator shares."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from clais.dates import working_day_on_or_before
from clais.text import fold
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.dice import Dice, at
from config.demo.engine.history import History
from tenants.caseload.models import SavedView
from tenants.tags.models import PersonTag, Tag

LABELS = (
    "Permis B",
    "Garde d'enfants à trouver",
    "Atelier CV",
    "FOREM à refaire",
    "Article 60",
    "Chantier de la régie",
)
SHARE = 0.35
"""Of the open files have one tag or two."""


def tags(desk: Desk, dice: Dice, histories: Sequence[History]) -> None:
    """The tags of a platform, made a month ago and put on since, and a shared view."""
    coordinator, day = desk.of_role("coordinator")[0], working_day_on_or_before(desk.today - timedelta(days=30))
    keys = []
    for minute, label in enumerate(LABELS):
        moment = at(day, 9, minute)
        keys.append(desk.ledger.add(Tag, dice, moment, label=label, key=fold(label), made_at=moment))
        desk.record(dice, moment, coordinator, "tag.make", "tag", keys[-1])
    for history in histories:
        if history.is_open and not history.in_story and dice.chance(SHARE):
            _put(desk, dice, history, history.referent, dice.sample(keys, dice.randint(1, 2)))
    moment = at(day, 9, 30)
    desk.ledger.add(
        SavedView, dice, moment, membership_id=coordinator.membership_id, label="Moins de 25 ans en suivi",
        is_shared=True, arguments={"age": "under_25", "stage": "in_follow_up", "sort": "contact"}, created_at=moment,
    )  # fmt: skip


def _put(desk: Desk, dice: Dice, history: History, who: Colleague, keys: Sequence[UUID]) -> None:
    earliest = max(history.person.arrived.date(), desk.today - timedelta(days=28))
    moment = at(working_day_on_or_before(max(earliest, desk.yesterday - timedelta(days=dice.randint(0, 20)))), 16)
    moment = max(moment, history.person.arrived + timedelta(minutes=30))
    for key in keys:
        desk.ledger.add(
            PersonTag, dice, moment, person_id=history.person.key, tag_id=key, put_by=who.name, put_at=moment
        )
