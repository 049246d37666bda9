"""A bilan under way is its team's: no other tenant reads it, nobody who may not read bilans, no row what is sealed."""

import pytest
from sqlalchemy import Engine, select, text

from clais.audit.models import AuditEvent
from clais.encryption import Keyring
from clais.instruments.first import first_version
from clais.instruments.rules.definition import InstrumentKind
from clais.web.routing import Application
from tenants.orientation.actions.drafts import save
from tenants.orientation.asked import Questions
from tests.isolation.catalogue import faulty_world
from tests.isolation.told import rows_of
from tests.isolation.world import World
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person

WORD = "Zkwalonie"
SHOWN = {
    table: "".join(f"ALTER POLICY {name} ON {table} USING (true); " for name in ("floor", "own"))
    for table in ("instrument_filling", "instrument_answer")
}
OF_DRAFTS = {
    "instrument_filling": "SELECT 1 FROM instrument_filling WHERE person_id = :person",
    "instrument_answer": "SELECT 1 FROM instrument_answer WHERE value::text LIKE :word AND tenant_id = :tenant",
}


def begun_by(agent: Member, part: str = "debts") -> str:
    """The address of the file of someone with a bilan under way, whose note has the word."""
    person = a_person(agent, "Marchetti", "Sofia")
    answers = {part: {"level": "-2", "note": f"Le mot {WORD}"}}
    with agent.at_work() as session:
        asked = Questions(first_version(InstrumentKind.BILAN))
        save(session, agent.actor, person, asked, agent.federation.keyring, answers)
    return f"/personnes/{person.id}"


def is_seen(world: World, table: str) -> bool:
    """Whether any row of a bilan under way is seen by the agent of another platform of the basin, past the pages."""
    agent = world.federation.agent()
    person = begun_by(agent).rsplit("/", 1)[1]
    facts = {"person": person, "word": f"%{WORD}%", "tenant": agent.tenant.id}
    assert rows_of(agent, OF_DRAFTS[table], facts) > 0
    return rows_of(world.federation.other_agent(), OF_DRAFTS[table], facts) > 0


@pytest.mark.parametrize("table", OF_DRAFTS)
def test_no_other_platform_reads_it(table: str, standing_world: World) -> None:
    assert not is_seen(standing_world, table)


@pytest.mark.parametrize("table", OF_DRAFTS)
def test_a_row_that_another_platform_reads_is_found(table: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, SHOWN[table]) as broken:
        assert is_seen(broken, table)


def places_that_tell(federation: Federation) -> set[str]:
    """Where a receptionist meets the bilan that an agent has under way."""
    path = begun_by(federation.agent())
    browser = federation.member(federation.platform, "receptionist", "Rosa Vinci").browser()
    pages = {name: f"{path}{rest}" for name, rest in PAGES.items()} | {"day": "/ma-journee"}
    found = {}
    for name, page in pages.items():
        answer = browser.client.get(browser.url(page), follow_redirects=True)
        found[name] = answer.get_data(as_text=True)
    sent = {"item": "debts", "seen": "1", "debts_level": "2"}
    found["saving"] = str(browser.client.post(
        browser.url(f"{path}/bilans/nouveau/reponses"), data={"csrf_token": browser.csrf(), **sent}
    ).get_data(as_text=True))  # fmt: skip
    return {name for name, page in found.items() if TELLS.get(name, WORD) in page}


PAGES = {"form": "/bilans/nouveau", "reading": "/bilans/en-cours", "file": ""}
TELLS = {"file": "Bilan commencé", "day": "Bilan commencé", "saving": '"revision"'}


def test_nobody_meets_it_who_may_not_read_bilans(federation: Federation) -> None:
    assert places_that_tell(federation) == set()


def test_a_role_that_meets_it_is_found(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.actor.Actor.may", lambda _self, _permission: True)
    assert {"form", "reading", "file", "saving"} <= places_that_tell(federation)


def is_legible(federation: Federation, superuser: Engine, part: str) -> bool:
    """Whether the word stands anywhere in the rows of a bilan under way."""
    agent = federation.agent()
    begun_by(agent, part)
    found = "SELECT count(*) FROM instrument_answer a WHERE a.tenant_id = :tenant AND (a.value::text LIKE :word OR "
    found += "position(convert_to(:plain, 'UTF8') IN coalesce(a.sealed, ''::bytea)) > 0)"
    with superuser.connect() as connection:
        facts = {"tenant": agent.tenant.id, "word": f"%{WORD}%", "plain": WORD}
        return bool(connection.execute(text(found), facts).scalar_one())


@pytest.mark.parametrize("part", ["health", "justice"])
def test_what_is_sealed_in_a_bilan_is_sealed_while_it_is_under_way(
    part: str, federation: Federation, superuser: Engine
) -> None:
    assert not is_legible(federation, superuser, part)


def test_without_the_seal_it_would_be_legible(
    federation: Federation, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Keyring, "encrypt", lambda _self, words, **_place: words.encode())
    assert is_legible(federation, superuser, "health")


def test_a_sealed_answer_that_cannot_be_read_is_neither_written_over_nor_finished_without(
    federation: Federation, superuser: Engine
) -> None:
    agent = federation.agent()
    files = [begun_by(agent, "health"), begun_by(agent, "health")]
    swap = "UPDATE instrument_answer a SET sealed = b.sealed FROM instrument_answer b "
    swap += "WHERE a.tenant_id = :tenant AND b.tenant_id = :tenant AND a.id <> b.id"
    with superuser.begin() as connection:
        assert connection.execute(text(swap), {"tenant": agent.tenant.id}).rowcount == 2
    browser = agent.browser()
    sent = {"item": "health", "seen": "1", "health_level": "2"}
    told = browser.post(f"{files[0]}/bilans/nouveau/reponses", sent, status=409)
    assert "reste telle quelle" in told.get_json()["errors"][0]
    for page in ("/bilans/nouveau", "/bilans/en-cours"):
        answer = browser.client.get(browser.url(f"{files[0]}{page}"))
        assert WORD not in answer.get_data(as_text=True)
    finish = {"act": "finish", "_version": "2", "work_level": "1", "csrf_token": browser.csrf()}
    assert browser.client.post(browser.url(f"{files[0]}/bilans/nouveau"), data=finish).status_code >= 400
    with superuser.connect() as connection:
        facts = {"tenant": agent.tenant.id}
        count = "SELECT count(*) FROM instrument_answer WHERE tenant_id = :tenant AND sealed IS NOT NULL"
        assert connection.execute(text(count), facts).scalar_one() == 2


def test_who_is_told_what_a_colleague_answered_is_on_record_though_they_opened_no_page(federation: Federation) -> None:
    path = begun_by(federation.agent())
    colleague = federation.member(federation.platform, "agent", "Ilse Vermeulen")
    sent = {"item": "debts", "seen": "0", "debts_level": "1"}
    told = colleague.browser().post(f"{path}/bilans/nouveau/reponses", sent, status=409).get_json()
    assert WORD in told["errors"][0]
    with colleague.at_work() as session:
        read = select(AuditEvent).where(AuditEvent.verb == "person.read", AuditEvent.actor_name == "Ilse Vermeulen")
        assert [str(event.person_id) for event in session.scalars(read)] == [path.rsplit("/", 1)[1]]
