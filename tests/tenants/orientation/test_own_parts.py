"""A platform has help and sections of its own in its bilan, as far as the centre allows; no dimension moves."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from clais.instruments.first import first_version
from clais.instruments.rules.definition import Definition, InstrumentKind, Latitude
from clais.instruments.rules.editing import with_item_instead
from clais.instruments.rules.latitude import Reason, applied
from clais.instruments.rules.local import Layer, LocalPart, What
from clais.instruments.rules.problems import problems_of
from tenants.instruments.models import InstrumentLayer
from tenants.questionnaires.models import InstrumentFilling
from tests.support.federation import Browser, Federation
from tests.support.instruments import a_centre
from tests.support.pages import plain
from tests.support.referrals import a_person
from tests.tenants.orientation.test_versions import Arrive, Room, published

NIL = UUID(int=0)
HOUSE = first_version(InstrumentKind.BILAN).definition
EVERYTHING = frozenset(Latitude)
NEVER = {
    What.LABEL: Layer(labels={"mobility": {"fr": "Autrement ?"}}),
    What.REQUIRE: Layer(required=("mobility",)),
    What.SKIP: Layer(skipped=("mobility",)),
    What.ORDER: Layer(orders={"vie": ("family", "housing", "mobility", "childcare")}),
}
"""What a platform may never do with a dimension, whatever the locks say."""


def unlocked(definition: Definition) -> Definition:
    """With locks that allow everything."""
    found = replace(definition, allows=EVERYTHING)
    for item in definition.items.values():
        found = with_item_instead(found, replace(item, allows=EVERYTHING), item.id)
    return found


@dataclass
class Here(Room):
    """A platform that works with a version of the bilan in which the centre allows help and sections."""

    version: UUID = NIL

    def use(self, definition: Definition) -> None:
        self.version = published(self.centre, definition)
        self.coordinator.post(f"/outils-du-bassin/{self.version}/adoption", status=303)

    def ours(self, path: str = "") -> str:
        page = self.coordinator.get(f"/outils-du-bassin/{self.version}/chez-nous{path}").get_data(as_text=True)
        return plain(page)

    def change(self, path: str, sent: dict[str, str], status: int = 303) -> str:
        """Send a form of « Chez nous » as it stands, with these answers."""
        address = f"/outils-du-bassin/{self.version}/chez-nous{path}"
        version = re.search(r'name="_version" value="([^"]+)"', self.coordinator.get(address).get_data(as_text=True))
        assert version
        sent = {"_version": version[1], **sent}
        return plain(self.coordinator.post(address, sent, status=status).get_data(as_text=True))

    def section(self) -> str:
        """The id of the platform's section, with one question in it."""
        self.change("/rubrique", {"label_fr": "Notre quartier"})
        found = re.search(r"rubriques/(p_\w+)/question", self.ours())
        assert found
        own = {"label_fr": "Qui connaissez-vous ici ?", "hint_fr": "", "kind": "text", "choices": "", "when": ""}
        self.change(f"/rubriques/{found[1]}/question", own)
        return found[1]

    def own_question(self) -> str:
        with self.agent.at_work() as session:
            layer = session.scalars(select(InstrumentLayer).order_by(InstrumentLayer.id.desc())).first()
            assert layer is not None
            (found,) = [item["id"] for items in layer.layer["items"].values() for item in items]
            return str(found)

    def mark(self) -> str:
        found = re.search(r'name="content"[^>]*value="([^"]*)"', self.text())
        assert found
        return found[1]

    def save(self, part: str, status: int = 200, browser: Browser | None = None, **fields: str) -> dict[str, object]:
        sent = {"item": part, "seen": "0", **fields}
        answer = (browser or self.browser).post(f"{self.pages}/bilans/nouveau/reponses", sent, status=status)
        told: dict[str, object] = json.loads(answer.get_data(as_text=True))
        return told


@pytest.fixture
def here(federation: Federation, arrive: Arrive) -> Here:
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Henin").browser()
    room = Here(a_centre(federation, kind="bilan"), agent, agent.browser(), coordinator, arrive(agent))
    room.use(unlocked(HOUSE))
    return room


