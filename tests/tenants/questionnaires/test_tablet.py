"""A person fills a questionnaire in alone on the agent's tablet, in their language."""

import re
from dataclasses import replace

import pytest

from clais.instruments.pictures import OF_KINDS
from clais.instruments.rules.definition import Choice, Item, ItemKind
from clais.instruments.screen_words import words_of
from tests.support.federation import Federation
from tests.tenants.questionnaires.rooms import Room
from tests.tenants.questionnaires.tablets import CARE, CHILDREN, LOCKED, SINCE, a_room, answer, given, page, take_back


@pytest.fixture
def room(federation: Federation) -> Room:
    return a_room(federation)


def test_a_person_answers_in_their_language_and_gives_the_tablet_back(room: Room) -> None:
    path = given(room, CHILDREN, CARE, SINCE)
    welcome = page(room, f"{path}/tablette")
    assert 'lang="ar" dir="rtl"' in welcome
    assert "مرحبًا Sofia" in welcome
    assert "Marchetti" not in welcome
    assert "Nadia" not in welcome
    first = page(room, f"{path}/tablette/question/enfants")
    assert "السؤال 1 من 2" in first
    assert "كم طفلًا لديك؟" in first
    assert answer(room, path, "enfants", "٢").endswith("/question/garde")
    assert answer(room, path, "garde", "yes").endswith("/question/depuis")
    assert answer(room, path, "depuis", "2026-03-12").endswith("/relecture")
    review = page(room, f"{path}/tablette/relecture")
    assert ">نعم<" in review
    assert "12 مارس 2026" in review
    thanks = room.browser.post(f"{path}/tablette/fin", status=303).headers["Location"]
    assert words_of("ar")["give_back"] in page(room, thanks)
    assert LOCKED in page(room, f"{path}/tablette/relecture", status=403)
    assert take_back(room) == thanks
    assert room.browser.get(thanks, status=303).headers["Location"].endswith(path)
    assert "la personne a répondu elle-même sur la tablette" in room.text(f"/{path.rsplit('/', 1)[1]}")
    assert [(row.item, row.given_by) for row in room.rows()] == [("depuis", ""), ("enfants", ""), ("garde", "")]


def test_what_is_asked_next_depends_on_the_answer_and_the_number_of_questions_too(room: Room) -> None:
    path = given(room, CHILDREN, CARE)
    assert answer(room, path, "enfants", "0").endswith("/relecture")
    assert room.browser.get(f"{path}/tablette/question/garde", status=303).headers["Location"].endswith("/relecture")
    assert answer(room, path, "enfants", "1", seen=1).endswith("/question/garde")


def test_who_does_not_know_goes_on_and_what_is_needed_is_left_to_the_agent(room: Room) -> None:
    path = given(room, replace(CHILDREN, required=True), SINCE)
    assert answer(room, path, "enfants", "3", act="skip").endswith("/question/depuis")
    answer(room, path, "depuis", "2026-03-12")
    assert words_of("ar")["unanswered"] in page(room, f"{path}/tablette/relecture")
    room.browser.post(f"{path}/tablette/fin", status=303)
    take_back(room)
    filling = path.rsplit("/", 1)[1]
    assert room.row().state == "open"
    room.answer(filling, "enfants", "3")
    room.finish(filling, enfants="3", depuis="12/03/2026")
    assert "noté par Nadia Lambert" in room.text(f"/{filling}")
    assert [(row.item, row.given_by) for row in room.rows()] == [("depuis", ""), ("enfants", "Nadia Lambert")]


def test_an_answer_is_taken_back_by_who_does_not_know_any_more(room: Room) -> None:
    path = given(room, CHILDREN, SINCE)
    answer(room, path, "enfants", "3")
    answer(room, path, "enfants", act="skip", seen=1)
    assert [row.value for row in room.rows()] == [None]


@pytest.mark.parametrize(
    ("item", "typed", "why"),
    [("enfants", "deux", "write_number"), ("depuis", "hier", "write_date"), ("garde", "peut-être", "not_possible")],
)
def test_what_cannot_be_read_is_said_in_the_language_of_the_person(room: Room, item: str, typed: str, why: str) -> None:
    path = given(room, CHILDREN, replace(CARE, shown_if=""), SINCE)
    assert words_of("ar")[why] in answer(room, path, item, typed, status=422)
    assert room.rows() == []


def test_what_the_instrument_does_not_accept_is_said_in_its_own_words(room: Room) -> None:
    path = given(room, CHILDREN)
    assert "15 على الأكثر." in answer(room, path, "enfants", "16", status=422)


