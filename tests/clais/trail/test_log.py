"""The log of accesses: who read and wrote what, by person, by member, by day."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import Engine, select, text

from clais.audit.actions import record
from clais.audit.models import AuditEvent
from clais.clock import today
from clais.database import NIL, Scope, unit_of_work
from clais.encryption import Keyring
from tenants.follow_up.actions import write_note
from tenants.orientation.actions.bilans import advance_to
from tenants.people import actions
from tests.clais.trail.conftest import Platform
from tests.support.federation import Federation
from tests.support.referrals import a_person
from tests.support.statements import shapes
from tests.tenants.people.newcomers import registered

PARTIAL = {"HX-Request": "true"}


def lines(page: str) -> list[str]:
    """The lines of the log as someone reads them, newest first."""
    found = re.findall(r'<div class="what">(.*?)</div>', page, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in found]


def test_a_reading_is_a_sentence_that_names_who_and_whose_file(platform: Platform) -> None:
    platform.read(platform.sofia)
    platform.read(platform.amina)
    assert lines(platform.log())[:2] == [
        "Nadia Lambert a lu le dossier d' Amina Diallo",
        "Nadia Lambert a lu le dossier de Sofia Marchetti",
    ]
    assert f'/personnes/{platform.sofia.id}"' in platform.log()


def test_readings_of_one_file_in_a_row_are_one_line_that_unfolds(platform: Platform) -> None:
    platform.read(platform.sofia, times=4)
    platform.read(platform.amina)
    platform.read(platform.sofia, times=2)
    first, second, third = lines(platform.log())[:3]
    assert re.search(r"Sofia Marchetti 2 fois depuis \d\d:\d\d (\d\d:\d\d, )\d\d:\d\d$", first)
    assert second.endswith("Amina Diallo")
    assert re.search(r"Sofia Marchetti 4 fois depuis \d\d:\d\d (\d\d:\d\d, ){3}\d\d:\d\d$", third)


def test_what_was_changed_is_said_in_the_words_of_the_form_and_never_what_it_says(platform: Platform) -> None:
    with platform.agent.at_work() as session:
        person = platform.open(session)
        changes = {"phone": "+32475998877", "schooling_note": "Interrompue pour raison secrète"}
        keyring = platform.agent.federation.keyring
        actions.edit(session, platform.agent.actor, person, changes, person.version, keyring)
    page = platform.log()
    assert (
        lines(page)[0]
        == "Nadia Lambert a modifié la fiche dans le dossier de Sofia Marchetti téléphone, orientation ou précision"
    )
    assert "secrète" not in page
    assert "998877" not in page


@pytest.mark.parametrize("note_class", ["fact", "confidence"])
def test_of_a_note_nothing_is_told_but_that_it_was_written(platform: Platform, note_class: str) -> None:
    with platform.agent.at_work() as session:
        person = platform.open(session)
        write_note(session, person, platform.agent.actor, text="Ce qui fut confié", note_class=note_class)
    page = platform.log()
    assert lines(page)[0] == "Nadia Lambert a écrit une note dans le dossier de Sofia Marchetti"
    content = page.partition("<main")[2].partition("</main>")[0]
    assert "confi" not in content


def test_every_step_of_the_path_is_on_the_log_also_one_that_a_decision_takes(platform: Platform) -> None:
    with platform.agent.at_work() as session:
        advance_to(session, platform.open(session), "in_orientation", platform.agent.actor)
    began = ("a commencé l'orientation", "a commencé l'accueil")
    assert lines(platform.log("?kind=changes"))[:2] == [
        f"Nadia Lambert {what} dans le dossier de Sofia Marchetti" for what in began
    ]


def test_the_log_is_narrowed_by_person_member_period_and_kind(platform: Platform) -> None:
    platform.read(platform.sofia)
    platform.read(platform.amina, platform.coordinator)
    with platform.agent.at_work() as session:
        record(session, "note.write", "note", platform.sofia.id, person_id=platform.sofia.id)

    def shown(query: str) -> list[str]:
        return [line for line in lines(platform.log(query)) if "journal" not in line and "venu" not in line]

    wrote = "Nadia Lambert a écrit une note dans le dossier de Sofia Marchetti"
    read = "Nadia Lambert a lu le dossier de Sofia Marchetti"
    assert shown(f"?person={platform.sofia.id}") == [wrote, read]
    assert shown(f"?member={platform.coordinator.membership.id}") == ["Sabine Defrère a lu le dossier d' Amina Diallo"]
    assert wrote not in shown("?kind=readings")
    assert read in shown("?kind=readings")
    assert read not in shown("?kind=changes")
    assert wrote in shown(f"?since={today()}&until={today()}")
    yesterday = today() - timedelta(days=1)
    assert shown(f"?since={yesterday}&until={yesterday}") == []


def test_who_comes_to_work_is_named_once_and_a_colleague_who_is_concerned_too(platform: Platform) -> None:
    with platform.agent.at_work() as session:
        record(session, "session.enter", "membership", platform.agent.membership.id)
    with platform.coordinator.at_work() as session:
        record(session, "membership.change_role", "membership", platform.agent.membership.id)
    assert lines(platform.log())[:2] == [
        "Sabine Defrère a changé le rôle d'un membre : Nadia Lambert",
        "Nadia Lambert est venu·e travailler ici",
    ]


def test_a_name_never_stands_in_an_address(platform: Platform) -> None:
    answer = platform.browser.post(
        "/journal-des-acces/recherche", {"person": str(platform.sofia.id), "since": "01/11/2026"}, status=303
    )
    assert answer.headers["Location"].endswith(f"/journal-des-acces?person={platform.sofia.id}&since=2026-11-01")
    platform.log(answer.headers["Location"].partition("/journal-des-acces")[2])


def test_a_name_that_is_typed_proposes_people(platform: Platform, keyring: Keyring) -> None:
    person = registered(platform.agent, keyring, family_name="Rossi")
    found = platform.browser.post("/journal-des-acces/personnes", {"q": "ross"}).get_data(as_text=True)
    assert re.findall(r'data-value="([^"]+)"', found) == [str(person.id)]


def test_a_person_of_another_platform_is_nobody(platform: Platform, federation: Federation) -> None:
    other = federation.other_agent()
    stranger = a_person(other, family_name="Vermeulen", given_names="Bart")
    platform.log(f"?person={stranger.id}", status=404)
    platform.log(f"?member={other.membership.id}", status=404)
    platform.browser.get(f"/journal-des-acces/personnes/{stranger.id}", status=404)
    page = platform.browser.post("/journal-des-acces/recherche", {"person": str(stranger.id)}, status=422)
    assert "Choisissez une des personnes proposées." in page.get_data(as_text=True)
    proposed = platform.browser.post("/journal-des-acces/personnes", {"q": "verme"}).get_data(as_text=True)
    assert "Vermeulen" not in proposed


def test_an_address_that_nobody_wrote_is_refused(platform: Platform) -> None:
    for query in ("?kind=all", "?person=sofia", "?after=AAAA", "?since=hier", "?since=2026-11-02&until=2026-11-01"):
        assert lines(platform.log(query, status=400)) == []


@pytest.mark.parametrize("role", ["agent", "receptionist"])
def test_only_who_answers_for_the_platform_reads_it(platform: Platform, federation: Federation, role: str) -> None:
    browser = federation.member(federation.platform, role).browser()
    for page in ("/journal-des-acces", f"/journal-des-acces/personnes/{platform.sofia.id}"):
        assert lines(browser.get(page, status=403).get_data(as_text=True)) == []


def readings_of_the_log(platform: Platform) -> list[object]:
    with platform.coordinator.at_work() as session:
        read = select(AuditEvent.person_id).where(AuditEvent.verb == "trail.read")
        return list(session.scalars(read.order_by(AuditEvent.happened_at)))


def test_reading_the_log_is_on_the_log_once_a_page(platform: Platform) -> None:
    assert "y est notée aussi" in platform.log()
    assert readings_of_the_log(platform) == [None]
    platform.log(f"?person={platform.sofia.id}")
    assert readings_of_the_log(platform) == [None, platform.sofia.id]
    assert "Sabine Defrère a lu le journal des accès : Sofia Marchetti" in lines(platform.log())


def test_pages_follow_each_other_and_no_line_is_lost_or_cut_in_two(platform: Platform) -> None:
    for _ in range(60):
        platform.read(platform.sofia, times=3)
        platform.read(platform.amina)
    seen, page = [], platform.log(f"?member={platform.agent.membership.id}")
    while True:
        seen += [line for line in lines(page) if "dossier" in line]
        following = re.search(r'rel="next" href="[^"]*(\?[^"]*)"', page)
        if not following:
            break
        page = platform.log(unescape(following[1]))
    assert len(seen) == 120
    assert sum("3 fois" in line for line in seen) == 60


def test_a_page_costs_the_same_however_much_is_on_record(engine: Engine, platform: Platform) -> None:
    wanted = ["SELECT membership", "SELECT audit_event", "SELECT person", "INSERT audit_event"]
    platform.read(platform.sofia)
    assert shapes(engine, platform.browser, "/journal-des-acces", headers=PARTIAL) == wanted
    for _ in range(20):
        platform.read(platform.sofia)
        platform.read(platform.amina)
    assert shapes(engine, platform.browser, "/journal-des-acces", headers=PARTIAL) == wanted


INDEXES = {
    "happened_at <= now()": "ix_audit_event_tenant_id_happened_at",
    "person_id = :key": "ix_audit_event_tenant_id_person_id_happened_at",
    "membership_id = :key": "ix_audit_event_tenant_id_membership_id_happened_at",
    "person_id IS NULL AND subject_id = :key": "ix_audit_event_of_nobody",
}


@pytest.mark.parametrize("condition", INDEXES)
def test_each_way_to_narrow_the_log_has_its_index(
    engine: Engine, superuser: Engine, platform: Platform, condition: str
) -> None:
    with superuser.begin() as connection:  # Enough rows, and known ones, for an index to be worth it.
        connection.execute(
            text(
                "INSERT INTO audit_event (tenant_id, id, happened_at, user_id, membership_id, actor_name, verb,"
                " subject_type, subject_id, details) SELECT :here, gen_random_uuid(), now(), :nil, :nil, 'system',"
                " 'sign_in.fail', 'user_account', gen_random_uuid(), '{}' FROM generate_series(1, 2000)"
            ),
            {"here": platform.agent.tenant.id, "nil": NIL},
        )
        connection.execute(text("ANALYZE audit_event"))
    scope = Scope(tenant_id=platform.agent.tenant.id)
    with unit_of_work(engine, scope) as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = session.scalars(
            text(
                f"EXPLAIN SELECT * FROM audit_event WHERE tenant_id = :here AND {condition} "
                "ORDER BY happened_at DESC LIMIT 300"
            ),
            {"here": platform.agent.tenant.id, "key": platform.sofia.id},
        )
        assert INDEXES[condition] in "\n".join(plan)


def injected(platform: Platform, **values: object) -> list[str]:
    """The lines of the log after the agent's own session took a record that the house did not write."""
    row = {"user_id": platform.agent.membership.user_id, "membership_id": platform.agent.membership.id, **values}
    with platform.agent.at_work() as session:
        verb, person = "person.read_number", platform.sofia.id
        event = AuditEvent(verb=verb, subject_type="person", subject_id=person, person_id=person, details={}, **row)
        session.add(event)
    return [line for line in lines(platform.log()) if "numéro national" in line]


