"""A list or a search that shows names is one record, written once the answer has left, and it keeps nobody waiting."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Response
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from clais.audit import listings
from clais.audit.models import LISTED, AuditEvent
from clais.clock import now
from clais.database import NIL, ScopedSession, new_id
from clais.limits import Limits, Pauses
from clais.web import listings as web_listings
from tenants.people.models import Person
from tests.support.federation import Browser, Federation, Member
from tests.support.referrals import a_participant, a_person
from tests.tenants.people.newcomers import registered, typed

NAMES = ("Ana", "Bert", "Chloé")


@dataclass(frozen=True)
class Reader:
    """A receptionist, three people, and what is on record of the lists in which they stood."""

    member: Member
    people: frozenset[UUID]
    browser: Browser

    def records(self) -> list[AuditEvent]:
        """The lists on record, in the order in which they were seen."""
        with self.member.at_work() as session:
            lists = select(AuditEvent).where(AuditEvent.verb == LISTED).order_by(AuditEvent.happened_at)
            return list(session.scalars(lists))

    def get(self, path: str, **options: Any) -> None:
        """Ask for a page and take it whole, as a browser does."""
        self.browser.get(path, **options).close()

    def type(self, query: str) -> None:
        """Ask for proposals, as a search field does after each key."""
        self.browser.post("/personnes/recherche/propositions", {"q": query}, status=200).close()


@pytest.fixture
def reader(federation: Federation) -> Reader:
    member = federation.member(federation.platform, "coordinator")
    people = [registered(member, federation.keyring, family_name="Delcourt", given_names=name) for name in NAMES]
    return Reader(member, frozenset(person.id for person in people), member.browser())


def test_a_list_is_one_record_of_exactly_the_people_whom_it_showed(reader: Reader) -> None:
    reader.get("/personnes")
    (record,) = reader.records()
    assert frozenset(record.listed or ()) == reader.people
    assert (record.membership_id, record.actor_name) == (reader.member.membership.id, "Nadia Lambert")
    assert (record.subject_id, record.person_id, record.details) == (NIL, None, {"list": "caseload.index"})


def test_a_search_is_on_record_without_what_was_typed(reader: Reader) -> None:
    reader.browser.post("/personnes/recherche", {"q": "Delcourt"}, status=200).close()
    (record,) = reader.records()
    assert frozenset(record.listed or ()) == reader.people
    assert "elcourt" not in str((record.details, record.verb, record.subject_type, record.request_id))


def test_who_opens_a_file_is_on_record_for_the_file_and_for_no_list(reader: Reader) -> None:
    reader.get(f"/personnes/{min(reader.people)}")
    assert reader.records() == []


def test_a_list_that_shows_nobody_is_not_on_record(reader: Reader, federation: Federation) -> None:
    other = federation.other_agent()
    other.browser().get("/personnes").close()
    assert Reader(other, frozenset(), reader.browser).records() == []


def test_who_types_is_on_record_once_a_minute_for_the_same_people(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in ("Del", "Delc", "Delco", "Delcourt"):
        reader.type(query)
    assert len(reader.records()) == 1
    reader.type("Delcourt An")
    assert [len(record.listed or ()) for record in reader.records()] == [3, 1]
    monkeypatch.setattr(listings, "now", lambda: now() + timedelta(seconds=61))
    reader.type("Del")
    assert len(reader.records()) == 3


def test_a_search_that_finds_nobody_is_on_record_as_one_and_so_is_one_that_leads_to_a_file(reader: Reader) -> None:
    reader.browser.post("/personnes/recherche", {"q": "Zzyzxquist"}, status=200).close()
    reader.browser.post("/personnes/recherche", {"q": "Delcourt Ana"}, status=303).close()
    records = reader.records()
    assert [record.details for record in records] == [{"list": "people.search"}] * 2
    assert records[0].listed == []
    assert "zyzx" not in str([(record.details, record.actor_name, record.request_id) for record in records]).lower()


def test_what_nobody_answers_to_counts_once_while_it_is_typed_and_taken_back(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in ("Zzy", "Zzyz", "Zzyzx", "Zzy", "Zzyzxq"):
        reader.type(query)
    assert [record.listed for record in reader.records()] == [[]]
    monkeypatch.setattr("clais.limits.now", lambda: now() + timedelta(seconds=61))
    reader.type("Zzyzxqu")
    assert len(reader.records()) == 2, "a minute later it is another search"


def test_who_tries_one_ending_after_the_other_is_counted_for_each(reader: Reader) -> None:
    for number in range(5):
        reader.type(f"85.07.30-03{number}")
        reader.type("85.07.30-03")
    assert len(reader.records()) == 5


def test_who_tries_one_after_the_other_where_the_same_people_come_up_is_counted_for_each(reader: Reader) -> None:
    for query in ("Delcourt", "Zzyzx", "Delcour"):
        reader.type(query)
    assert [len(record.listed or ()) for record in reader.records()] == [3, 0, 3]


def test_whoever_registers_someone_is_counted_by_text_and_not_by_key(reader: Reader) -> None:
    person = {"family_name": "Zzyzxquist", "given_names": "", "birth_date": "", "phone": ""}
    for field, value in (
        ("given_names", "Qw"),
        ("given_names", "Qwfp"),
        ("birth_date", "02/01/1951"),
        ("phone", "0479 98 76 54"),
    ):
        person[field] = value
        reader.browser.post("/accueil/doublons", person, status=200).close()
    assert len(reader.records()) == 1


def test_a_form_that_is_refused_says_that_nobody_is_meant_and_counts(reader: Reader) -> None:
    incomplete = {"family_name": "Zzyzxquist", "given_names": "Qwfp", "birth_date": "02/01/1951"}
    reader.browser.post("/accueil/nouveau", incomplete, status=422).close()
    assert [record.listed for record in reader.records()] == [[]]


def test_whoever_searched_enough_finds_nobody_by_a_form_that_lacks_something(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = reader.member.federation.app.extensions["clais"]
    # The three who were registered, and the form that is sent now.
    once = replace(house, limits=Limits(lists=4), pauses=Pauses())
    monkeypatch.setitem(reader.member.federation.app.extensions, "clais", once)
    incomplete = {"family_name": "Delcourt", "given_names": "Ana", "birth_date": "12/03/1990"}
    refused = reader.browser.post("/accueil/nouveau", incomplete, status=422)
    assert "déjà un dossier" in refused.get_data(as_text=True)
    refused.close()
    refused = reader.browser.post("/accueil/nouveau", incomplete, status=422)
    assert "déjà un dossier" not in refused.get_data(as_text=True)


def test_who_is_registered_is_on_record_as_registered_and_as_no_search(reader: Reader) -> None:
    reader.browser.post("/accueil/nouveau", typed(family_name="Zzyzxquist"), status=303).close()
    assert reader.records() == []


def test_each_look_at_a_list_is_on_record(reader: Reader) -> None:
    for _time in range(2):
        reader.get("/personnes")
    assert len(reader.records()) == 2


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is asked of the database."""
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        ran.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield ran
    event.remove(engine, "before_cursor_execute", note)


