"""A disk that is full in the middle of an upload: it is said, nothing typed is lost, and nothing half is kept."""

import errno
import os
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from clais.audit.models import AuditEvent
from clais.web.routing import Application
from clais.workflow import StateChange
from tenants.documents.models import PaperLink
from tests.support.documents import PDF, Desk, File, lying, parts, room_for, sent
from tests.tenants.documents.test_links import Link
from tests.tenants.people.test_api import problem

ROOM = 100_000
FILES: tuple[File, ...] = (("une.pdf", PDF), ("deux.pdf", PDF.replace(b"%%EOF", b"%" + bytes(1_000_000) + b"\n%%EOF")))
"""The first one has its place, the second one has not."""
NO_ROOM = "Le serveur n'a plus de place"
Sending = Callable[[int], str]


def by_page(desk: Desk) -> Sending:
    return lambda status: desk.add("forem", *FILES, title="de cette année", status=status)


def by_reception(desk: Desk) -> Sending:
    path = f"{desk.folder}/{desk.ask('forem').id}/reception"

    def send(status: int) -> str:
        answer = sent(desk.browser, path, {"title": "de cette année"}, FILES, status=status)
        return answer.get_data(as_text=True).replace("\u00a0", " ").replace("&#39;", "'")

    return send


def by_link(desk: Desk) -> Sending:
    link = Link(desk, desk.ask("cpas"))
    return lambda status: link.send(*FILES, status=status)


def by_program(desk: Desk) -> Sending:
    client, headers = desk.agent.federation.app.test_client(), desk.agent.bearer("document.write")
    where = f"/api/v1/people/{desk.person_id}/documents"

    def send(status: int) -> str:
        expected = {422: 507, 303: 201}[status]
        answer = client.post(where, headers=headers, **parts({"kind": "forem"}, *FILES))
        if expected == 507:
            return str(problem(answer, 507)["detail"])
        assert answer.status_code == expected
        return ""

    return send


DOORS = {"page": by_page, "reception": by_reception, "link": by_link, "program": by_program}


def kept(desk: Desk, app: Application) -> tuple[object, ...]:
    """All that an upload leaves: rows, steps, records and contents."""
    with desk.agent.at_work() as session:
        written = [session.scalars(select(func.count()).select_from(table)).one() for table in (StateChange, PaperLink)]
        verbs = select(AuditEvent.verb).where(AuditEvent.verb.in_(("paper.receive", "paper.bring")))
        return (
            [(paper.id, paper.state, paper.version) for paper in desk.papers()],
            [file.id for file in desk.files()],
            written,
            session.scalars(verbs).all(),
            lying(app, desk.agent),
        )


@pytest.mark.parametrize("door", DOORS)
def test_it_is_said_by_whatever_door_and_leaves_nothing_then_the_same_is_sent_again(
    desk: Desk, app: Application, door: str
) -> None:
    send = DOORS[door](desk)
    before = kept(desk, app)
    with room_for(ROOM):
        said = send(422)
    assert NO_ROOM in said
    assert kept(desk, app) == before
    if door in {"page", "reception"}:
        assert 'value="de cette année"' in said
    send(303)
    assert [file.place for file in desk.files()] == [0, 1]
    assert lying(app, desk.agent) == {file.id for file in desk.files()}


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_one_that_is_full_when_all_was_written_leaves_nothing_either(
    desk: Desk, app: Application, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    send = by_page(desk)
    before = kept(desk, app)
    done: list[object] = []
    real = getattr(os, call)

    def full(*arguments: object) -> object:
        if len(done) > 2:
            raise OSError(errno.ENOSPC, "no room")
        done.append(arguments)
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full)
        if call == "replace":
            done.extend([None, None])
        assert NO_ROOM in send(422)
    assert kept(desk, app) == before


def test_contents_that_stay_when_the_second_one_has_no_place_are_seen(
    desk: Desk, app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clais.files.kept._erase_now", lambda *_where: None)
    with room_for(ROOM):
        by_page(desk)(422)
    assert lying(app, desk.agent)
