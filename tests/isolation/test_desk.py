"""At the desk: who has agreed to nothing stands nowhere in clear, and who receives people reads nothing of a file."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from tenants.desk import presentation
from tenants.desk.actions import arrivals
from tenants.desk.models import Visit
from tenants.desk.presentation import KnownRow
from tenants.follow_up.actions import write_note
from tenants.people.models import Person
from tests.support.federation import Federation
from tests.tenants.agenda.days import a_file, an_appointment
from tests.tenants.desk.visits import a_known_file, a_receptionist, at, comes, stored, visits

SAID = {"family_name": "Zbrimbelle", "given_names": "Kwaloni", "birth_date": None, "phone": "+32470998877"}
WRITTEN = ("Ztroulette", "Zkrumpelle")
"""What stands on a file."""


def in_clear(superuser: Engine, visit: Visit) -> set[str]:
    """Which of the words that were typed at the desk the database tells."""
    query = "SELECT v, encode(coalesce(v.sealed, ''), 'escape') FROM visit v WHERE v.id = :id"
    with superuser.connect() as connection:
        row = " ".join(map(str, connection.execute(text(query), {"id": visit.id}).one()))
    return {str(word) for word in SAID.values() if word and str(word) in row}


def test_what_is_typed_of_somebody_without_a_file_is_sealed(federation: Federation, superuser: Engine) -> None:
    desk = a_receptionist(federation)
    visit = comes(desk, names=SAID)
    assert in_clear(superuser, visit) == set()
    said = presentation.names_typed(stored(desk, visit), federation.keyring)
    assert said["family_name"] == SAID["family_name"]


def test_a_seal_that_seals_nothing_is_found(
    federation: Federation, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "seal", lambda _keyring, facts, **_place: json.dumps(facts).encode())
    visit = comes(a_receptionist(federation), names=SAID)
    assert in_clear(superuser, visit) == {"Zbrimbelle", "Kwaloni", "+32470998877"}


def a_morning(federation: Federation) -> list[str]:
    """A desk where somebody with a file waits and somebody like them is being typed; what it answers."""
    desk, agent = a_receptionist(federation), federation.agent()
    person = a_known_file(agent, "Zerouali", "Rachid")
    with agent.at_work() as session:
        row = session.get_one(Person, (agent.tenant.id, person.id))
        write_note(session, row, agent.actor, text=f"{WRITTEN[0]} au travail", note_class="fact")
        row.schooling_note = WRITTEN[1]
    an_appointment(agent, a_file(agent, "Kaci", "Djamel"), at(23))
    known, stranger = comes(desk, person), comes(desk)
    browser = desk.browser()
    paths = ("/guichet", "/guichet/fin", f"/guichet/visites/{known.id}", f"/guichet/visites/{stranger.id}")
    typed: dict[str, Any] = {"family_name": "Zerouali", "given_names": "Rachid", "birth_date": "", "phone": ""}
    answers = [browser.get(path) for path in paths] + [browser.post("/guichet/connus", typed, status=200)]
    return [answer.get_data(as_text=True) for answer in answers]


def told(pages: list[str]) -> set[str]:
    """Which of the words that stand on a file the desk says."""
    return {word for word in WRITTEN if any(word in page for page in pages)}


def test_the_desk_tells_whether_a_file_is_open_and_nothing_of_it(federation: Federation) -> None:
    pages = a_morning(federation)
    assert any("connu ici\u00a0: actif" in page for page in pages)
    assert told(pages) == set()


def test_a_desk_that_tells_more_is_found(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(matches: Any, _screen: Any) -> list[KnownRow]:
        return [KnownRow(found.key.id, found.key.full_name, str(found.key.schooling_note), "") for found in matches]

    monkeypatch.setattr(presentation, "known_rows", planted)
    pages = a_morning(federation)
    assert told(pages) == {WRITTEN[1]}


def test_a_visit_of_another_platform_is_not_found_and_unchanged(federation: Federation) -> None:
    theirs = comes(federation.other_agent())
    desk = a_receptionist(federation)
    browser = desk.browser()
    for path in ("", "/ailleurs", "/billet", "/inscription"):
        browser.get(f"/guichet/visites/{theirs.id}{path}", status=404)
    for step in ("entree", "depart", "retour", "j-y-vais"):
        browser.post(f"/guichet/visites/{theirs.id}/{step}", status=404)
    browser.post("/guichet/fin", {"visit": theirs.id, "outcome": "forget"}, status=303)
    assert stored(federation.other_agent(), theirs).state == "waiting"


def test_the_person_of_another_platform_does_not_arrive_here(federation: Federation) -> None:
    stranger = a_file(federation.other_agent(), "Zerouali", "Rachid")
    desk = a_receptionist(federation)
    browser = desk.browser()
    browser.post(f"/guichet/personnes/{stranger.id}/arrivee", status=404)
    form = {"family_name": "", "given_names": "", "birth_date": "", "phone": "", "sent_by": "", "manner": "walk_in"}
    answers = {**form, "theme": "work", "agent": "first", "person": stranger.id}
    browser.post("/guichet/arrivees", answers, status=404)
    assert (visits(desk), visits(federation.other_agent())) == ([], [])
