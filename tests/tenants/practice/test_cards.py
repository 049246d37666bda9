"""Cards reach those who are asked to read them, once, and the centre is told counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.clock import today
from clais.exchange.practice.models import CardReading, PracticeCard
from clais.workflow import Refused
from support_center.practice.actions import change_card, move_card
from support_center.practice.workflow import CARD
from tenants.practice.actions import read_card, unread_card
from tests.support.federation import Federation, Member
from tests.support.practice import a_card, a_trainer
from tests.support.statements import statements


def told(trainer: Member) -> list[tuple[int, int, int]]:
    """Version, readers and asked, as the centre reads them."""
    with trainer.at_work() as session:
        rows = session.scalars(select(CardReading)).all()
    return [(row.number, row.readers, row.asked) for row in rows]


def test_a_card_stands_on_the_day_until_it_is_read_and_comes_back_when_that_is_taken_back(
    federation: Federation,
) -> None:
    card, agent = a_card(a_trainer(federation), "Permanences de décembre"), federation.agent()
    browser = agent.browser()
    assert "Permanences de décembre" in browser.get("/ma-journee").get_data(as_text=True)
    browser.post(f"/echange/fiches/{card.id}/lecture/jour", status=303)
    flashed = browser.get("/ma-journee").get_data(as_text=True)
    assert "Cela se reprend sur la fiche" in flashed
    assert "Permanences de décembre" not in browser.get("/ma-journee").get_data(as_text=True)
    browser.post(f"/echange/fiches/{card.id}/a-relire", status=303)
    browser.get(f"/echange/fiches/{card.id}")
    assert "Permanences de décembre" in browser.get("/ma-journee").get_data(as_text=True)


@pytest.mark.parametrize(
    "facts",
    [
        {"roles": ["receptionist"]},
        {"shown_from": today() + timedelta(days=1)},
        {"shown_from": today() - timedelta(days=9), "shown_until": today() - timedelta(days=1)},
        {"published": False},
    ],
    ids=["another role", "not yet", "no more", "a draft"],
)
def test_who_is_not_asked_does_not_see_it(federation: Federation, facts: dict[str, Any]) -> None:
    a_card(a_trainer(federation), "Permanences de décembre", places=["calendar"], **facts)
    browser = federation.agent().browser()
    for page in ("/ma-journee", "/agenda"):
        assert "Permanences de décembre" not in browser.get(page).get_data(as_text=True)


def test_a_card_stands_folded_at_its_place_and_nowhere_else(federation: Federation) -> None:
    a_card(a_trainer(federation), "Permanences de décembre", places=["calendar"])
    browser = federation.agent().browser()
    assert "Permanences de décembre" in browser.get("/agenda").get_data(as_text=True)
    assert "Permanences de décembre" not in browser.get("/accueil/nouveau").get_data(as_text=True)


def test_the_help_of_a_place_costs_no_statement_once_it_is_known(federation: Federation, engine: Engine) -> None:
    a_card(a_trainer(federation), places=["calendar"])
    browser = federation.agent().browser()
    browser.get("/agenda")
    with statements(engine) as seen:
        browser.get("/agenda")
    assert [one for one in seen if "practice_card" in one or "instrument" in one] == []


def test_a_new_version_is_to_be_read_again_and_a_correction_is_not(federation: Federation) -> None:
    trainer, agent = a_trainer(federation), federation.agent()
    card = a_card(trainer, "Permanences de décembre")
    browser = agent.browser()
    browser.post(f"/echange/fiches/{card.id}/lecture/liste", status=303)
    for again, is_back in ((False, False), (True, True)):
        with trainer.at_work() as session:
            row = session.get_one(PracticeCard, (trainer.tenant.id, card.id))
            change_card(session, row, {"text": "Le matin."}, again=again)
        browser.get("/echange")
        assert ("Permanences de décembre" in browser.get("/ma-journee").get_data(as_text=True)) is is_back


def test_the_centre_reads_counts_and_no_names(federation: Federation) -> None:
    trainer, agents = a_trainer(federation), [federation.agent(), federation.agent()]
    card = a_card(trainer, "Permanences de décembre")
    for agent, readers in zip(agents, (1, 2), strict=True):
        with agent.at_work() as session:
            read_card(session, agent.actor, card)
            read_card(session, agent.actor, card)
        assert told(trainer) == [(1, readers, 2)]
    page = trainer.browser().get(f"/fiches/{card.id}").get_data(as_text=True)
    assert "2 sur 2" in page
    assert agents[0].membership.display_name not in page
    with agents[0].at_work() as session:
        unread_card(session, agents[0].actor, card)
    assert told(trainer) == [(1, 1, 2)]


def test_two_who_read_at_once_are_two_readers(federation: Federation) -> None:
    trainer, agents = a_trainer(federation), [federation.agent() for _ in range(4)]
    card = a_card(trainer)

    def read(agent: Member) -> None:
        with agent.at_work() as session:
            read_card(session, agent.actor, card)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(read, agents))
    assert told(trainer) == [(1, 4, 4)]


@pytest.mark.parametrize("state", CARD.states)
@pytest.mark.parametrize("step", sorted({step.name for step in CARD.transitions}))
def test_a_card_moves_only_as_its_table_says(federation: Federation, state: str, step: str) -> None:
    trainer = a_trainer(federation)
    card = a_card(trainer, published=state != "draft")
    with trainer.at_work() as session:
        row = session.get_one(PracticeCard, (trainer.tenant.id, card.id))
        if state == "withdrawn":
            move_card(session, trainer.actor, row, "withdraw")
        allowed = {one.name for one in CARD.transitions if state in one.sources}
        if step in allowed:
            move_card(session, trainer.actor, row, step)
        else:
            with pytest.raises(Refused):
                move_card(session, trainer.actor, row, step)


def test_a_card_of_eleven_lines_or_with_a_number_of_somebody_is_refused(federation: Federation) -> None:
    trainer = a_trainer(federation).browser()
    sent = {"title": "Horaire", "text": "\n".join("abcdefghijk"), "roles": "agent", "shown_from": f"{today():%d/%m/%Y}"}
    assert "Dix lignes au plus" in trainer.post("/fiches/nouvelle", sent, status=422).get_data(as_text=True)
    sent["text"] = "Appelez le 0470 12 34 56."
    assert "« 0470 12 34 56 »" in trainer.post("/fiches/nouvelle", sent, status=422).get_data(as_text=True).replace(
        "\u00a0", " "
    )
    sent["text"] = "Le matin seulement."
    trainer.post("/fiches/nouvelle", sent, status=303)


def test_a_supervisor_reads_and_writes_nothing(federation: Federation) -> None:
    trainer, supervisor = a_trainer(federation), federation.member(federation.support_centre, "supervisor")
    card, browser = a_card(trainer), supervisor.browser()
    path = f"/fiches/{card.id}"
    assert "Modifier" in trainer.browser().get(path).get_data(as_text=True)
    page = browser.get(path).get_data(as_text=True)
    assert card.text in page
    assert "Modifier" not in page
    assert "Nouvelle fiche" not in browser.get("/fiches").get_data(as_text=True)
    browser.get("/fiches/nouvelle", status=403)
    browser.post(f"{path}/retrait", status=403)
    with trainer.at_work() as session:
        (stored,) = session.scalars(select(PracticeCard))
    assert (stored.state, stored.version) == ("published", card.version)
