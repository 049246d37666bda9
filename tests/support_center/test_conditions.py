"""Conditions of a scheme: written, tried, published by the centre; a published version never changes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from clais.clock import today
from clais.database import new_id
from clais.exchange.eligibility.queries import rules_of_version, version_in_force, versions_of
from clais.workflow import Refused
from support_center.eligibility import actions
from support_center.eligibility.queries import NOTHING, conditions_of
from tests.support.eligibility import a_rule, drafted, published
from tests.support.federation import Federation, Member
from tests.support.referrals import a_scheme


def typed(days: int) -> str:
    return (today() + timedelta(days=days)).strftime("%d/%m/%Y")


RULE = {
    "operator": "at_least",
    "value": "18",
    "sentence": "18 ans et plus",
    "hard": "yes",
    "next_step": "",
    "valid_from": "",
    "valid_until": "",
}


def read_by(officer: Member, scheme_id: UUID) -> str:
    """What a form says that is rendered now."""
    with officer.at_work() as session:
        return conditions_of(session, scheme_id).read


def test_from_the_first_condition_to_what_the_platforms_judge_by(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    browser, at = officer.browser(), f"/dispositifs/{scheme.id}/conditions"
    assert "Âge" in browser.get(f"{at}/nouvelle").get_data(as_text=True)
    form = browser.get(f"{at}/nouvelle/age").get_data(as_text=True)
    assert 'name="_version" value="none"' in form
    browser.post(f"{at}/nouvelle/age", RULE | {"_version": NOTHING, "_submission": str(new_id())}, status=303)
    page = browser.get(at).get_data(as_text=True)
    assert "18 ans et plus" in page
    # Dylan, 17, is made up: the condition turns him away before anybody real is judged by it.
    assert "non remplie : 18 ans et plus" in page.replace("\u00a0", " ")
    with officer.at_work() as session:
        assert version_in_force(session, scheme.id) is None
    said = {"note": "Dès la rentrée", "_version": read_by(officer, scheme.id), "_submission": str(new_id())}
    browser.post(f"{at}/publication", said, status=303)
    with federation.agent().at_work() as session:
        version = version_in_force(session, scheme.id)
        assert version is not None
        assert [(rule.field, rule.value) for rule in rules_of_version(version)] == [("age", 18)]
    assert "Dès la rentrée" in browser.get(f"{at}/versions/1").get_data(as_text=True)


@pytest.mark.parametrize(
    ("fact", "change", "said"),
    [
        ("age", {"value": "dix-huit"}, "Âge"),
        ("age", {"value": "180"}, "Âge"),
        ("age", {"sentence": " "}, "Écrivez la condition"),
        ("age", {"operator": "one_of"}, "Comparaison"),
        ("age", {"valid_from": typed(30), "valid_until": typed(29)}, "Le dernier jour vient après le premier"),
        ("residence", {"operator": "one_of", "value": "6240 ou 6250"}, "quatre chiffres"),
        ("occupations", {"operator": "one_of", "value": "1304K"}, "code ROME"),
    ],
)
def test_what_is_no_condition_is_said_and_nothing_is_lost(
    federation: Federation, fact: str, change: dict[str, str], said: str
) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    form = RULE | change | {"_version": NOTHING, "_submission": str(new_id())}
    page = officer.browser().post(f"/dispositifs/{scheme.id}/conditions/nouvelle/{fact}", form, status=422)
    answer = page.get_data(as_text=True)
    assert said in answer
    assert change.get("sentence") or "18 ans et plus" in answer


def test_no_condition_asks_about_health_or_justice(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    for code in ("bilan.health", "bilan.justice", "health", "national_number"):
        officer.browser().get(f"/dispositifs/{scheme.id}/conditions/nouvelle/{code}", status=404)
    form = RULE | {"operator": "one_of", "value": ["sickness"], "_version": NOTHING, "_submission": str(new_id())}
    officer.browser().post(f"/dispositifs/{scheme.id}/conditions/nouvelle/status", form, status=422)
    with officer.at_work() as session:
        assert conditions_of(session, scheme.id).rules == ()


def test_conditions_that_exclude_each_other_are_not_published(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    drafted(officer, scheme, a_rule("age", "at_most", 25, sentence="Moins de 26"), a_rule("age", "at_least", 30))
    page = officer.browser().get(f"/dispositifs/{scheme.id}/conditions").get_data(as_text=True)
    assert "s'excluent" in page.replace("&#39;", "'")
    with officer.at_work() as session, pytest.raises(Refused, match="contradiction"):
        actions.publish(session, officer.actor, scheme, None, conditions_of(session, scheme.id).read)


def test_a_second_version_says_what_changes_and_the_first_one_stays(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    first = published(officer, scheme, [a_rule("age", "at_least", 18, sentence="18 ans et plus")])
    published(officer, scheme, [a_rule("age", "at_least", 21, sentence="21 ans et plus")])
    page = officer.browser().get(f"/dispositifs/{scheme.id}/conditions/versions/2").get_data(as_text=True)
    assert "18 ans et plus" in page
    assert "21 ans et plus" in page
    with officer.at_work() as session:
        assert [version.number for version in versions_of(session, scheme.id)] == [2, 1]
        assert [rule.value for rule in rules_of_version(versions_of(session, scheme.id)[1])] == [18]
        assert versions_of(session, scheme.id)[1].id == first.id


@pytest.mark.parametrize(
    "statement", ["UPDATE eligibility_version SET rules = '[]'", "DELETE FROM eligibility_version"]
)
def test_the_database_lets_nobody_change_what_was_published(federation: Federation, statement: str) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    published(officer, scheme, [a_rule("age", "at_least", 18)])
    with officer.at_work() as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text(statement))


def test_who_comes_second_is_shown_what_stands(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    drafted(officer, scheme, a_rule("age", "at_least", 18, sentence="18 ans et plus"))
    at = f"/dispositifs/{scheme.id}/conditions"
    form = {
        "operator": "yes",
        "sentence": "Un véhicule",
        "hard": "yes",
        "_version": NOTHING,
        "_submission": str(new_id()),
    }
    answer = officer.browser().post(f"{at}/nouvelle/vehicle", form, status=409).get_data(as_text=True)
    assert "18 ans et plus" in answer
    assert "Un véhicule" in answer
    officer.browser().post(f"{at}/publication", {"note": "", "_version": "7", "_submission": str(new_id())}, status=409)


def test_the_draft_is_the_centre_s_alone(federation: Federation) -> None:
    officer, agent = federation.officer(), federation.agent()
    scheme, _session = a_scheme(officer)
    drafted(officer, scheme, a_rule("age", "at_least", 18))
    with agent.at_work() as session:
        assert session.execute(text("SELECT count(*) FROM eligibility_draft")).scalar_one() == 0
    agent.browser().get(f"/dispositifs/{scheme.id}/conditions", status=403)


def test_giving_up_leaves_what_is_in_force(federation: Federation) -> None:
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    published(officer, scheme, [a_rule("age", "at_least", 18)])
    drafted(officer, scheme, a_rule("vehicle", "yes"))
    browser, at = officer.browser(), f"/dispositifs/{scheme.id}/conditions"
    browser.post(f"{at}/abandon", {"_version": read_by(officer, scheme.id), "_submission": str(new_id())}, status=303)
    with officer.at_work() as session:
        conditions = conditions_of(session, scheme.id)
        assert (conditions.draft, [rule.field for rule in conditions.rules]) == (None, ["age"])


@pytest.mark.parametrize("began", [False, True])
def test_who_read_what_was_published_over_meanwhile_is_told(federation: Federation, began: bool) -> None:
    """Another draft has the same number of version, and once it is published there is no draft, as before."""
    officer = federation.officer()
    scheme, _session = a_scheme(officer)
    rule = a_rule("age", "at_least", 18, sentence="18 ans et plus")
    published(officer, scheme, [rule])
    if began:
        drafted(officer, scheme, replace(rule, value=19, sentence="19 ans et plus"))
    read, at = read_by(officer, scheme.id), f"/dispositifs/{scheme.id}/conditions"
    published(officer, scheme, [replace(rule, value=21, sentence="21 ans et plus")])
    if began:
        drafted(officer, scheme, replace(rule, value=22, sentence="22 ans et plus"))
    form = RULE | {"value": "16", "sentence": "16 ans et plus", "_version": read, "_submission": str(new_id())}
    answer = officer.browser().post(f"{at}/regle/{rule.id}", form, status=409).get_data(as_text=True)
    assert ("22 ans et plus" if began else "21 ans et plus") in answer
    with officer.at_work() as session:
        assert [each.value for each in conditions_of(session, scheme.id).rules] == [22 if began else 21]
