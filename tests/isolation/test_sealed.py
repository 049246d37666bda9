"""Data of GDPR articles 9 and 10, and data sent in a referral, are encrypted in their row and readable nowhere else."""

import html
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from clais.clock import today
from clais.database import NIL, new_id
from clais.encryption import Keyring
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.parcels import BILAN, Offer
from clais.sealing import seal
from support_center.routing import actions as routing
from tenants.orientation.actions.plans import NewObjective, start_plan
from tenants.orientation.answers import Answer, sealed_facts
from tenants.orientation.models import Bilan, BilanAnswer, PlanObjective
from tenants.people.models import Person
from tests.isolation.canaries import holding
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme

UNREAD = "n'a pas pu être lu"
SEALED_PAGE = "Ces données sont chiffrées et n'ont pas pu être lues"


@dataclass
class SensitiveFacts:
    """Someone who told an agent of their health and of a conviction, and the words that were noted."""

    agent: Member
    person: Person
    health: str
    justice: str

    @property
    def bilan(self) -> Bilan:
        with self.agent.at_work() as session:
            return session.scalars(select(Bilan).where(Bilan.person_id == self.person.id)).one()

    def page(self, path: str = "", status: int = 200) -> str:
        return self.agent.browser().get(f"/personnes/{self.person.id}{path}", status=status).get_data(as_text=True)


def sensitive_facts(agent: Member) -> SensitiveFacts:
    """Note them through the pages, as an agent does."""
    found = SensitiveFacts(agent, a_person(agent), f"HEALTH{secrets.token_hex(8)}", f"JUSTICE{secrets.token_hex(8)}")
    form = {
        "health_level": "-2", "health_by": "person", "health_note": found.health,
        "justice_level": "-1", "justice_note": found.justice, "work_level": "1", "summary": "",
    }  # fmt: skip
    agent.browser().post(f"/personnes/{found.person.id}/bilans/nouveau", form, status=303)
    return found