def test_help_and_a_section_of_its_own_are_asked_marked_and_kept_with_the_bilan(here: Here) -> None:
    here.earlier(30, None, mobility=-2)
    here.change("/questions/mobility", {"hint_fr": "Le bus 154 part de la place."})
    here.section()
    page = here.text()
    assert "Le bus 154 part de la place." in page
    assert "adaptée chez nous" in page
    assert "Notre quartier" in page
    assert "Qui connaissez-vous ici ?" in page
    own = here.own_question()
    answers: dict[str, Any] = {f"item_{own}": "Ma voisine"}
    here.make(here.mark(), mobility_level="-1", **answers)
    read = here.text(f"/bilans/{here.bilan().id}")
    assert "Ma voisine" in read
    assert "chez nous" in read
    assert here.others() == {own: "Ma voisine"}
    # With help of its own a dimension compares as before: the question and its scale are the same.
    assert "mieux : freine un peu" in here.text("")
    assert "Demandé en d'autres mots" not in here.text("")


def test_what_is_under_way_goes_on_as_it_was_asked_when_the_platform_changes_its_own(here: Here) -> None:
    before = here.mark()
    here.save("mobility", asked=before, mobility_level="-1")
    here.section()
    assert "Notre quartier" not in here.text()
    assert here.mark() == before
    here.make(before, mobility_level="-1", _version=here_version(here))
    with here.agent.at_work() as session:
        (filling,) = session.scalars(select(InstrumentFilling)).all()
        assert (filling.state, filling.layer_id) == ("finished", None)


def test_a_page_that_asks_something_else_than_what_is_under_way_saves_nothing(here: Here) -> None:
    before = here.mark()
    here.section()
    here.save("mobility", asked=here.mark(), mobility_level="-1")
    told = here.save("work", 409, asked=before, work_level="1")
    assert "une autre version" in str(told["errors"])


def test_own_parts_of_another_platform_or_instrument_are_no_part_of_a_bilan(here: Here, federation: Federation) -> None:
    here.section()
    content, layer = here.mark().split(".")
    assert layer
    for other in (str(here.person.id), "pas-une-cle"):
        here.make(f"{content}.{other}", mobility_level="1", status=404)
    elsewhere = federation.other_agent()
    mark, browser = here.mark(), elsewhere.browser()
    person = a_person(elsewhere, "Dumont", "Ines")
    browser.post(f"/personnes/{person.id}/bilans/nouveau", {"content": mark, "mobility_level": "1"}, status=404)


@pytest.mark.parametrize("what", NEVER)
def test_a_dimension_takes_help_and_nothing_else_whatever_the_locks_say(what: What) -> None:
    free = unlocked(HOUSE)
    asked, refused = applied(free, NEVER[what])
    assert asked.items == free.items
    assert [item.id for item in asked.items.values()] == [item.id for item in free.items.values()]
    part = "vie" if what is What.ORDER else "mobility"
    assert [(one.part, one.reason) for one in refused] == [(LocalPart(what, part), Reason.LOCKED)]
    # The same locks on a question that feeds none let it pass: it is the dimension that is closed.
    plain_kind = replace(free, kind=InstrumentKind.SELF_ASSESSMENT)
    assert applied(plain_kind, NEVER[what])[1] == []


def test_the_centre_is_told_that_such_locks_are_in_vain_and_the_platform_is_offered_help_alone(here: Here) -> None:
    told = {(one.code, one.part) for one in problems_of(unlocked(HOUSE)) if one.code == "dimension_locked"}
    assert told == {("dimension_locked", item) for item in HOUSE.items}
    assert not any(one.blocks for one in problems_of(unlocked(HOUSE)))
    page = here.ours()
    assert "Le centre permet : ajouter son aide." in page
    assert "ne pas la poser" not in page
    form = here.ours("/questions/mobility")
    assert 'name="hint_fr"' in form
    assert 'name="label_fr"' not in form


def here_version(here: Here) -> str:
    """The version of what is under way, as the form carries it."""
    page = here.browser.get(f"{here.pages}/bilans/nouveau").get_data(as_text=True)
    found = re.search(r'name="_version" value="(\d+)"', page)
    assert found
    return found[1]
