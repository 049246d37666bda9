"""What was read before a lock is read again under it: nothing acknowledged is lost, and nothing stays wrong."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm.exc import StaleDataError

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.queries import received_referral
from support_center.routing import actions as routing
from support_center.routing import groups
from support_center.routing.models import Enrolment, Participant
from tenants.follow_up import actions as follow_up
from tenants.follow_up.models import Contact
from tenants.intake import actions as intake
from tenants.people import actions as people
from tenants.people.matching import check
from tenants.people.models import Person
from tests.support.critical import interleave
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.tenants.people.newcomers import a_number, authorise, registered

RECEPTION: dict[str, Any] = {"channel": "visit", "request_kinds": [], "request": None}
RECEPTION |= {"sent_by": None, "urgent_needs": [], "urgent_note": None}


class Seated:
    """A participant with a seat, and what officers note of their progress."""

    def __init__(self, federation: Federation) -> None:
        agent, self.officer = federation.agent(), federation.officer()
        scheme, seats = a_scheme(self.officer, seats=5)
        referral = a_referral(agent, a_person(agent), scheme, seats)
        with self.officer.at_work() as session:
            found = received_referral(session, referral.id)
            assert found is not None
            referral_actions.move(session, self.officer.actor, found, "receive")
            chosen = session.get_one(SchemeSession, (self.officer.tenant.id, seats.id))
            self.participant = routing.accept(
                session, self.officer.actor, found, federation.keyring, scheme_session=chosen
            )
        self.version = self._seat().version

    def _seat(self) -> Enrolment:
        with self.officer.at_work() as session:
            return session.scalars(select(Enrolment).where(Enrolment.participant_id == self.participant.id)).one()

    def noted(self) -> str | None:
        """What is stored of the progress."""
        return self._seat().progress_note

    def notes(self, text: str, version: int | None) -> Callable[[], object]:
        """An officer writes the note of the one that they read at `version`."""

        def act() -> None:
            with self.officer.at_work() as session:
                row = session.get_one(Participant, (self.officer.tenant.id, self.participant.id))
                routing.note_progress(session, row, text, version)

        return act

    def adds(self, text: str) -> Callable[[], object]:
        """An officer notes something for a whole group: how many it was done for."""

        def act() -> int:
            with self.officer.at_work() as session:
                row = session.get_one(Participant, (self.officer.tenant.id, self.participant.id))
                return groups.act_for_all(session, self.officer.actor, "note", [row], {"text": text}).done

        return act


def test_of_two_officers_who_note_the_progress_at_once_the_second_is_asked(
    federation: Federation, engine: Engine
) -> None:
    seated = Seated(federation)
    note = seated.version
    first, second = interleave(engine, seated.notes("A", note), seated.notes("B", note), "UPDATE enrolment")
    assert first is None
    assert isinstance(second, StaleDataError)
    assert seated.noted() == "A"


def test_a_note_without_the_version_that_was_read_is_lost_and_is_found(federation: Federation, engine: Engine) -> None:
    """Planted: the version is compared before the lock alone."""
    seated = Seated(federation)
    interleave(engine, seated.notes("A", None), seated.notes("B", None), "UPDATE enrolment")
    assert seated.noted() == "B"


def test_what_two_officers_note_for_a_group_at_once_is_all_kept(federation: Federation, engine: Engine) -> None:
    seated = Seated(federation)
    assert interleave(engine, seated.adds("A"), seated.adds("B"), "UPDATE enrolment") == [1, 1]
    assert seated.noted() == "A\nB"


def test_a_note_for_a_group_never_grows_past_what_it_may_hold(federation: Federation, engine: Engine) -> None:
    seated = Seated(federation)
    long, longer = "a" * 600, "b" * 600
    assert interleave(engine, seated.adds(long), seated.adds(longer), "UPDATE enrolment") == [1, 0]
    assert seated.noted() == long


def test_a_note_through_two_pages_at_once_is_acknowledged_once(federation: Federation, engine: Engine) -> None:
    seated = Seated(federation)
    path = f"/participants/{seated.participant.id}"
    version = f"{seated._seat().id.hex}-{seated.version}"
    browsers = [seated.officer.browser(), federation.officer().browser()]
    for browser in browsers:
        browser.csrf()

    def send(turn: int, text: str) -> Callable[[], int]:
        return lambda: browsers[turn].post(f"{path}/suivi", {"text": text, "_version": version}).status_code

    assert interleave(engine, send(0, "A"), send(1, "B"), "UPDATE enrolment") == [303, 409]
    assert seated.noted() == "A"


class Two:
    """Two people of a platform that may keep national numbers."""

    def __init__(self, federation: Federation, superuser: Engine) -> None:
        authorise(federation, superuser)
        self.agent, self.superuser = federation.agent(), superuser
        self.people = [self._one("Aaaa", "Bbbb"), self._one("Cccc", "Dddd")]

    def _one(self, family: str, given: str) -> Person:
        keyring = self.agent.federation.keyring
        return registered(self.agent, keyring, family_name=family, given_names=given, birth_date=date(1991, 3, 12))

    def edits(self, which: int, **changes: Any) -> Callable[[], object]:
        """An agent changes the card of one of them."""

        def act() -> None:
            with self.agent.at_work() as session:
                row = session.get_one(Person, (self.agent.tenant.id, self.people[which].id))
                people.edit(session, self.agent.actor, row, changes, row.version, self.agent.federation.keyring)

        return act

    def registers(self, **facts: Any) -> Callable[[], object]:
        """A newcomer is registered."""
        given = {"family_name": "Eeee", "given_names": "Ffff", "registration_consent_manner": "spoken", **facts}

        def act() -> None:
            with self.agent.at_work() as session:
                people.register_person(session, self.agent.actor, given, self.agent.federation.keyring)

        return act

    def same_keys(self, kind: str) -> int:
        """How often the most frequent key of a kind stands in the platform."""
        found = "SELECT count(*) FROM person_key WHERE tenant_id = :id AND kind = :kind GROUP BY key ORDER BY 1 DESC"
        with self.superuser.connect() as connection:
            return int(connection.scalars(text(found), {"id": self.agent.tenant.id, "kind": kind}).first() or 0)


@pytest.fixture
def two(federation: Federation, superuser: Engine) -> Two:
    return Two(federation, superuser)


def test_two_people_are_not_given_one_national_number_at_once(two: Two, engine: Engine) -> None:
    number = a_number(21)
    one, other = (two.edits(which, national_number=number) for which in (0, 1))
    first, second = interleave(engine, one, other, "UPDATE person")
    assert first is None
    assert isinstance(second, check.PossibleDuplicates)
    assert two.same_keys("number") == 1


NAMES = {"family_name": "Eeee", "given_names": "Ffff", "birth_date": date(1991, 3, 12)}


@pytest.mark.parametrize("facts", [{"national_number": a_number(22)}, NAMES], ids=["number", "names"])
def test_whoever_is_registered_while_a_card_is_changed_is_compared_with_it(
    two: Two, engine: Engine, facts: dict[str, Any]
) -> None:
    first, second = interleave(engine, two.edits(0, **facts), two.registers(**facts), "UPDATE person")
    assert first is None
    assert isinstance(second, check.PossibleDuplicates)


@pytest.mark.parametrize("facts", [{"national_number": a_number(24)}, NAMES], ids=["number", "names"])
def test_a_card_that_is_changed_while_someone_is_registered_is_compared_with_them(
    two: Two, engine: Engine, facts: dict[str, Any]
) -> None:
    first, second = interleave(engine, two.registers(**facts), two.edits(1, **facts), "INSERT INTO person ")
    assert first is None
    assert isinstance(second, check.PossibleDuplicates)


def test_people_who_are_compared_without_a_lock_get_one_number_and_are_found(
    two: Two, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_COMPARED_ALONE", text("SELECT CAST(:here AS text)"))
    one, other = (two.edits(which, national_number=a_number(23)) for which in (0, 1))
    assert interleave(engine, one, other, "UPDATE person") == [None, None]
    assert two.same_keys("number") == 2


def test_another_platform_is_not_kept_waiting(federation: Federation, engine: Engine, superuser: Engine) -> None:
    two = Two(federation, superuser)
    elsewhere = federation.member(federation.other_platform, "agent")
    done: list[str] = []

    def register() -> None:
        registered(elsewhere, federation.keyring, family_name="Gggg", given_names="Hhhh")
        done.append("elsewhere")

    def edit() -> None:
        two.edits(0, phone="+32475000022")()
        done.append("here")

    interleave(engine, edit, register, "UPDATE person")
    assert done == ["elsewhere", "here"]


class Contacts:
    """A person with a contact of today and one of yesterday."""

    def __init__(self, agent: Member) -> None:
        self.agent, self.person = agent, a_person(agent)
        self.contacts = [self._note(days) for days in (0, 1)]

    def _at(self, session: ScopedSession) -> Person:
        return session.get_one(Person, (self.person.tenant_id, self.person.id))

    def _note(self, days: int) -> Contact:
        day = today() - timedelta(days=days)
        how: dict[str, Any] = {"channel": "phone", "outcome": "reached", "summary": "Va bien"}
        with self.agent.at_work() as session:
            return follow_up.note_contact(session, self._at(session), self.agent.actor, happened_on=day, **how)

    def does(self, act: Callable[..., object], which: int) -> Callable[[], object]:
        """One of the two is taken away."""

        def run() -> None:
            with self.agent.at_work() as session:
                found = session.get_one(Contact, (self.person.tenant_id, self.contacts[which].id))
                act(session, found, self._at(session), self.agent.actor)

        return run

    def last(self) -> date | None:
        """The day of the last contact, as the file says it."""
        with self.agent.at_work() as session:
            return self._at(session).last_contact_on


ACTS = {
    "removed": (follow_up.remove_contact, "DELETE FROM contact"),
    "unfiled": (follow_up.unfile_contact, "UPDATE contact"),
}


@pytest.mark.parametrize("how", ACTS)
def test_the_day_of_the_last_contact_is_right_after_two_are_gone_at_once(
    federation: Federation, engine: Engine, how: str
) -> None:
    act, statement = ACTS[how]
    # Each is reached from a file that the intake did not make: nothing but the two contacts says a day.
    contacts = Contacts(federation.agent())
    before = Contacts(federation.agent())
    for which in (0, 1):
        before.does(act, which)()
    interleave(engine, contacts.does(act, 1), contacts.does(act, 0), statement)
    assert contacts.last() == before.last() != today() - timedelta(days=1)


def test_a_file_that_is_closed_meanwhile_is_reopened_by_a_reception(federation: Federation, engine: Engine) -> None:
    agent = federation.agent()
    person = registered(agent, federation.keyring)

    def close() -> None:
        with agent.at_work() as session:
            row = people.lock_file(session, session.get_one(Person, (person.tenant_id, person.id)))
            people.move(session, agent.actor, row, "close", reason="other", comment="Est partie")

    def receive() -> None:
        with agent.at_work() as session:
            row = session.get_one(Person, (person.tenant_id, person.id))
            intake.receive(session, agent.actor, row, RECEPTION)

    assert interleave(engine, close, receive, "UPDATE person") == [None, None]
    with agent.at_work() as session:
        assert session.get_one(Person, (person.tenant_id, person.id)).stage != "closed"
