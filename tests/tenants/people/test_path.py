import re
from typing import Any

import pytest
from sqlalchemy import select

from clais.actor import Actor
from clais.database import ScopedSession, new_id
from clais.encryption import Keyring
from clais.workflow import StateChange
from tenants.people import actions
from tenants.people.models import Person
from tenants.people.workflow import STAGE
from tests.support.federation import Federation, Member
from tests.support.pages import version_sent_to, versions_on
from tests.tenants.people.newcomers import registered, words


def card_of(member: Member, person: Person) -> Person:
    with member.at_work() as session:
        return session.get_one(Person, (person.tenant_id, person.id))


def test_a_file_is_closed_with_a_reason_and_reopened(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un emploi"})
    browser = agent.browser()
    path, closing = f"/personnes/{person.id}/etapes", f"/personnes/{person.id}/cloture"
    assert closing in words(browser.get(f"/personnes/{person.id}"))
    page = words(browser.post(closing, {"comment": "Parti à Namur"}, status=422))
    assert "Choisissez un motif" in page
    assert "Parti à Namur" in page
    assert card_of(agent, person).stage == "in_intake"
    browser.post(closing, {"reason": "moved", "comment": "Parti à Namur"}, status=303)
    assert card_of(agent, person).stage == "closed"
    file = words(browser.get(f"/personnes/{person.id}"))
    assert "A déménagé · Parti à Namur" in file
    assert "Rouvrir le dossier" in file
    browser.post(path, {"transition": "reopen"}, status=303)
    assert card_of(agent, person).stage == "in_intake"
    with agent.at_work() as session:
        changes = session.scalars(select(StateChange).order_by(StateChange.happened_at)).all()
    assert [(change.transition, change.reason) for change in changes] == [
        ("begin_intake", None),
        ("close", "moved"),
        ("reopen", None),
    ]


def test_the_file_offers_the_steps_of_its_stage_and_no_other(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un emploi"})
    page = words(agent.browser().get(f"/personnes/{person.id}"))
    assert 'value="begin_orientation"' in page
    assert 'value="begin_follow_up"' not in page
    assert 'value="reopen"' not in page


def test_a_step_that_someone_else_took_meanwhile_says_where_the_file_stands(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un emploi"})
    browser = agent.browser()
    path = f"/personnes/{person.id}/etapes"
    browser.post(path, {"transition": "begin_orientation"}, status=303)
    yours, now = versions_on(browser.post(path, {"transition": "begin_orientation"}, status=409))
    assert "Passer à l'orientation" in yours
    assert "Orientation" in now
    closing = f"/personnes/{person.id}/cloture"
    browser.post(closing, {"reason": "moved", "comment": "Parti à Namur"}, status=303)
    late = {"reason": "training", "comment": "Entré au Germoir"}
    yours, now = versions_on(browser.post(closing, late, status=409))
    assert all(said in yours for said in ("Clôturer le dossier", "Entré au Germoir"))
    assert all(said in now for said in ("Sortie", "Nadia Lambert"))
    browser.post(path, {"transition": "reopen"}, status=303)
    browser.post(path, {"transition": "begin_orientation"}, status=303)
    for unknown in ("fly", "close"):
        browser.post(path, {"transition": unknown}, status=422)
    browser.post(path, {"transition": "reopen", "stage": "closed"}, status=400)
    assert card_of(agent, person).stage == "in_orientation"


def test_a_step_that_meets_an_edit_of_the_card_in_the_same_moment_can_be_sent_again(
    federation: Federation, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: a colleague saves the card between the reading of the file and the step."""
    agent = federation.agent()
    person = registered(agent, keyring, {"request": "Un emploi"})
    move, late = actions.move, [True]

    def overtaken(session: ScopedSession, actor: Actor, found: Person, name: str, **facts: Any) -> None:
        if late:
            late.clear()
            with agent.at_work() as other:
                other.get_one(Person, (person.tenant_id, person.id)).street = "Rue neuve"
        move(session, actor, found, name, **facts)

    monkeypatch.setattr(actions, "move", overtaken)
    browser, path = agent.browser(), f"/personnes/{person.id}/etapes"
    begin = {"transition": "begin_orientation"}
    page = words(browser.post(path, begin | {"_submission": str(new_id())}, status=409))
    kept = dict(re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', page))
    assert begin.items() <= kept.items()
    browser.post(path, kept, status=303)
    assert (card_of(agent, person).stage, card_of(agent, person).street) == ("in_orientation", "Rue neuve")


def test_a_stage_and_its_day_move_together(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    with agent.at_work() as session:
        row = session.get_one(Person, (person.tenant_id, person.id))
        row.stage_since = row.stage_since.replace(year=2020)
        STAGE.apply(session, row, "begin_intake", agent.actor)
        assert row.stage_since == person.stage_since


def test_a_receptionist_moves_nobody_along_and_takes_no_file_over(federation: Federation, keyring: Keyring) -> None:
    person = registered(federation.agent(), keyring)
    desk = federation.member(federation.platform, "receptionist", "Julie Ska")
    browser = desk.browser()
    browser.post(f"/personnes/{person.id}/etapes", {"transition": "begin_orientation"}, status=403)
    browser.post(f"/personnes/{person.id}/cloture", {"reason": "job"}, status=403)
    browser.post(f"/personnes/{person.id}/referent", {"referent": str(desk.membership.id)}, status=403)
    assert card_of(desk, person).referent_id == person.referent_id


def test_a_file_is_handed_to_a_colleague_who_follows_people_up_and_to_nobody_else(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    colleague = federation.member(federation.platform, "agent", "Luc Dewit")
    receptionist = federation.member(federation.platform, "receptionist", "Julie Ska")
    stranger = federation.other_agent()
    person = registered(agent, keyring)
    browser = agent.browser()
    path = f"/personnes/{person.id}/referent"
    page = words(browser.get(path))
    assert "Luc Dewit" in page
    assert "Julie Ska" not in page
    assert " checked" not in page, "nobody is chosen beforehand"
    for other in (receptionist.membership.id, stranger.membership.id, "x"):
        browser.post(path, {"referent": str(other)}, status=422)
    form = {"referent": str(colleague.membership.id), "_version": version_sent_to("/referent", page)}
    browser.post(path, form, status=303)
    assert card_of(agent, person).referent_id == colleague.membership.id
    assert "référent·e\u00a0: Luc Dewit" in words(browser.get(f"/personnes/{person.id}"))


def test_who_hands_a_file_over_hears_that_a_colleague_took_it_meanwhile(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    luc = federation.member(federation.platform, "agent", "Luc Dewit")
    anne = federation.member(federation.platform, "agent", "Anne Roy")
    person = registered(agent, keyring)
    path = f"/personnes/{person.id}/referent"
    read = version_sent_to("/referent", words(agent.browser().get(path)))
    luc.browser().post(path, {"referent": str(luc.membership.id), "_version": read}, status=303)
    same = agent.browser().post(
        path, {"referent": str(luc.membership.id), "word": "À voir", "_version": read}, status=409
    )
    assert "À voir" in versions_on(same)[0]
    late = agent.browser().post(path, {"referent": str(anne.membership.id), "_version": read}, status=409)
    yours, now = versions_on(late)
    assert "Anne Roy" in yours
    assert "Luc Dewit" in now
    assert card_of(agent, person).referent_id == luc.membership.id


@pytest.mark.parametrize("path", ["", "/carte", "/coordonnees", "/accueils/nouveau"])
def test_every_page_of_someone_elsewhere_answers_like_one_that_is_not(
    federation: Federation, keyring: Keyring, path: str
) -> None:
    person = registered(federation.other_agent(), keyring)
    browser = federation.agent().browser()
    there = browser.get(f"/personnes/{person.id}{path}", status=404).get_data(as_text=True)
    nowhere = browser.get(f"/personnes/01900000-0000-7000-8000-000000000000{path}", status=404).get_data(as_text=True)
    assert len(there) == len(nowhere)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("etapes", {"transition": "reopen"}),
        ("cloture", {"reason": "job"}),
        ("referent", {"referent": "x"}),
        ("numero-national", {}),
    ],
)
def test_every_act_on_someone_elsewhere_is_refused_and_changes_nothing(
    federation: Federation, keyring: Keyring, path: str, form: dict[str, str]
) -> None:
    other = federation.other_agent()
    person = registered(other, keyring)
    federation.agent().browser().post(f"/personnes/{person.id}/{path}", form, status=404)
    assert card_of(other, person).version == person.version
