"""A person fills a questionnaire in alone on the agent's tablet, in their language; the session opens nothing else."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clais.clock import now, set_to
from clais.exchange.publications.models import InstrumentVersion
from clais.identity import sessions
from clais.identity.failures import MAXIMUM_FAILURES_PER_ACCOUNT
from clais.instruments.pictures import OF_KINDS
from clais.instruments.rules.definition import Choice, Item, ItemKind
from clais.instruments.screen_words import words_of
from support_center.instruments.actions import drafts
from tests.support.federation import PASSWORD, Federation
from tests.support.instruments import a_centre
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room

CHILDREN = Item(
    "enfants",
    ItemKind.NUMBER,
    {"fr": "Combien d'enfants ?", "ar": "كم طفلًا لديك؟"},
    constraint=". <= 15",
    constraint_message={"fr": "15 au plus.", "ar": "15 على الأكثر."},
)
CARE = Item(
    "garde", ItemKind.YES_NO, {"fr": "Quelqu'un les garde ?", "ar": "هل يرعاهم أحد؟"}, shown_if="${enfants} >= 1"
)
SINCE = Item("depuis", ItemKind.DATE, {"fr": "Depuis quand cherchez-vous ?", "ar": "منذ متى تبحث؟"})
LOCKED = "La tablette est entre les mains de la personne"


def a_room(federation: Federation, kind: str = "self_assessment") -> Room:
    """An agent with a person in front of them; the instrument has texts in French and in Arabic."""
    centre = a_centre(federation, "Mon avis", "avis", kind=kind)
    with centre.author.at_work() as session:
        version = session.query(InstrumentVersion).filter_by(instrument_id=centre.instrument).one()
        spoken: Any = {"languages": ("fr", "ar"), "title": {"fr": "Mon avis", "ar": "رأيي"}}
        drafts.change_draft(session, centre.author.actor, version, lambda before: replace(before, **spoken))
    agent = federation.agent()
    coordinator = federation.member(federation.platform, "coordinator", "Paul Hénin")
    return Room(centre, agent, agent.browser(), coordinator.browser(), a_person(agent, "Marchetti", "Sofia").id)


@pytest.fixture
def room(federation: Federation) -> Room:
    return a_room(federation)


def given(room: Room, *items: Item, language: str = "ar") -> str:
    """The path of a filling that was handed over."""
    room.adopt(*items)
    path = f"{room.pages}/{room.begin()}"
    room.browser.csrf()
    answer = room.browser.post(f"{path}/remise", {"language": language}, status=303)
    assert answer.headers["Location"].endswith("/tablette")
    return path


def page(room: Room, path: str, status: int = 200) -> str:
    return unescape(room.browser.get(path, status=status).get_data(as_text=True))


def answer(room: Room, path: str, item: str, value: str = "", act: str = "next", seen: int = 0, **options: Any) -> str:
    """Where a form without scripts leads, or the page that says why not."""
    sent = {"item": item, "seen": str(seen), "act": act} | ({item: value} if value else {})
    answered = room.browser.post(f"{path}/tablette/question/{item}", sent, status=options.get("status", 303))
    return str(answered.headers.get("Location", "")) or unescape(answered.get_data(as_text=True))


def take_back(room: Room, password: str = PASSWORD, status: int = 303) -> str:
    answered = room.browser.client.post("/reprise", data={"csrf_token": room.browser.csrf(), "password": password})
    assert answered.status_code == status
    return str(answered.headers.get("Location", "")) or unescape(answered.get_data(as_text=True))


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


def test_a_session_that_is_gone_is_not_handed_over_and_no_tablet_is_shown(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.adopt(CHILDREN)
    path = f"{room.pages}/{room.begin()}"
    hand_over = sessions.hand_over
    # The agent signs out in another tab, between the beginning of the request and this.
    monkeypatch.setattr(
        sessions, "hand_over", lambda session, _hash, address: hand_over(session, b"signed out", address)
    )
    answered = room.browser.post(f"{path}/remise", {"language": "ar"}, status=409)
    assert "l'écran n'a pas été remis" in unescape(answered.get_data(as_text=True))
    monkeypatch.undo()
    assert room.browser.get(f"{path}/tablette", status=303).headers["Location"].endswith(path)


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


def test_the_agents_own_page_and_another_file_are_locked_and_the_password_opens_them(room: Room) -> None:
    path = given(room, CHILDREN)
    for locked in (path, f"{room.pages}", "/ma-journee", f"/personnes/{room.person}", "/ou-travailler", "/connexion"):
        shown = page(room, locked, status=403)
        assert LOCKED in shown
        assert "Marchetti" not in shown
        assert 'class="rail"' not in shown
        assert 'role="search"' not in shown
    assert "Ce n'est pas le mot de passe" in take_back(room, "un autre mot de passe", status=422)
    page(room, "/ma-journee", status=403)
    take_back(room)
    page(room, "/ma-journee")


def test_a_part_of_a_page_in_another_tab_is_not_given_and_the_page_is_asked_for_again(room: Room) -> None:
    given(room, CHILDREN)
    headers = {"HX-Request": "true", "HX-Target": "div#messages"}
    answered = room.browser.get("/ma-journee", status=403, headers=headers)
    assert (answered.headers["HX-Refresh"], answered.get_data()) == ("true", b"")


def test_another_account_cannot_sign_in_over_it(room: Room, federation: Federation) -> None:
    given(room, CHILDREN)
    other = federation.agent()
    sent = {"email": other.email, "password": PASSWORD, "next": ""}
    assert LOCKED in room.browser.post("/connexion", sent, status=403).get_data(as_text=True)


def test_too_many_wrong_passwords_close_it_as_a_sign_in_and_the_right_one_waits_too(room: Room) -> None:
    given(room, CHILDREN)
    for _try in range(MAXIMUM_FAILURES_PER_ACCOUNT):
        take_back(room, "un autre mot de passe", status=422)
    take_back(room, status=429)
    page(room, "/ma-journee", status=403)


def test_after_an_hour_the_session_ends_and_finishing_does_not_prolong_it(room: Room) -> None:
    path = given(room, CHILDREN)
    with set_to(now() + timedelta(minutes=50)):
        thanks = room.browser.post(f"{path}/tablette/fin", status=303).headers["Location"]
        page(room, thanks)
    with set_to(now() + timedelta(minutes=61)):
        assert "/connexion" in room.browser.get(thanks, status=302).headers["Location"]
        assert "/connexion" in room.browser.get("/ma-journee", status=302).headers["Location"]


def test_what_was_typed_when_the_hour_was_over_is_shown_to_the_agent_who_signs_in(room: Room) -> None:
    path = f"{given(room, Item('mots', ItemKind.LONG_TEXT, {'fr': 'Autre chose ?'}))}/tablette/question/mots"
    sent = {"item": "mots", "seen": "0", "act": "next", "mots": "Le mercredi, c'est difficile."}
    with set_to(now() + timedelta(minutes=61)):
        door = room.browser.post(path, sent, status=401).get_data(as_text=True)
    kept = re.search(r'name="_kept" value="([^"]+)"', door)
    assert kept
    back = room.agent.browser().post(path, {"_kept": kept[1]}, status=200)
    assert "Le mercredi, c'est difficile." in unescape(back.get_data(as_text=True))
    assert room.rows() == []


def test_signing_out_stays_possible(room: Room) -> None:
    path = given(room, CHILDREN)
    answered = room.browser.client.post("/deconnexion", data={"csrf_token": room.browser.csrf()})
    assert answered.headers["Location"].endswith("/connexion")
    assert "/connexion" in room.browser.get(f"{path}/tablette", status=302).headers["Location"]


def test_in_a_session_that_was_not_handed_over_the_agent_is_led_to_their_own_page(room: Room) -> None:
    room.adopt(CHILDREN)
    filling = room.begin()
    for below in ("tablette", "tablette/question/enfants", "tablette/relecture", "tablette/merci"):
        found = room.browser.get(f"{room.pages}/{filling}/{below}", status=303).headers["Location"]
        assert found.endswith(f"/questionnaires/{filling}")
    sent = {"item": "enfants", "seen": "0", "enfants": "2"}
    room.browser.post(f"{room.pages}/{filling}/tablette/reponses", sent, status=409)
    assert room.rows() == []


def test_the_tablet_of_one_filling_does_not_open_another(room: Room) -> None:
    path = given(room, CHILDREN)
    other = a_person(room.agent, "Lambert", "Jean").id
    assert LOCKED in page(room, f"/personnes/{other}/questionnaires/{path.rsplit('/', 1)[1]}/tablette", status=403)


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


def test_the_trail_says_that_the_screen_was_given(room: Room) -> None:
    given(room, CHILDREN)
    assert "a donné la tablette à la personne" in page_of(room.coordinator.get)("/journal-des-acces")


def page_of(get: Callable[..., Any]) -> Callable[[str], str]:
    return lambda path: unescape(get(path).get_data(as_text=True))