def test_the_record_is_written_after_the_answer_has_left(reader: Reader, statements: list[str]) -> None:
    reader.get("/personnes")
    statements.clear()
    answer = reader.browser.get("/personnes")
    assert answer.get_data()
    asked = list(statements)
    assert not any("INSERT" in statement for statement in asked)
    answer.close()
    assert sum("INSERT INTO audit_event" in statement for statement in statements) == 1
    assert len(statements) == len(asked) + 2, "the record, and how many there were in this hour"


def test_a_record_that_makes_the_reader_wait_is_found(
    reader: Reader, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Response, "call_on_close", lambda _response, write: write())
    answer = reader.browser.get("/personnes")
    assert any("INSERT INTO audit_event" in statement for statement in statements)
    answer.close()


def test_an_answer_that_has_left_is_no_error_when_the_database_goes_away(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> None:
        raise OperationalError("INSERT", None, Exception("gone"))

    monkeypatch.setattr(web_listings, "write_listing", away)
    reader.get("/personnes")
    assert reader.records() == []


def test_names_that_a_job_puts_together_are_on_no_record(reader: Reader) -> None:
    with reader.member.at_work() as session:
        assert session.get_one(Person, (reader.member.tenant.id, min(reader.people))).full_name
    assert reader.records() == []


def test_the_centre_is_on_record_by_its_own_keys(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    people = {a_participant(agent, officer, name).id for name in ("Delcourt", "Diallo")}
    officer.browser().get("/participants").close()
    with officer.at_work() as session:
        record = session.scalars(select(AuditEvent).where(AuditEvent.verb == LISTED)).one()
    assert set(record.listed or ()) == people


def test_people_without_a_session_are_nobody_elses(reader: Reader) -> None:
    person = a_person(reader.member)
    assert person.full_name == "Sofia Marchetti"
    with ScopedSession(reader.member.federation.engine, reader.member.scope) as session:
        assert listings.noted_listing(session) is None
        listings.record_listing(session, [new_id()])
        assert listings.noted_listing(session) is None  # Nobody is at work in it.
