"""When a consent ends, every page of the receiver forgets on its next request; then the database does too."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, select, text

from clais.actor import Actor
from clais.clock import local
from clais.database import Scope, new_id, unit_of_work
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.announcing import announce
from clais.exchange.referrals.models import Referral, Withdrawal
from clais.exchange.referrals.queries import withdrawal_of
from migrations.protection_v1 import BETWEEN_TWO, OWN, TENANT
from support_center.routing import actions
from support_center.routing.jobs import apply_withdrawals
from support_center.routing.models import Enrolment, Participant
from tests.clais.exchange.referrals.test_announcements import lines_of, run
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person, a_referral, a_scheme
from tests.tenants.people.newcomers import words

End = Callable[[Member, Referral, Engine], None]


def withdrawn(agent: Member, referral: Referral, _superuser: Engine) -> None:
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)


def expired(_agent: Member, referral: Referral, superuser: Engine) -> None:
    with superuser.begin() as connection:
        for table, column in (
            ("referral", "id"),
            ("parcel", "referral_id"),
            ("referral_event", "referral_id"),
            ("referral_message", "referral_id"),
        ):
            connection.execute(
                text(f"UPDATE {table} SET consent_until = now() WHERE {column} = :id"), {"id": referral.id}
            )


def a_participant(agent: Member, officer: Member) -> tuple[Referral, Participant, SchemeSession]:
    scheme, scheme_session = a_scheme(officer, seats=3)
    referral = a_referral(agent, a_person(agent), scheme, scheme_session)
    with officer.at_work() as session:
        referral_actions.move(session, officer.actor, referral, "receive")
        participant = actions.accept(
            session, officer.actor, referral, officer.federation.keyring, scheme_session=scheme_session
        )
        actions.note_progress(session, participant, "CANARY-PROGRESS")
    return referral, participant, scheme_session


GET_ROUTES = ("/a-traiter/{referral}", "/participants/{participant}")
POST_ROUTES = (
    "/a-traiter/{referral}/acceptation",
    "/a-traiter/{referral}/reception",
    "/a-traiter/{referral}/refus",
    "/a-traiter/{referral}/demarrage",
    "/a-traiter/{referral}/pause",
    "/a-traiter/{referral}/reprise",
    "/a-traiter/{referral}/resultat",
    "/a-traiter/{referral}/echec",
    "/a-traiter/{referral}/messages",
    "/participants/{participant}/place",
    "/participants/{participant}/liberation",
    "/participants/{participant}/suivi",
)


def without_reference(page: bytes) -> bytes:
    """An error page without the reference and the nonces that differ on every answer."""
    return re.sub(rb'(r\xc3\xa9f\xc3\xa9rence [0-9a-f-]+|nonce="[^"]+")', b"", page)


@pytest.mark.parametrize("end", [withdrawn, expired])
def test_the_next_request_of_the_receiver_finds_nothing(federation: Federation, superuser: Engine, end: End) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, scheme_session = a_participant(agent, officer)
    browser = officer.browser()
    ids = {"referral": referral.id, "participant": participant.id}
    for route in GET_ROUTES:
        assert "Marchetti" in browser.get(route.format(**ids)).get_data(as_text=True)

    end(agent, referral, superuser)

    said = "L'accord a été retiré" if end is withdrawn else "L'accord est terminé"
    for route in GET_ROUTES:
        gone = words(browser.get(route.format(**ids), status=410))
        assert ". Ce qui avait été partagé" in gone, "each sentence begins after a space"
        assert said in gone
        assert "Marchetti" not in gone
        assert "CANARY" not in gone
        assert (referral.reference in gone) == (end is withdrawn)
    for route in POST_ROUTES:
        assert browser.post(route.format(**ids)).status_code == 410, route
    for page in (
        "/a-traiter",
        "/a-traiter?group=running",
        "/a-traiter?group=closed",
        "/participants",
        "/places",
        f"/places/{scheme_session.id}",
    ):
        seen = browser.get(page).get_data(as_text=True)
        assert "Marchetti" not in seen, page
        assert "CANARY-PROGRESS" not in seen
    found = browser.post("/participants/recherche", {"q": "Marchetti"}, status=200).get_data(as_text=True)
    assert str(participant.id) not in found


@pytest.mark.parametrize("end", [withdrawn, expired])
def test_the_job_frees_the_seat_and_erases_the_copy(federation: Federation, superuser: Engine, end: End) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, scheme_session = a_participant(agent, officer)
    kept, kept_participant, _session = a_participant(agent, officer)
    end(agent, referral, superuser)
    centre = federation.support_centre
    permissions = federation.app.extensions["clais"].permissions.of("system")
    system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
    for erased in (1, 0):
        with unit_of_work(federation.engine, Scope(centre.id, centre.basin_id), system) as session:
            assert apply_withdrawals(session, system) == erased
    with officer.at_work() as session:
        row = session.get(Participant, (centre.id, participant.id))
        assert row is not None
        assert (row.display_name, row.sort_name, row.sealed, row.state) == ("", "", None, "left")
        assert row.erased_at is not None
        assert row.erased_at <= datetime.now(UTC)
        assert [
            seat.state for seat in session.scalars(select(Enrolment).where(Enrolment.participant_id == participant.id))
        ] == ["released"]
        seats = session.get(SchemeSession, (centre.id, scheme_session.id))
        assert seats is not None
        assert seats.seats_taken == 0
        other = session.get(Participant, (centre.id, kept_participant.id))
        assert other is not None
        assert other.display_name == "Sofia Marchetti"
    with superuser.connect() as connection:
        stored = "".join(
            str(
                connection.execute(
                    text(f"SELECT row_to_json(t)::text FROM {table} t WHERE {key} = :id"), {"id": participant.id}
                ).all()
            )
            for table, key in (("participant", "id"), ("enrolment", "participant_id"))
        )
    assert "Marchetti" not in stored
    assert "CANARY" not in stored
    assert kept.reference != referral.reference


def test_a_referral_called_back_frees_its_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, scheme_session = a_participant(agent, officer)
    with agent.at_work() as session:
        referral_actions.cancel(session, agent.actor, referral, "found_work")
    centre = federation.support_centre
    permissions = federation.app.extensions["clais"].permissions.of("system")
    system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
    with unit_of_work(federation.engine, Scope(centre.id, centre.basin_id), system) as session:
        apply_withdrawals(session, system)
    with officer.at_work() as session:
        seats = session.get(SchemeSession, (centre.id, scheme_session.id))
        assert seats is not None
        assert seats.seats_taken == 0
    assert "Sofia" in officer.browser().get(f"/participants/{participant.id}").get_data(as_text=True)


def test_withdrawing_by_the_page_says_what_happens_and_does_it(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, _participant, _session = a_participant(agent, officer)
    desk = agent.browser()
    assert referral.reference in desk.get(f"/relais/{referral.id}").get_data(as_text=True)
    desk.post(f"/relais/{referral.id}/retrait", {"note": "Au téléphone", "_submission": str(new_id())}, status=303)
    assert "Au téléphone" in desk.get(f"/relais/{referral.id}").get_data(as_text=True)
    officer.browser().get(f"/a-traiter/{referral.id}", status=410)
    assert desk.post(f"/relais/{referral.id}/messages", {"text": "Allô ?"}).status_code == 409


def test_the_next_click_says_when_it_was_withdrawn_and_that_the_seat_is_free(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, _session = a_participant(agent, officer)
    browser = officer.browser()
    with agent.at_work() as session:
        moment = referral_actions.withdraw(session, agent.actor, referral).withdrawn_at
    assert moment is not None
    path = f"/participants/{participant.id}"
    page = words(browser.get(path, status=410))
    assert f"{local(moment):%H:%M}" in page
    assert "se libère d'elle-même" in page
    centre = federation.support_centre
    permissions = federation.app.extensions["clais"].permissions.of("system")
    system = Actor("Système", permissions, tenant_id=centre.id, basin_id=centre.basin_id)
    with unit_of_work(federation.engine, Scope(centre.id, centre.basin_id), system) as session:
        apply_withdrawals(session, system)
    assert "La place est libre" in words(browser.get(path, status=410))
    assert 'class="rail"' in words(browser.get(f"/a-traiter/{referral.id}", status=410))


def test_what_was_being_written_when_the_agreement_ended_is_given_back(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, _session = a_participant(agent, officer)
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)
    browser, text = officer.browser(), "Vient chaque jour, demande un horaire du matin"
    for path in (f"/participants/{participant.id}/suivi", f"/a-traiter/{referral.id}/messages"):
        assert text in words(browser.post(path, {"text": text}, status=410))


def test_a_referral_sent_by_mistake_does_not_say_that_the_person_changed_their_mind(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with agent.at_work() as session:
        referral_actions.cancel(session, agent.actor, referral, "sent_by_mistake")
    run(federation, federation.support_centre, announce)
    browser = officer.browser()
    page = words(browser.get(f"/a-traiter/{referral.id}", status=410))
    assert "envoyé par erreur" in page
    for shown in (page, words(browser.get("/a-traiter")), *lines_of(officer)):
        assert "Accord retiré" not in shown
        assert "a retiré" not in shown


def test_a_referral_that_was_never_accepted_says_nothing_of_a_seat(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)
    page = words(officer.browser().get(f"/a-traiter/{referral.id}", status=410))
    assert "a retiré son accord" in page
    assert "La place" not in page


def never_had(federation: Federation, referral: Referral, participant: Participant) -> list[int]:
    """What an officer of another centre, who never had the referral, is answered at each address."""
    elsewhere = Federation(federation.app, federation.engine).officer().browser()
    ids = {"referral": referral.id, "participant": participant.id}
    return [elsewhere.client.get(elsewhere.url(route.format(**ids))).status_code for route in GET_ROUTES]


def test_whoever_never_had_it_still_gets_the_404_of_nothing(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, _session = a_participant(agent, officer)
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)
    assert never_had(federation, referral, participant) == [404, 404]
    browser = officer.browser()
    for route in GET_ROUTES:
        browser.get(route.format(referral=uuid4(), participant=uuid4()), status=404)


def test_the_check_can_fail_a_notice_that_everyone_reads_would_be_found(federation: Federation) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, _session = a_participant(agent, officer)
    with agent.at_work() as session:
        referral_actions.withdraw(session, agent.actor, referral)
    stranger = Federation(federation.app, federation.engine)
    with pytest.MonkeyPatch.context() as patch:
        # Planted: the look-up of a notice reads it as the tenant that received it, whoever asks.
        def as_the_receiver(_session: object, key: UUID) -> Withdrawal | None:
            with officer.at_work() as own:
                return withdrawal_of(own, key)

        patch.setattr("support_center.routing.lookups.withdrawal_of", as_the_receiver)
        browser = stranger.officer().browser()
        assert browser.client.get(browser.url(f"/a-traiter/{referral.id}")).status_code == 410
    assert never_had(federation, referral, participant) == [404, 404]


def test_a_third_tenant_and_the_receiver_on_the_senders_pages_get_the_404_of_nothing(federation: Federation) -> None:
    agent, other, officer = federation.agent(), federation.other_agent(), federation.officer()
    referral = a_referral(agent, a_person(agent))
    browser = other.browser()
    for route in ("/relais/{}", "/relais/{}/accord"):
        foreign = browser.get(route.format(referral.id), status=404)
        assert without_reference(foreign.data) == without_reference(browser.get(route.format(uuid4()), status=404).data)
    for route in ("/relais/{}/messages", "/relais/{}/annulation", "/relais/{}/retrait"):
        assert browser.post(route.format(referral.id)).status_code == 404
    assert referral.reference not in browser.get("/relais?group=waiting").get_data(as_text=True)
    officer.browser().get(f"/relais/{referral.id}", status=403)
    browser.get(f"/a-traiter/{referral.id}", status=403)


def still_shown(officer: Member, referral: Referral, participant: Participant) -> list[str]:
    """The addresses of the receiver that still answer."""
    browser = officer.browser()
    ids = {"referral": referral.id, "participant": participant.id}
    return [route for route in GET_ROUTES if browser.client.get(browser.url(route.format(**ids))).status_code == 200]


def test_the_check_can_fail_a_policy_without_the_consent_would_show_everything(
    federation: Federation, superuser: Engine
) -> None:
    agent, officer = federation.agent(), federation.officer()
    referral, participant, _session = a_participant(agent, officer)
    withdrawn(agent, referral, superuser)
    assert still_shown(officer, referral, participant) == []
    loose = f"{OWN} OR to_tenant_id = {TENANT}"

    def rewrite(predicate: str) -> None:
        with superuser.begin() as connection:
            for table in ("referral", "parcel"):
                for policy in ("floor_select", "own_select"):
                    connection.execute(text(f"ALTER POLICY {policy} ON {table} USING ({predicate})"))

    rewrite(loose)
    try:
        assert still_shown(officer, referral, participant) == list(GET_ROUTES)
    finally:
        rewrite(BETWEEN_TWO)
    assert still_shown(officer, referral, participant) == []
