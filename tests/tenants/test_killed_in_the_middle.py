"""A server killed with `kill -9` in the middle of a merge or of a hand-over: it was done once, or not at all."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text

from clais.clock import today
from clais.database import new_id
from clais.messaging.models import Notification, OutboxMessage
from tenants.day.models import Postponed
from tenants.merging.models import FileMerge
from tenants.people.models import HandOver, Person
from tenants.transfers.models import CaseloadTransfer
from tests.config.test_serving import Client, answers, environment, free_port
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to
from tests.support.processes import forked, kill_group, wait_until
from tests.support.referrals import a_person
from tests.tenants.agenda.days import an_appointment
from tests.tenants.merging.files import coordinator, dump
from tests.tenants.team.teams import an_agent, referent_of
from tests.tenants.transfers.test_hand_over_of_a_caseload import LEAVES, address, shown, tomorrow

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock' AND backend_xid IS NOT NULL"
)
"""Transactions that have written already and wait for a row."""
UNDER_WAY = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'clais_app'"
    " AND backend_xid IS NOT NULL"
)


@contextmanager
def held(superuser: Engine, table: str, key: UUID) -> Iterator[None]:
    """Somebody else has a row: whoever changes it waits, in the middle of what they do."""
    with superuser.connect() as connection:
        connection.execute(text(f"SELECT 1 FROM {table} WHERE id = :key FOR UPDATE"), {"key": key})
        yield
        connection.rollback()


def count(superuser: Engine, statement: Any) -> int:
    with superuser.connect() as connection:
        found: int = connection.execute(statement).scalar_one()
        return found


def killed_at(
    superuser: Engine, member: Member, place: tuple[str, UUID], path: str, form: dict[str, Any], served: dict[str, str]
) -> None:
    """Send a form to a real server, and kill it while its transaction waits for a row."""
    port = int(served["PORT"])
    with forked("config.command_line", served, "serve") as server:
        wait_until(lambda: answers(port), what="the server answers")
        client = Client(port, member)
        body = urlencode({**form, "csrf_token": client.token})
        answered: list[int] = []
        sending = threading.Thread(
            target=lambda: answered.append(client.ask("POST", f"/{member.tenant.slug}{path}", body)[0])
        )
        with held(superuser, *place):
            sending.start()
            wait_until(lambda: count(superuser, WAITING) > 0, what="it is in the middle")
            kill_group(server)
            sending.join()
        assert answered == [0], "nobody was told that it is done"
    wait_until(lambda: count(superuser, UNDER_WAY) == 0, what="its transaction is over")


def notices(member: Member) -> tuple[int, int]:
    """How many notices and mails the platform has."""
    with member.at_work() as session:
        return (
            session.scalar(select(func.count()).select_from(Notification)) or 0,
            session.scalar(select(func.count()).select_from(OutboxMessage)) or 0,
        )


@pytest.fixture
def served(application_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a server of its own."""
    return environment(application_url, tmp_path, free_port())


def test_a_merge_that_was_cut_moved_nothing_and_is_done_once_when_it_is_sent_again(
    federation: Federation, superuser: Engine, served: dict[str, str]
) -> None:
    member = coordinator(federation)
    kept, other = a_person(member), a_person(member, "Marcheti")
    appointment = an_appointment(member, other, tomorrow(9))
    path = f"/personnes/{kept.id}/fusion/{other.id}"
    browser = member.browser()
    page = browser.get(path).get_data(as_text=True)
    form = {"_version": version_sent_to("", page), "_submission": str(new_id())}
    before, told = dump(superuser, kept.id, other.id), notices(member)
    killed_at(superuser, member, ("appointment", appointment.id), path, form, served)
    assert dump(superuser, kept.id, other.id) == before
    assert notices(member) == told
    browser.post(path, form, status=303)
    after, heard = dump(superuser, kept.id, other.id), notices(member)
    assert [row["person_id"] for row in after["appointment"]] == [kept.id]
    browser.post(path, form)
    assert (dump(superuser, kept.id, other.id), notices(member)) == (after, heard), "sent once more, it is the same one"
    with member.at_work() as session:
        assert session.scalar(select(func.count()).select_from(FileMerge)) == 1


def test_a_hand_over_that_was_cut_moved_no_file_and_tells_once_when_it_is_sent_again(
    federation: Federation, superuser: Engine, served: dict[str, str]
) -> None:
    member, giver = coordinator(federation), an_agent(federation, "Luc Delhaye")
    taker = an_agent(federation, "Anna Roland", ceiling=40)
    people = [a_person(giver, name) for name in ("Marchetti", "Diallo", "Haddad")]
    with giver.at_work() as session:
        # What was put off goes last: by then the files have changed hands.
        row = {"source": "plans", "subject": str(people[0].id), "person_id": people[0].id, "until": today()}
        put_off = Postponed(membership_id=giver.membership.id, **row)
        session.add(put_off)
        session.flush()
        key = put_off.id
    browser = member.browser()
    asked = LEAVES | {"colleagues": [str(taker.membership.id)]}
    _page, mark = shown(browser, giver, asked)
    form = {**asked, "colleagues": str(taker.membership.id), "accepted": mark, "_submission": str(new_id())}
    told = notices(member)
    killed_at(superuser, member, ("postponed", key), address(giver), form, served)
    assert {referent_of(member, one) for one in people} == {giver.membership.id}
    assert notices(member) == told
    assert given(member, people) == (0, 0)
    browser.post(address(giver), form, status=303)
    assert {referent_of(member, one) for one in people} == {taker.membership.id}
    heard = notices(member)
    assert heard != told
    assert given(member, people) == (1, len(people))
    browser.post(address(giver), form)
    assert (notices(member), given(member, people)) == (heard, (1, len(people)))


def given(member: Member, people: list[Person]) -> tuple[int, int]:
    """How many hand-overs there are, and of how many files."""
    keys = [one.id for one in people]
    with member.at_work() as session:
        passed = select(func.count()).select_from(HandOver).where(HandOver.person_id.in_(keys))
        return session.scalar(select(func.count()).select_from(CaseloadTransfer)) or 0, session.scalar(passed) or 0
