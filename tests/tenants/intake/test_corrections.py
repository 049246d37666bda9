"""A reception is corrected as what it was: what it says already stays."""

from datetime import date, timedelta
from typing import Any

import pytest

from clais.clock import today
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Definition, Item, ItemKind
from clais.instruments.rules.editing import with_item
from tenants.intake.schemas import contradictions
from tests.support.pages import plain
from tests.tenants.intake.test_versions import DAY, HOUSE, Desk, desk, second

__all__ = ["desk"]
TODAY = today()
NOT_ASKED = "cette question ne se pose pas"


def in_days(days: int) -> date:
    return today() + timedelta(days=days)


def typed_day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


class Corrected:
    """A reception that stands, and its form."""

    def __init__(self, desk: Desk, definition: Definition, **answers: Any) -> None:
        self.desk = desk
        key = desk.register(desk.publish(definition), **answers)
        self.path = f"/personnes/{key}/accueils/{desk.intakes()[0].id}"

    def settle(self) -> None:
        self.desk.browser.post(f"{self.path}/urgence", status=303)

    def send(self, status: int = 303, **answers: object) -> str:
        sent = {"channel": "visit", "_version": str(self.desk.intakes()[0].version), **answers}
        return plain(self.desk.browser.post(self.path, sent, status=status).get_data(as_text=True))


def test_what_was_answered_about_an_urgent_need_stays_once_that_is_settled(desk: Desk) -> None:
    day = in_days(9)
    answers = {"intake__urgent_needs": "deadline", "intake__item_echeance": typed_day(day)}
    corrected = Corrected(desk, second(), **answers)
    corrected.settle()
    corrected.send(request="Un cours", item_echeance=typed_day(day))
    assert desk.answers() == {"echeance": day.isoformat()}
    assert (desk.intakes()[0].request, desk.intakes()[0].urgent_needs) == ("Un cours", [])
    # Another answer to what is not asked is one too many, as before.
    assert NOT_ASKED in corrected.send(422, request="Un cours", item_echeance=typed_day(in_days(8)))
    corrected.send(request="Un cours", item_echeance="")
    assert desk.answers() == {}
    assert NOT_ASKED in corrected.send(422, request="Un cours", item_echeance=typed_day(day))


ASKED = Questionnaire(
    with_item(
        with_item(
            with_item(HOUSE, DAY, "demande"),
            Item("suite", ItemKind.TEXT, {"fr": "Et alors ?"}, shown_if="not(${urgent_needs} != '')", required=True),
            "demande",
        ),
        Item(
            "aide",
            ItemKind.TEXT,
            {"fr": "Qui aide ?"},
            constraint="selected(${urgent_needs}, 'food')",
            constraint_message={"fr": "Pour l'alimentation."},
        ),
        "demande",
    )
)
SETTLED: dict[str, Any] = {"channel": "visit", "urgent_needs": [], "item_aide": "Le CPAS", "item_echeance": TODAY}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({}, set()),
        ({"request": "Un cours"}, set()),
        ({"item_echeance": TODAY + timedelta(days=1)}, {"item_echeance"}),
        ({"item_aide": "Ma sœur"}, {"item_aide"}),
        ({"item_aide": None, "item_echeance": None}, set()),
    ],
)
def test_what_a_reception_says_already_is_not_told_again(typed: dict[str, Any], told: set[str]) -> None:
    data = {**SETTLED, **typed}
    assert set(contradictions(ASKED, data, TODAY, "fr", SETTLED)) == told
    assert set(contradictions(ASKED, SETTLED, TODAY, "fr")) == {"item_aide", "item_echeance", "item_suite"}
