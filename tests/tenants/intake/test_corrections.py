"""A reception is corrected as what it was: what it says already stays, and it is checked against its own day."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from clais.clock import today
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import Definition, Item, ItemKind
from clais.instruments.rules.editing import with_item, with_item_instead
from tenants.intake.models import Intake
from tenants.intake.schemas import contradictions
from tenants.questionnaires.models import InstrumentAnswer
from tests.support.pages import plain
from tests.tenants.intake.test_versions import DAY, HOUSE, Desk, desk, second

__all__ = ["desk"]
TODAY = today()
NOT_ASKED = "cette question ne se pose pas"
COMING = replace(DAY, shown_if="", constraint=". >= today()", constraint_message={"fr": "C'est passé."})


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


def test_a_reception_is_checked_against_its_own_day_and_a_new_one_against_today(desk: Desk) -> None:
    definition = with_item_instead(second(), COMING, "echeance")
    corrected = Corrected(desk, definition, intake__item_echeance=typed_day(in_days(2)))
    with desk.agent.at_work() as session:
        # As if it had been five days ago.
        intake, answer = session.scalars(select(Intake)).one(), session.scalars(select(InstrumentAnswer)).one()
        intake.received_on, answer.value = in_days(-5), in_days(-3).isoformat()
    corrected.send(item_echeance=typed_day(in_days(-3)), item_joignable="Le soir")
    corrected.send(item_echeance=typed_day(in_days(-4)), item_joignable="Le soir")
    assert desk.answers() == {"echeance": in_days(-4).isoformat(), "joignable": "Le soir"}
    assert "C'est passé." in corrected.send(422, item_echeance=typed_day(in_days(-6)))
    path = corrected.path.rpartition("/")[0]
    page = desk.browser.get(f"{path}/nouveau").get_data(as_text=True)
    mark = re.search(r'name="content"[^>]*value="([^"]+)"', page)
    assert mark
    sent = {"channel": "visit", "content": mark[1], "item_echeance": typed_day(in_days(-1))}
    refused = desk.browser.post(f"{path}/nouveau", sent, status=422)
    assert "C'est passé." in plain(refused.get_data(as_text=True))


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
