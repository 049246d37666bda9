"""A bilan under way: saved answer by answer, found again, finished; it counts as no bilan until then."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text
from werkzeug.test import TestResponse

from clais.clock import today
from tenants.orientation import queries
from tenants.orientation.answered import answers_of
from tenants.orientation.models import Bilan, BilanAnswer
from tenants.people.models import Person
from tenants.people.workflow import STAGE
from tenants.questionnaires.models import InstrumentAnswer, InstrumentFilling
from tests.support.federation import PASSWORD, Browser, Federation, Member
from tests.support.pages import plain, versions_on
from tests.support.statements import statements

Arrive = Callable[..., Person]


@dataclass
class Table:
    """An agent with a person before them."""

    agent: Member
    browser: Browser
    person: Person

    @property
    def file(self) -> str:
        return f"/personnes/{self.person.id}"

    @property
    def form(self) -> str:
        return f"{self.file}/bilans/nouveau"

    def text(self, path: str = "/bilans/nouveau", status: int = 200) -> str:
        return plain(self.browser.get(f"{self.file}{path}", status=status).get_data(as_text=True))

    def answer(
        self, part: str, *, seen: int = 0, status: int = 200, browser: Browser | None = None, **fields: Any
    ) -> dict[str, Any]:
        """Save one part, as the script of the page does."""
        sent = {"item": part, "seen": str(seen), **fields}
        answered = (browser or self.browser).post(f"{self.form}/reponses", sent, status=status)
        told: dict[str, Any] = json.loads(answered.get_data(as_text=True))
        return told

    def version(self) -> str:
        page = self.browser.get(self.form).get_data(as_text=True)
        found = re.search(r'name="_version" value="(\d+)"', page)
        assert found
        return found[1]

    def send(
        self, act: str = "finish", *, status: int = 303, version: str | None = None, **fields: str
    ) -> TestResponse:
        """The whole form with these fields, as a page without scripts sends it."""
        sent = {"act": act, "_version": self.version() if version is None else version, **fields}
        return self.browser.post(self.form, sent, status=status)

    def drafts(self) -> list[InstrumentFilling]:
        with self.agent.at_work() as session:
            return list(session.scalars(select(InstrumentFilling)))

    def rows(self) -> dict[str, Any]:
        with self.agent.at_work() as session:
            rows = session.scalars(select(InstrumentAnswer)).all()
            return {row.item: "sealed" if row.sealed else row.value for row in rows}

    def bilans(self) -> list[Bilan]:
        with self.agent.at_work() as session:
            return queries.bilans(session, self.person.id)

    def levels(self) -> dict[str, int]:
        with self.agent.at_work() as session:
            found = answers_of(session, self.bilans()[:1], self.agent.federation.keyring)
            return {code: answer.level for one in found.values() for code, answer in one.items()}

    def colleague(self, role: str = "agent", name: str = "Paul Henin") -> Browser:
        return self.agent.federation.member(self.agent.federation.platform, role, name).browser()


@pytest.fixture
def table(federation: Federation, arrive: Arrive) -> Table:
    agent = federation.agent()
    return Table(agent, agent.browser(), arrive(agent))


def test_each_answer_is_saved_as_it_is_given_and_stands_on_the_form(table: Table) -> None:
    told = table.answer("work", work_level="-1", work_by="agent", work_note="Dix ans de métier")
    assert (told["revision"], told["revisions"]) == (1, {"work": 1})
    table.answer("bilan.distance", distance="3")
    table.answer("bilan.summary", summary="À reprendre")
    (draft,) = table.drafts()
    assert (draft.state, draft.kind, draft.begun_by, draft.number) == ("open", "bilan", "Nadia Lambert", 0)
    page = table.text()
    assert re.search(r'name="work_level" value="-1" checked', page)
    assert re.search(r'name="distance"[^>]*value="3"[^>]*checked', page)
    assert "Dix ans de métier" in page
    assert "À reprendre" in page
    assert 'data-item="work" data-revision="1"' in page
    assert "Commencé le" in page


def test_a_page_that_is_only_looked_at_begins_nothing(table: Table) -> None:
    table.text()
    told = table.answer("work", work_level="")
    assert told["version"] == 0
    table.send("keep")
    assert table.drafts() == []


def test_what_is_under_way_counts_as_no_bilan_until_it_is_finished(table: Table) -> None:
    table.answer("work", work_level="-3", work_note="Dos abîmé")
    table.answer("health", health_level="-2")
    assert table.bilans() == []
    with table.agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(BilanAnswer)) == 0
    page = table.text("")
    assert "Bilan commencé" in page
    assert "Dos abîmé" not in page
    assert 'id="movement"' not in page
    decision = table.text("/orientations/nouvelle")
    assert "Dos abîmé" not in decision
    assert "bloque tout" not in decision
    table.send(work_level="-3", health_level="-2")
    assert table.levels() == {"work": -3, "health": -2}
    page = table.text("")
    assert "Bilan commencé" not in page
    assert 'id="movement"' in page


def test_a_finished_one_leaves_nothing_beside_its_bilan_and_keeps_what_it_was_asked(table: Table) -> None:
    table.answer("work", work_level="1")
    table.send(work_level="1", summary="Prête")
    (bilan,), (draft,) = table.bilans(), table.drafts()
    assert (bilan.filling_id, bilan.summary, bilan.made_on) == (draft.id, "Prête", today())
    assert (draft.state, draft.finished_on) == ("finished", today())
    assert table.rows() == {}
    assert "première version du bilan" in table.text(f"/bilans/{bilan.id}")
    table.text(f"/bilans/{bilan.id}/modification")


def test_without_scripts_the_whole_form_is_kept_for_later_and_found_again(table: Table) -> None:
    table.send("keep", work_level="2", housing_note="Chez sa sœur")
    page = table.text()
    assert re.search(r'name="work_level" value="2" checked', page)
    assert "Chez sa sœur" in page
    table.send("keep", work_level="1", housing_note="")
    assert table.rows()["work"] == {"level": "1"}
    day = plain(table.browser.get("/ma-journee").get_data(as_text=True))
    assert "Bilan commencé avec Nadia Lambert, pas terminé." in day
    assert f'href="/{table.agent.tenant.slug}{table.form}"' in day
    refused = table.send(status=422, housing_note="Chez sa sœur").get_data(as_text=True)
    assert "Chez sa sœur" in refused
    assert table.bilans() == []


def test_who_answers_what_a_colleague_answered_since_is_told_and_nothing_is_written_over(table: Table) -> None:
    table.answer("work", work_level="-1")
    colleague = table.colleague()
    table.answer("work", work_level="2", work_note="Brevet", seen=1, browser=colleague)
    told = table.answer("work", work_level="-3", seen=1, status=409)
    assert plain(told["errors"][0]) == "Entre-temps, quelqu'un a répondu : atout fort · Brevet"
    assert table.rows()["work"] == {"level": "2", "note": "Brevet"}
    assert table.answer("work", work_level="-3", seen=told["revision"])["revision"] == 3


def test_who_finishes_what_a_colleague_went_on_with_sees_both_and_saves_nothing(table: Table) -> None:
    table.answer("work", work_level="-1")
    version = table.version()
    table.answer("debts", debts_level="-2", browser=table.colleague())
    for act in ("finish", "keep"):
        yours, theirs = versions_on(table.send(act, status=409, version=version, work_level="1"))
        assert "atout" in yours
        assert "freine beaucoup" in theirs
        assert "Paul Henin" in theirs
    # Who had the page open before anything was begun is told as well.
    table.send(status=409, version="", work_level="1")
    assert table.bilans() == []
    assert table.rows() == {"work": {"level": "-1"}, "debts": {"level": "-2"}}


def test_the_script_is_told_what_else_was_answered_so_that_its_page_does_not_pass_for_seen(table: Table) -> None:
    table.answer("work", work_level="-1")
    table.answer("debts", debts_level="-2", browser=table.colleague())
    assert table.answer("family", family_level="1")["revisions"] == {"work": 1, "debts": 1, "family": 1}


def test_what_was_finished_or_given_up_takes_no_answer_of_a_page_that_was_open(table: Table) -> None:
    table.answer("work", work_level="-1")
    table.browser.post(f"{table.form}/abandon", status=303)
    assert table.rows() == {}
    assert "abandonné" in table.answer("work", work_level="1", seen=1, status=409)["errors"][0]
    assert [draft.state for draft in table.drafts()] == ["dropped"]
    table.send(work_level="1")
    assert "déjà" in table.answer("debts", debts_level="1", status=409)["errors"][0]


@pytest.mark.parametrize(
    ("part", "fields", "status"),
    [("work", {"work_level": "5"}, 422), ("work", {"debts_level": "1"}, 200), ("nichts", {}, 409)],
)
def test_an_answer_that_is_not_possible_is_not_saved(
    table: Table, part: str, fields: dict[str, Any], status: int
) -> None:
    table.answer(part, status=status, **fields)
    assert table.rows() == {}


def test_a_closed_file_goes_on_with_nothing(table: Table) -> None:
    table.answer("work", work_level="-1")
    with table.agent.at_work() as session:
        person = session.get_one(Person, (table.person.tenant_id, table.person.id))
        STAGE.apply(session, person, "close", table.agent.actor, reason="moved")
    assert "clôturé" in table.answer("work", work_level="1", seen=1, status=409)["errors"][0]
    day = plain(table.browser.get("/ma-journee").get_data(as_text=True))
    assert "Bilan commencé" not in day


def test_one_left_is_found_on_the_file_and_on_the_day_by_who_follows_the_person(
    table: Table, superuser: Engine
) -> None:
    table.answer("work", work_level="-1")
    with superuser.begin() as connection:
        values = {"day": today() - timedelta(days=3), "tenant": table.agent.tenant.id}
        connection.execute(text("UPDATE instrument_filling SET begun_on = :day WHERE tenant_id = :tenant"), values)
    assert "Commencé avec Nadia Lambert, pas terminé." in table.text("")
    assert "Bilan commencé avec" in plain(table.browser.get("/ma-journee").get_data(as_text=True))
    assert "Bilan commencé avec" not in plain(table.colleague().get("/ma-journee").get_data(as_text=True))


def test_a_reader_of_the_team_sees_it_as_what_it_is(table: Table) -> None:
    table.answer("work", work_level="-1", work_note="Dos abîmé")
    page = plain(table.colleague("coordinator").get(f"{table.file}/bilans/en-cours").get_data(as_text=True))
    assert "Bilan en cours" in page
    assert "Il compte une fois terminé." in page
    assert "Dos abîmé" in page
    table.browser.post(f"{table.form}/abandon", status=303)
    assert "Rien n'est encore noté." in table.text("/bilans/en-cours")


def test_an_answer_costs_few_statements(table: Table, engine: Engine) -> None:
    table.answer("work", work_level="-1")
    with statements(engine) as seen:
        table.answer("work", work_level="1", seen=1)
    assert len(seen) <= 14


def test_who_sits_there_is_shown_their_answers_and_nothing_that_is_the_agents_own(table: Table) -> None:
    table.answer("work", work_level="-1", work_by="person", work_note="J'ai mal au dos")
    table.answer("debts", debts_level="-2", debts_by="agent", debts_note="Cache ses factures")
    table.answer("family", family_level="1", family_note="Sans auteur")
    table.answer("bilan.summary", summary="À surveiller")
    table.answer("bilan.distance", distance="3")
    page = table.text("/bilans/en-cours/montrer")
    assert all(words in page for words in ("Sofia, où vous en êtes", "freine beaucoup", "J'ai mal au dos", "six mois"))
    hidden = ("Cache ses factures", "Sans auteur", "À surveiller", "Nadia Lambert", "Marchetti", 'class="rail"')
    assert [words for words in hidden if words in page] == []
    assert "data-leave" in page


def test_without_scripts_to_show_it_keeps_what_was_typed(table: Table) -> None:
    answer = table.send("show", work_level="2")
    assert answer.headers["Location"].endswith("/bilans/en-cours/montrer")
    assert "atout fort" in table.text("/bilans/en-cours/montrer")


def test_out_of_the_agents_hands_the_session_opens_nothing_but_the_page_until_the_password(table: Table) -> None:
    table.answer("work", work_level="-1")
    shown = f"{table.file}/bilans/en-cours/montrer"
    answer = table.browser.post(f"{table.file}/bilans/en-cours/remise", status=303)
    assert answer.headers["Location"].endswith(shown)
    page = table.text("/bilans/en-cours/montrer")
    assert "freine un peu" in page
    assert "data-leave" not in page
    assert "/reprise" in page
    for closed in ("", "/bilans/nouveau", "/bilans/en-cours"):
        assert "La tablette est entre les mains de la personne" in table.text(closed, status=403)
    taken = table.browser.client.post("/reprise", data={"csrf_token": table.browser.csrf(), "password": PASSWORD})
    assert taken.headers["Location"].endswith(shown)
    table.text("/bilans/nouveau")


def test_nothing_is_handed_over_where_nothing_is_under_way(table: Table) -> None:
    answer = table.browser.post(f"{table.file}/bilans/en-cours/remise", status=303)
    assert answer.headers["Location"].endswith("/bilans/nouveau")
    assert "Rien n'est encore noté." in table.text("/bilans/en-cours/montrer")


@pytest.mark.parametrize(("choice", "state"), [("drop", "dropped"), ("keep", "open")])
def test_closing_a_file_asks_what_becomes_of_it(table: Table, choice: str, state: str) -> None:
    table.answer("work", work_level="-1")
    (draft,) = table.drafts()
    assert "Bilan commencé le" in table.text("/cloture")
    sent = {"reason": "job", f"settle_bilan_{draft.id.hex}": choice}
    table.browser.post(f"{table.file}/cloture", sent, status=303)
    assert [one.state for one in table.drafts()] == [state]
    assert bool(table.rows()) == (choice == "keep")
