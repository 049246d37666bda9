"""While a tablet is in the hands of a person, the session of its agent opens nothing else."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from clais.clock import now, set_to
from clais.identity import sessions
from clais.identity.failures import MAXIMUM_FAILURES_PER_ACCOUNT
from clais.instruments.rules.definition import Item, ItemKind
from tests.support.federation import PASSWORD, Federation
from tests.support.referrals import a_person
from tests.tenants.questionnaires.rooms import Room
from tests.tenants.questionnaires.tablets import CHILDREN, LOCKED, a_room, given, page, take_back


@pytest.fixture
def room(federation: Federation) -> Room:
    return a_room(federation)


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
    assert "Ce n'est pas le mot de passe" not in take_back(room, status=429)
    assert LOCKED in page(room, "/ma-journee", status=403)


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


def test_the_trail_says_that_the_screen_was_given(room: Room) -> None:
    given(room, CHILDREN)
    assert "a donné la tablette à la personne" in page_of(room.coordinator.get)("/journal-des-acces")


def page_of(get: Callable[..., Any]) -> Callable[[str], str]:
    return lambda path: unescape(get(path).get_data(as_text=True))
