"""An agent with a person in front of them, and a questionnaire that their platform adopted."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clais.clock import today
from clais.instruments.rules.definition import Choice, Item
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tests.support.federation import Browser, Member
from tests.support.instruments import Centre
from tests.support.pages import plain


def ahead(days: int) -> date:
    return today() + timedelta(days=days)


@dataclass
class Room:
    """An agent with a person in front of them, and a questionnaire that their platform adopted."""

    centre: Centre
    agent: Member
    browser: Browser
    coordinator: Browser
    person: UUID

    @property
    def pages(self) -> str:
        return f"/personnes/{self.person}/questionnaires"

    def text(self, path: str = "") -> str:
        return plain(self.browser.get(f"{self.pages}{path}").get_data(as_text=True))

    def adopt(self, *items: Item, lists: Mapping[str, tuple[Choice, ...]] | None = None) -> UUID:
        if lists:
            self.centre.use(lists)
        version = self.centre.publish(ahead(9), *items)
        self.coordinator.post(f"/outils-du-bassin/{version}/adoption", status=303)
        return version

    def begin(self) -> str:
        answer = self.browser.post(f"{self.pages}/debut/{self.centre.instrument}", status=303)
        return answer.headers["Location"].rsplit("/", 1)[1]

    def answer(self, filling: str, item: str, value: Any, *, seen: int = 0, status: int = 200) -> dict[str, Any]:
        sent = {"item": item, "seen": str(seen), item: value}
        answer = self.browser.post(f"{self.pages}/{filling}/reponses", sent, status=status)
        told: dict[str, Any] = json.loads(answer.get_data(as_text=True))
        return told

    def finish(self, filling: str, status: int = 303, **answers: Any) -> str:
        page = self.browser.get(f"{self.pages}/{filling}").get_data(as_text=True)
        version = re.search(r'name="_version" value="(\d+)"', page)
        assert version
        sent = {"_version": version[1], "act": "finish", **answers}
        return self.browser.post(f"{self.pages}/{filling}", sent, status=status).get_data(as_text=True)

    def rows(self) -> list[InstrumentAnswer]:
        with self.agent.at_work() as session:
            return list(session.scalars(select(InstrumentAnswer).order_by(InstrumentAnswer.item)))

    def fillings(self) -> list[InstrumentFilling]:
        with self.agent.at_work() as session:
            return list(session.scalars(select(InstrumentFilling)))

    def row(self) -> InstrumentFilling:
        (found,) = self.fillings()
        return found