def test_a_record_never_names_a_colleague_of_the_account_that_wrote_it(platform: Platform) -> None:
    """The database binds the account of a record; the membership and the name beside it may be anybody's."""
    name = "Marc Lejeune"
    marc = platform.agent.federation.member(platform.agent.federation.platform, "agent", name)
    platform.read(platform.sofia, by=marc)
    assert lines(platform.log())[0].startswith(name), "what he did himself is his"
    forged = (
        {"membership_id": marc.membership.id, "actor_name": name},
        {"membership_id": NIL, "actor_name": name},
        {"actor_name": name},
        {"user_id": NIL, "membership_id": NIL, "actor_name": name},
    )
    first, second, third, fourth = [injected(platform, **values)[0] for values in forged]
    assert (first.startswith("Nadia Lambert a "), second.startswith("Nadia Lambert a ")) == (True, True)
    assert third.startswith("« Marc Lejeune », pour Nadia Lambert a ")
    assert fourth.startswith("Le système")


def test_a_record_under_a_colleagues_membership_is_no_line_of_what_they_did(platform: Platform) -> None:
    marc = platform.agent.federation.member(platform.agent.federation.platform, "agent", "Marc Lejeune")
    with marc.at_work() as session:
        record(session, "person.read_number", "person", platform.sofia.id, person_id=platform.sofia.id)
    both = injected(platform, membership_id=marc.membership.id, actor_name="Marc Lejeune")
    assert [line.partition(" a ")[0] for line in both] == ["Nadia Lambert", "Marc Lejeune"]
