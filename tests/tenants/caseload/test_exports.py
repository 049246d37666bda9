"""The list of files leaves as a file: its rows and no others, no formula in it, on record; long ones by the worker."""

from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine, func, select, update

from clais.audit.models import AuditEvent
from clais.clock import now, today
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.scheduling.claims import LEASE
from tenants.caseload import actions, jobs
from tenants.caseload.models import ListExport, ListExportPart
from tenants.caseload.queries import files_page
from tenants.caseload.views import exports
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.support.work import let_claims_end, run_due
from tests.tenants.caseload.lists import NAMES, change, files_of, names_on


@pytest.fixture
def agent(federation: Federation, keyring: Keyring) -> Member:
    """With seven files; one has a name that a spreadsheet would run."""
    member = federation.agent()
    files = files_of(member, keyring)
    change(member, files["Amato"], given_names="=HYPERLINK(1)", last_contact_on=today())
    for name in NAMES[:3]:
        change(member, files[name], referent_id=member.membership.id)
    for name in NAMES[3:]:
        change(member, files[name], referent_id=None)
    return member


def sheet(content: bytes, place: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(place).to_python()


def events(member: Member) -> list[AuditEvent]:
    with member.at_work() as session:
        wanted = select(AuditEvent).where(AuditEvent.verb == actions.EXPORTED).order_by(AuditEvent.happened_at)
        return list(session.scalars(wanted))


def test_a_spreadsheet_has_the_rows_of_the_list_in_its_order(agent: Member) -> None:
    browser = agent.browser()
    address = "?referent=none&sort=name&order=turned"
    answer = browser.post(f"/personnes/export/xlsx{address}", {})
    heads, *rows = sheet(answer.data)
    assert heads[:4] == ["Nom de famille", "Prénom(s)", "Numéro de dossier", "Âge"]
    assert [row[0] for row in rows] == names_on(browser, address)
    about = dict(row[:2] for row in sheet(answer.data, 1))
    assert (about["Référent·e"], about["Nombre de dossiers"]) == ("personne", "4")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="dossiers-{today():%Y-%m-%d}.xlsx"'


def test_a_day_is_a_day_and_no_name_is_a_formula(agent: Member) -> None:
    browser = agent.browser()
    heads, first, *_others = sheet(browser.post("/personnes/export/xlsx?referent=mine", {}).data)
    assert first[1] == "=HYPERLINK(1)"
    assert first[heads.index("Contact")] == today()
    text = browser.post("/personnes/export/csv?referent=mine", {}).data.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("Amato;'=HYPERLINK(1);")
    assert f"{today():%d/%m/%Y}" in text.splitlines()[1]


def test_who_is_in_an_export_and_how_it_was_narrowed_is_on_record(agent: Member) -> None:
    with agent.at_work() as session:
        session.execute(update(Person).where(Person.family_name == "Caruso").values(last_contact_on=None))
        caruso = session.scalar(select(Person.id).where(Person.family_name == "Caruso"))
    agent.browser().post("/personnes/export/csv?referent=mine&stage=registered&contact=month", {})
    (event,) = events(agent)
    assert event.details == {"filters": ["stage : registered", "contact : month"]}
    assert event.listed == [caruso]


def test_a_list_that_is_shown_is_no_export(agent: Member) -> None:
    page = agent.browser().get("/personnes/export?referent=none").get_data(as_text=True)
    assert "4 dossiers" in page
    assert events(agent) == []


def test_a_receptionist_exports_nothing(federation: Federation) -> None:
    browser = federation.member(federation.platform, "receptionist").browser()
    browser.get("/personnes/export", status=403)
    browser.post("/personnes/export/csv", {}, status=403)
    assert "Exporter cette liste" not in browser.get("/personnes").get_data(as_text=True)


def long_export(agent: Member, monkeypatch: pytest.MonkeyPatch, kind: str = "xlsx") -> ListExport:
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    monkeypatch.setattr(jobs, "ROWS", 3)
    agent.browser().post(f"/personnes/export/{kind}", {}, status=303)
    return the_export(agent)


def the_export(agent: Member) -> ListExport:
    with agent.at_work() as session:
        return session.scalars(select(ListExport)).one()


def test_the_worker_writes_a_long_list_part_by_part(agent: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    made, browser = long_export(agent, monkeypatch), agent.browser()
    assert (made.total, made.done, made.made_at) == (7, 0, None)
    assert "0 dossiers écrits sur 7" in browser.get(f"/personnes/export/{made.id}").get_data(as_text=True)
    browser.post(f"/personnes/export/{made.id}/fichier", {}, status=404)
    run_due(agent.federation.app, actions.WRITE_EXPORT)
    made = the_export(agent)
    assert made.done == 7
    assert made.made_at is not None
    assert "7 dossiers sont prêts" in browser.get(f"/personnes/export/{made.id}").get_data(as_text=True)
    assert events(agent) == []
    _heads, *rows = sheet(browser.post(f"/personnes/export/{made.id}/fichier", {}).data)
    assert [row[0] for row in rows] == list(NAMES)
    assert [len(event.listed or ()) for event in events(agent)] == [7]
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(ListExportPart)) == 0


def test_an_export_that_cannot_be_written_any_more_keeps_no_other_waiting(
    agent: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = long_export(agent, monkeypatch)
    with agent.at_work() as session:
        session.get_one(ListExport, (lost.tenant_id, lost.id)).wanted = {}
    agent.browser().post("/personnes/export/csv", {}, status=303)
    run_due(agent.federation.app, actions.WRITE_EXPORT)
    with agent.at_work() as session:
        whole = session.scalars(select(ListExport.id).where(ListExport.made_at.is_not(None))).all()
    assert len(whole) == 1
    assert lost.id not in whole
    agent.browser().get(f"/personnes/export/{lost.id}", status=404)


def test_a_worker_that_is_killed_between_two_parts_loses_none_and_writes_none_twice(
    agent: Member, superuser: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_export(agent, monkeypatch, "csv")
    real, read = files_page, []

    def dies_at_the_second(*asked: Any, **more: Any) -> Any:
        read.append(asked)
        if len(read) == 2:
            raise KeyboardInterrupt
        return real(*asked, **more)

    monkeypatch.setattr(jobs, "files_page", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        run_due(agent.federation.app, actions.WRITE_EXPORT)
    assert the_export(agent).done == 3
    let_claims_end(superuser, [agent.federation.platform], LEASE)
    run_due(agent.federation.app, actions.WRITE_EXPORT)
    made = the_export(agent)
    text = agent.browser().post(f"/personnes/export/{made.id}/fichier", {}).data.decode("utf-8-sig")
    assert [line.partition(";")[0] for line in text.splitlines()[1:]] == list(NAMES)


def test_an_export_is_for_who_asked_for_it_alone_and_for_a_day(
    agent: Member, federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = long_export(agent, monkeypatch)
    run_due(agent.federation.app, actions.WRITE_EXPORT)
    for stranger in (federation.agent(), federation.other_agent()):
        stranger.browser().get(f"/personnes/export/{made.id}", status=404)
        stranger.browser().post(f"/personnes/export/{made.id}/fichier", {}, status=404)
        stranger.browser().post(f"/personnes/export/{made.id}/effacement", {}, status=404)
    with agent.at_work() as session:
        session.execute(update(ListExport).values(ends_at=now()))
        make_due(session, actions.FORGET_EXPORTS)
    agent.browser().post(f"/personnes/export/{made.id}/fichier", {}, status=404)
    run_due(agent.federation.app, actions.FORGET_EXPORTS)
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(ListExport)) == 0


def test_the_bytes_of_an_export_are_sealed_for_their_row(agent: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    made = long_export(agent, monkeypatch, "csv")
    run_due(agent.federation.app, actions.WRITE_EXPORT)
    first = the_export(agent)
    assert b"Amato" not in (first.sealed or b"")
    with agent.at_work() as session:
        other = ListExport(
            **{
                column.name: getattr(first, column.name)
                for column in ListExport.__table__.columns
                if column.name != "id"
            }
        )
        session.add(other)
        session.flush()
        swapped = other.id
    agent.browser().post(f"/personnes/export/{swapped}/fichier", {}, status=404)
    agent.browser().post(f"/personnes/export/{made.id}/fichier", {})


def test_four_long_exports_at_once_are_one_too_many(agent: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 3)
    for _time in range(4):
        agent.browser().post("/personnes/export/csv", {}, status=303)
    with agent.at_work() as session:
        assert session.scalar(select(func.count()).select_from(ListExport)) == actions.MOST_AT_ONCE
