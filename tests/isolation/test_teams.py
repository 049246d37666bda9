"""Days, absences, wishes and hand-overs of caseloads: those of another platform do not exist, and those of a colleague
only for who leads the team.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from clais.web.context import database
from clais.web.routing import Application
from tests.isolation.canaries import Seed
from tests.isolation.catalogue import faulty_site, instead
from tests.isolation.told import Try, rows_of
from tests.isolation.world import Visitor, World

TABLES = ("working_pattern", "absence", "referent_wish", "caseload_transfer", "transferred_file", "transfer_receipt")
MINE = "WHERE tenant_id = :platform AND id = :id"
RECEIPT = "transfer_receipt"


def anyones(table: str) -> str:
    """SQL that lets every tenant read and write the rows of a table."""
    return instead(table, "ALL", "true", "true")


TRIES = {
    **{
        f"another platform reads: {table}": Try("other", f"SELECT 1 FROM {table} {MINE}", anyones(table))
        for table in TABLES
    },
    **{
        f"another platform takes away: {table}": Try("other", f"DELETE FROM {table} {MINE}", anyones(table))
        for table in ("absence", "referent_wish")
    },
    "another platform takes a file over": Try(
        "other", f"UPDATE transferred_file SET told = 'mail' {MINE}", anyones("transferred_file")
    ),
    "a receipt is signed for another member": Try(
        "platform",
        f"UPDATE {RECEIPT} SET membership_id = membership_id {MINE}",
        f"GRANT UPDATE ON {RECEIPT} TO clais_app",
    ),
    "a receipt is taken back": Try(
        "platform", f"DELETE FROM {RECEIPT} {MINE}", f"GRANT DELETE ON {RECEIPT} TO clais_app"
    ),
}


def touched(world: World, name: str, fault: Engine | None = None) -> int:
    """How many rows a try touches; none when it is refused."""
    near, one = world.federation, TRIES[name]
    table = next(table for table in TABLES if f" {table} " in one.statement)
    who = {"platform": near.member(near.platform, "coordinator"), "other": near.other_agent()}[one.by]
    facts = {"platform": world.own.tenant_id, "id": world.own.ids[table]}
    return rows_of(who, one.statement, facts, (fault, one.fault) if fault else None)


@pytest.mark.parametrize("name", TRIES)
def test_nobody_reads_or_writes_what_is_of_a_team_who_may_not(name: str, standing_world: World) -> None:
    assert touched(standing_world, name) == 0


@pytest.mark.parametrize("name", TRIES)
def test_what_would_let_a_try_pass_is_found(name: str, standing_world: World, superuser: Engine) -> None:
    assert touched(standing_world, name, superuser) > 0


PAGES = {
    "team.member": "membership",
    "team.change_pattern": "membership",
    "team.note_absence": "membership",
    "team.newcomer": "person",
    "team.wishes": "person",
    "transfers.give": "membership",
    "transfers.show": "transfer",
}
"""Page → what its address names."""
BUTTONS = {
    "team.remove_absence": "absence",
    "transfers.confirm": "transfer",
    "transfers.letters_sent": "transfer",
    "transfers.take_back": "transfer",
}
OWN = {"team.member", "team.change_pattern", "team.note_absence", "team.remove_absence"} | {
    "transfers.show", "transfers.confirm", "transfers.letters_sent"
}  # fmt: skip
"""Those that each member has for what is about themselves."""


def answered(visitor: Visitor, seed: Seed, wanted: set[str]) -> dict[str, int]:
    """What someone is answered who asks for pages and buttons by the ids of a tenant."""
    found = {}
    for endpoint, named in (PAGES | BUTTONS).items():
        if endpoint in wanted:
            path = visitor.address(endpoint, **{f"{named}_id": seed.id_for(f"{named}_id")})
            found[endpoint] = visitor.ask("GET" if endpoint in PAGES else "POST", path).status_code
    return found


def opened(answers: dict[str, int]) -> set[str]:
    """What was answered otherwise than by « not found »."""
    return {endpoint for endpoint, status in answers.items() if status != 404}


def test_what_is_of_another_team_does_not_exist(standing_world: World) -> None:
    answers = answered(standing_world.visitor("coordinator"), standing_world.foreign, {*PAGES, *BUTTONS})
    assert len(answers) == len(PAGES) + len(BUTTONS)
    assert opened(answers) == set()


def any_row(model: Any, key: Any) -> Any:
    """A row by its key, as a lookup gives it that forgets to ask whose it is."""
    return database().scalars(select(model).where(model.id == key)).one()


def test_a_look_up_that_forgets_the_tenant_is_found(
    app: Application, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: neither the look-up nor the database asks. Members are looked at once more: theirs stay hidden."""
    for place in ("team.views.newcomers", "team.lookups", "transfers.views.transfers"):
        monkeypatch.setattr(f"tenants.{place}.get_or_404", any_row)
    forgotten = "".join(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;" for table in ("person", *TABLES))
    with faulty_site(app, superuser, forgotten) as broken:
        visitor = broken.visitor("coordinator")
        assert opened(answered(visitor, broken.foreign, {"team.newcomer", "transfers.show"})) == {
            "team.newcomer", "transfers.show"
        }  # fmt: skip


def test_what_is_of_a_colleague_does_not_exist_for_who_does_not_lead(standing_world: World) -> None:
    answers = answered(standing_world.visitor("agent"), standing_world.own, OWN)
    assert len(answers) == len(OWN)
    assert opened(answers) == set()


def test_who_leads_signs_no_receipt_for_those_who_gave_and_took(standing_world: World) -> None:
    visitor = standing_world.visitor("coordinator")
    assert opened(answered(visitor, standing_world.own, {"transfers.confirm"})) == set()
    assert opened(answered(visitor, standing_world.own, {"transfers.show"})) == {"transfers.show"}


def test_a_page_of_a_colleague_that_opens_to_anyone_is_found(
    standing_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.transfers.queries.takes_part", lambda *_given: True)
    monkeypatch.setattr("tenants.team.lookups.LEAD", "absence.note")
    answers = answered(standing_world.visitor("agent"), standing_world.own, OWN & set(PAGES))
    assert opened(answers) == OWN & set(PAGES)