def test_a_plan_proposes_nothing_that_tells_of_them(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    form = {"health_level": "-3", "justice_level": "-3", "mobility_level": "-1", "summary": ""}
    agent.browser().post(f"/personnes/{person.id}/bilans/nouveau", form, status=303)
    page = agent.browser().get(f"/personnes/{person.id}/plan/nouveau").get_data(as_text=True)
    proposed = set(re.findall(r'name="objectives-[0-9]+-dimension"[^>]* value="([^"]*)"', page))
    assert proposed - {""} == {"mobility"}
    with agent.at_work() as session:
        start_plan(
            session, session.get_one(Person, (agent.tenant.id, person.id)), agent.actor, goal="x",
            objectives=[NewObjective("y", "health")],
        )  # fmt: skip
        assert session.scalars(select(PlanObjective.dimension)).all() == [None]


def in_clear(superuser: Engine, word: str) -> set[str]:
    """The tables where a word can be read by whoever holds a dump: as text, or as the bytes of a text."""
    with superuser.connect() as connection:
        return {*holding(connection, word), *holding(connection, word.encode().hex())}


def check_dump(superuser: Engine, found: SensitiveFacts, travelling: str) -> dict[str, set[str]]:
    """Where the dump tells of someone's health, of a conviction, or of what travels."""
    words = {"health": found.health, "justice": found.justice, "travelling": travelling}
    return {name: places for name, word in words.items() if (places := in_clear(superuser, word))}


def send_and_take_in(federation: Federation, found: SensitiveFacts) -> str:
    """Their health travels with their agreement, and the centre opens a record; gives a word that travelled."""
    word = f"PARCEL{secrets.token_hex(8)}"
    officer = federation.officer()
    scheme, scheme_session = a_scheme(officer, required=("name",))
    offers = [
        Offer("name", "Nom et prénom", {"family_name": "Marchetti", "given_names": "Sofia"}, "Sofia Marchetti"),
        Offer("reach", "Comment la joindre", "Par sa sœur", "Par sa sœur"),
        Offer(f"{BILAN}health", "Santé", word, word),
    ]
    ticked = {"name", "reach", f"{BILAN}health"}
    referral = a_referral(found.agent, found.person, scheme, scheme_session, offers=offers, ticked=ticked)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        participant = routing.accept(session, officer.actor, referral, federation.keyring)
    for page in (f"/a-traiter/{referral.id}", f"/participants/{participant.id}"):
        assert word in officer.browser().get(page).get_data(as_text=True), page
    return word


def test_a_dump_and_the_log_tell_of_no_health_no_conviction_and_nothing_that_travels(
    federation: Federation, superuser: Engine
) -> None:
    with capture_logs() as lines:
        found = sensitive_facts(federation.agent())
        word = send_and_take_in(federation, found)
    assert check_dump(superuser, found, word) == {}
    assert not [line for line in lines if any(secret in str(line) for secret in (found.health, found.justice, word))]
    assert found.health in found.page(f"/bilans/{found.bilan.id}"), "the agent reads it all the same"


def test_without_the_seal_the_dump_tells(
    federation: Federation, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keyring, "encrypt", lambda _self, words, **_place: words.encode())
    monkeypatch.setattr(Keyring, "decrypt", lambda _self, sealed, **_place: sealed.decode())
    found = sensitive_facts(federation.agent())
    word = send_and_take_in(federation, found)
    assert check_dump(superuser, found, word) == {
        "health": {"bilan_answer"},
        "justice": {"bilan_answer"},
        "travelling": {"parcel", "participant"},
    }


@contextmanager
def swapped(superuser: Engine, first: SensitiveFacts, second: SensitiveFacts) -> Iterator[None]:
    """The sealed answers about health of two people, each in the other's row."""
    statement = text(
        "UPDATE bilan_answer a SET sealed = b.sealed FROM bilan_answer b WHERE a.dimension = 'health'"
        " AND b.dimension = 'health' AND (a.bilan_id, b.bilan_id) IN ((:one, :two), (:two, :one))"
    )
    keys = {"one": first.bilan.id, "two": second.bilan.id}
    for _there_and_back in ("there", "back"):
        with superuser.begin() as connection:
            assert connection.execute(statement, keys).rowcount == 2
        if _there_and_back == "there":
            yield


def test_in_another_row_it_opens_for_nobody_and_nothing_is_written_over_it(
    federation: Federation, superuser: Engine
) -> None:
    first, second = sensitive_facts(federation.agent()), sensitive_facts(federation.agent())
    path = f"/bilans/{first.bilan.id}"
    with swapped(superuser, first, second):
        for page in (first.page(), first.page(path)):
            assert UNREAD in page
            assert first.health not in page
            assert second.health not in page
        assert first.justice in first.page(path), "the rest is there"
        browser = first.agent.browser()
        assert SEALED_PAGE in first.page(f"{path}/modification", status=500)
        form = {"work_level": "2", "summary": "", "_version": str(first.bilan.version)}
        browser.post(f"/personnes/{first.person.id}{path}/modification", form, status=500)
    assert first.health in first.page(path)
    assert UNREAD not in first.page()


def test_what_was_told_of_health_cannot_be_made_a_conviction(federation: Federation, superuser: Engine) -> None:
    found = sensitive_facts(federation.agent())
    keys = {"bilan": found.bilan.id}
    with superuser.begin() as connection:
        connection.execute(text("DELETE FROM bilan_answer WHERE bilan_id = :bilan AND dimension = 'justice'"), keys)
        turned = "UPDATE bilan_answer SET dimension = 'justice' WHERE bilan_id = :bilan AND dimension = 'health'"
        assert connection.execute(text(turned), keys).rowcount == 1
    page = found.page(f"/bilans/{found.bilan.id}")
    assert UNREAD in page
    assert found.health not in page


def test_the_length_tells_nothing(keyring: Keyring) -> None:
    lengths = {
        len(seal(keyring, sealed_facts("health", Answer(level)), table="bilan_answer", tenant_id=NIL, row_id=new_id()))
        for level in range(-3, 3)
    }
    assert len(lengths) == 1


def test_what_does_not_open_is_not_offered_to_travel(federation: Federation, superuser: Engine) -> None:
    first, second = sensitive_facts(federation.agent()), sensitive_facts(federation.agent())
    scheme, scheme_session = a_scheme(federation.officer())
    compose = f"/relais/nouveau?scheme={scheme.id}&session={scheme_session.id}"
    with swapped(superuser, first, second):
        page = first.page(compose)
        assert 'value="bilan.justice"' in page
        assert 'value="bilan.health"' not in page
    assert 'value="bilan.health"' in first.page(compose)


def test_a_parcel_in_another_row_opens_for_nobody(federation: Federation, superuser: Engine) -> None:
    agent, officer = federation.agent(), federation.officer()
    scheme, scheme_session = a_scheme(officer)
    one, other = (a_referral(agent, a_person(agent), scheme, scheme_session) for _ in range(2))
    copy = "UPDATE parcel SET sealed = (SELECT sealed FROM parcel WHERE referral_id = :other) WHERE referral_id = :one"
    with superuser.begin() as connection:
        connection.execute(text(copy), {"one": one.id, "other": other.id})
    for member, address in ((officer, f"/a-traiter/{one.id}"), (agent, f"/relais/{one.id}")):
        page = member.browser().get(address).get_data(as_text=True)
        assert "n'ont pas pu être lues ici" in html.unescape(page), address
        assert "0470 12 34 56" not in page
    browser = agent.browser()
    browser.post(f"/relais/{one.id}/retrait", {"_submission": str(new_id())}, status=303)
    officer.browser().get(f"/a-traiter/{one.id}", status=410)
    assert "Marchetti" in officer.browser().get(f"/a-traiter/{other.id}").get_data(as_text=True)


def test_the_same_answer_never_gives_the_same_bytes(federation: Federation) -> None:
    agent = federation.agent()
    for _ in range(3):
        found = SensitiveFacts(agent, a_person(agent), "", "")
        form = {"health_level": "-2", "justice_level": "-2", "summary": ""}
        agent.browser().post(f"/personnes/{found.person.id}/bilans/nouveau", form, status=303)
    with agent.at_work() as session:
        rows = session.scalars(select(BilanAnswer.sealed)).all()
    assert len(rows) == len(set(rows)) == 6


@pytest.mark.parametrize(
    ("dimension", "values"),
    [
        ("health", "-2, NULL, NULL, NULL"),
        ("justice", "NULL, NULL, 'CLEAR', '\\x00'"),
        ("health", "NULL, 'person', NULL, '\\x00'"),
        ("health", "NULL, NULL, NULL, NULL"),
        ("work", "NULL, NULL, NULL, '\\x00'"),
        ("work", "1, NULL, NULL, '\\x00'"),
    ],
)
def test_the_database_takes_no_such_answer_in_clear_and_seals_no_other(
    federation: Federation, dimension: str, values: str
) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with agent.at_work() as session:
        bilan = Bilan(person_id=person.id, made_on=today(), made_by="Nadia Lambert")
        session.add(bilan)
        session.flush()
        columns = "tenant_id, id, bilan_id, dimension, level, detected_by, note, sealed"
        statement = (
            f"INSERT INTO bilan_answer ({columns}) VALUES (:tenant, gen_random_uuid(), :bilan, :dimension, {values})"
        )
        with pytest.raises(IntegrityError, match="ck_bilan_answer_sealed"), session.begin_nested():
            session.execute(text(statement), {"tenant": bilan.tenant_id, "bilan": bilan.id, "dimension": dimension})
