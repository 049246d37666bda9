"""Answers counted over the versions of an instrument: pooled where they compare, and a line where they do not."""

import re
from dataclasses import replace

from clais.instruments.rules.definition import Item, ItemKind
from tests.support.instruments import ASKED
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room

SURE = Item("sur", ItemKind.YES_NO, {"fr": "Êtes-vous sûr ?"})
SEALED = replace(SURE, id="sante", label={"fr": "La santé va-t-elle ?"}, sealed=True)


def results(room: Room, months: int = 12) -> str:
    page = room.browser.get(f"/questionnaires/resultats/{room.centre.instrument}?mois={months}").get_data(as_text=True)
    return re.sub(r"\s+", " ", page.replace("&#39;", "'").replace("\u00a0", " "))


def answered(room: Room, times: int, **answers: str) -> None:
    for _ in range(times):
        room.person = a_person(room.agent, "Dumont", "Ines").id
        room.finish(room.begin(), 303, **answers)


def test_answers_are_counted_over_versions_that_compare_and_not_across_a_gap(room: Room) -> None:
    room.adopt(SURE)
    answered(room, 5, sur="yes")
    room.adopt(replace(SURE, label={"fr": "En êtes-vous sûr ?"}))
    answered(room, 3, sur="no")
    page = results(room)
    assert "8 remplis depuis" in page
    assert "versions 1 à 2" in page
    assert "version 2 : reformulée, se compare" in page
    assert re.search(r"Oui</th>.*?<span>62 %</span>.*?<td class=\"number\">5</td>", page)
    room.adopt(ASKED)
    room.adopt(SURE)
    answered(room, 5, sur="no")
    page = results(room)
    assert "La question avait disparu avant la version 4" in page
    assert re.search(r"version 4</strong> · 5 réponses.*?Non</th>.*?<span>100 %</span>", page)


def test_fewer_than_five_answers_show_no_share(room: Room) -> None:
    room.adopt(SURE)
    answered(room, 4, sur="yes")
    page = results(room)
    assert "moins de cinq réponses" in page
    assert "100 %" not in page


def test_a_number_shows_the_one_in_the_middle_and_a_sealed_answer_nothing(room: Room) -> None:
    room.adopt(ASKED, SEALED)
    for children in ("0", "1", "2", "2", "3"):
        answered(room, 1, enfants=children, sante="no")
    page = results(room)
    assert "la moitié répond 2 ou moins" in page
    assert "gardée scellée" in page
    assert "Non</th>" not in page


def test_a_platform_counts_its_own_answers_alone(room: Room) -> None:
    room.adopt(SURE)
    answered(room, 5, sur="yes")
    stranger = room.agent.federation.other_agent().browser()
    page = stranger.get(f"/questionnaires/resultats/{room.centre.instrument}").get_data(as_text=True)
    assert "0 rempli depuis" in page.replace("\u00a0", " ")