def test_the_script_of_the_page_saves_and_is_told_in_the_language_of_the_person(room: Room) -> None:
    path = given(room, CHILDREN, CARE)
    sent = {"item": "enfants", "seen": "0", "enfants": "2"}
    told = room.browser.post(f"{path}/tablette/reponses", sent, status=200).get_json()
    assert (told["shown"], told["revision"]) == (["enfants", "garde"], 1)
    refused = room.browser.post(f"{path}/tablette/reponses", sent | {"enfants": "x", "seen": "1"}, status=422)
    assert refused.get_json()["errors"] == [words_of("ar")["write_number"]]
    late = room.browser.post(f"{path}/tablette/reponses", sent | {"enfants": "4"}, status=409).get_json()
    assert (late["errors"], late["revision"]) == ([words_of("ar")["answered_meanwhile"]], 1)


def test_every_kind_of_question_is_asked_with_a_picture_and_its_answer_read_again(room: Room) -> None:
    few = tuple(Choice(str(n), {"fr": f"{n} fois", "ar": f"{n} مرات"}) for n in range(3))
    many = tuple(Choice(f"c{n}", {"fr": f"Choix {n}", "ar": f"خيار {n}"}) for n in range(12))
    room.centre.lists = {"few": few, "many": many}
    listed = {ItemKind.ONE_OF: "many", ItemKind.MANY_OF: "few", ItemKind.SCALE: "few"}
    kinds = [kind for kind in ItemKind if kind is not ItemKind.FILE]
    path = given(
        room, *(Item(kind.value, kind, {"fr": f"Question {kind}"}, list=listed.get(kind, "")) for kind in kinds)
    )
    typed = {"one_of": "c7", "many_of": "1", "scale": "2", "number": "3,5", "date": "2026-03-12", "yes_no": "no"}
    for kind in kinds:
        asked = page(room, f"{path}/tablette/question/{kind}")
        form = re.search(rf'<form class="step"[^>]*data-step="{kind}">.*?</form>', asked, re.DOTALL)
        assert form
        assert f"#{OF_KINDS[kind]}" in form[0]
        answer(room, path, kind, typed.get(kind, "Farciennes"))
    read = re.findall(r"<p>([^<]+)</p>", page(room, f"{path}/tablette/relecture"))
    said = {"one_of": "خيار 7", "many_of": "1 مرات", "scale": "2 مرات", "number": "3,5", "yes_no": words_of("ar")["no"]}
    assert read == [said.get(kind, "12 مارس 2026" if kind is ItemKind.DATE else "Farciennes") for kind in kinds]


def test_a_form_with_a_field_that_is_not_asked_is_refused(room: Room) -> None:
    path = given(room, CHILDREN)
    sent = {"item": "enfants", "seen": "0", "act": "next", "enfants": "2", "stage": "closed"}
    room.browser.post(f"{path}/tablette/question/enfants", sent, status=400)
    assert room.rows() == []


def test_a_colleague_who_gives_it_up_meanwhile_ends_the_questions(room: Room, federation: Federation) -> None:
    path = given(room, CHILDREN)
    federation.agent().browser().post(f"{path}/abandon", status=303)
    answered = room.browser.get(f"{path}/tablette", status=404).get_data(as_text=True)
    assert 'class="rail"' not in answered


def test_only_what_a_person_answers_alone_is_handed_over_and_in_a_language_that_it_has(
    room: Room, federation: Federation
) -> None:
    room.adopt(CHILDREN)
    filling = room.begin()
    assert "Donner la tablette" in room.text(f"/{filling}")
    room.browser.post(f"{room.pages}/{filling}/remise", {"language": "tr"}, status=422)
    room.finish(filling, enfants="2")
    room.browser.get(f"{room.pages}/{filling}/remise", status=303)
    room.browser.post(f"{room.pages}/{filling}/remise", {"language": "ar"}, status=409)
    grid = a_room(Federation(federation.app, federation.engine), "evaluation_grid")
    grid.adopt(CHILDREN)
    grid.browser.get(f"{grid.pages}/{grid.begin()}/remise", status=404)


def test_the_form_of_the_agent_says_yes_and_optional_in_the_language_of_the_questions(room: Room) -> None:
    room.adopt(replace(CARE, shown_if=""))
    shown = page(room, f"{room.pages}/{room.begin()}?langue=ar")
    assert re.search(r"<label[^>]*>نعم</label>", shown)
    assert f"({words_of('ar')['optional']})" in shown
    assert "facultatif" not in shown
