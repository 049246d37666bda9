"""Who may open what: every route of orientation, for another platform, another role and another person's rows."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.registry.models import Occupation
from clais.web.routing import permission_of
from tenants.orientation import queries
from tenants.orientation.actions import bilans as actions
from tenants.orientation.actions import plans as plan_actions
from tenants.orientation.actions.plans import NewObjective, NewStep
from tenants.orientation.answers import Answer
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import words

Arrive = Callable[..., Person]
pytestmark = pytest.mark.usefixtures("rome")
OPEN_TO_ALL = {"orientation.occupations"}


@pytest.fixture
def keys(federation: Federation, arrive: Arrive) -> dict[str, UUID]:
    """The keys of one of everything, in the other platform."""
    return one_of_everything(federation.other_agent(), arrive)


def one_of_everything(member: Member, arrive: Arrive) -> dict[str, UUID]:
    person_id = arrive(member, "Autre", "Aline").id
    with member.at_work() as session:
        person = session.get_one(Person, (member.tenant.id, person_id))
        bilan = actions.make_bilan(session, person, member.actor, {"work": Answer(1)}, member.federation.keyring)
        occupation = session.scalars(select(Occupation).limit(1)).one()
        wish = actions.add_wish(session, person, occupation)
        plan = plan_actions.start_plan(
            session, person, member.actor, goal="But", objectives=[NewObjective("Objectif", None, (NewStep("Étape"),))]
        )
        objective, (step,) = queries.plan_content(session, plan)[0]
        return {
            "person_id": person_id,
            "bilan_id": bilan.id,
            "wish_id": wish.id,
            "objective_id": objective.id,
            "step_id": step.id,
        }


def doors(federation: Federation) -> list[tuple[str, str, str]]:
    """(endpoint, rule without the slug, method) of every route of orientation."""
    return [
        (rule.endpoint, rule.rule.removeprefix("/<tenant_slug>"), method)
        for rule in federation.app.url_map.iter_rules()
        if rule.endpoint.startswith("orientation.")
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def path(rule: str, keys: dict[str, UUID]) -> str:
    for name, key in keys.items():
        rule = rule.replace(f"<uuid:{name}>", str(key))
    assert "<" not in rule, rule
    return rule


def test_another_platforms_rows_answer_like_rows_that_do_not_exist(
    federation: Federation, arrive: Arrive, keys: dict[str, UUID]
) -> None:
    agent = federation.agent()
    browser, own = agent.browser(), one_of_everything(agent, arrive)
    token = browser.csrf()
    nobody = {name: uuid4() for name in keys}
    tried = 0
    for _endpoint, rule, method in doors(federation):
        names = [name for name in keys if f"<uuid:{name}>" in rule]
        for name in names:
            # Each place in the address by itself, the others being rows of one's own.
            foreign = browser.client.open(
                browser.url(path(rule, own | {name: keys[name]})), method=method, data={"csrf_token": token}
            )
            absent = browser.client.open(
                browser.url(path(rule, own | {name: nobody[name]})), method=method, data={"csrf_token": token}
            )
            assert foreign.status_code == absent.status_code == 404, (method, rule, name)
            tried += 1
    assert tried > 30
    with federation.other_agent().at_work() as session:
        assert len(queries.wished_occupations(session, keys["person_id"])) == 1


def test_reception_sees_no_bilan_and_no_plan(federation: Federation, arrive: Arrive) -> None:
    own = one_of_everything(federation.agent(), arrive)
    browser = federation.member(federation.platform, "receptionist").browser()
    token = browser.csrf()
    for endpoint, rule, method in doors(federation):
        answer = browser.client.open(browser.url(path(rule, own)), method=method, data={"csrf_token": token})
        expected = 200 if endpoint in OPEN_TO_ALL else 403
        assert answer.status_code == expected, (method, rule)
    page = browser.get(f"/personnes/{own['person_id']}", status=403).get_data(as_text=True)
    assert "Objectif" not in page


def test_a_field_that_the_page_does_not_have_is_refused(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    browser, own = agent.browser(), one_of_everything(agent, arrive)
    person = own["person_id"]
    for rule in (
        f"/personnes/{person}/orientations/nouvelle",
        f"/personnes/{person}/plan/nouveau",
        f"/personnes/{person}/plan/modification",
        f"/personnes/{person}/plan/signature",
        f"/personnes/{person}/plan/evaluation",
        f"/personnes/{person}/plan/objectifs/nouveau",
        f"/personnes/{person}/plan/objectifs/{own['objective_id']}/etapes",
        f"/personnes/{person}/plan/etapes/{own['step_id']}/modification",
        f"/personnes/{person}/bilans/nouveau",
        f"/personnes/{person}/bilans/{own['bilan_id']}/modification",
        f"/personnes/{person}/metiers",
        "/metiers/recherche",
    ):
        for field in ("tenant_id", "id", "person_id", "state", "version", "decided_by"):
            page = words(browser.post(rule, {field: str(uuid4())}, status=400))
            assert "Cette demande n'a pas été comprise" in page, (rule, field)
        assert browser.post(rule, {}).status_code != 400, f"{rule} without a field that it does not know"


def test_one_reads_with_one_permission_and_writes_with_another(federation: Federation) -> None:
    for endpoint, rule, method in doors(federation):
        permission = permission_of(federation.app, endpoint)
        assert permission in {"orientation.read", "orientation.write", "occupation.search"}, rule
        if method == "POST" and not rule.endswith("/papier"):  # Who reads a plan prints it.
            assert permission != "orientation.read", rule


def test_rows_of_one_person_are_not_reached_through_anothers_file(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    browser = agent.browser()
    sofia, aline = one_of_everything(agent, arrive), one_of_everything(agent, arrive)
    token = browser.csrf()
    for _endpoint, rule, method in doors(federation):
        for name in ("bilan_id", "wish_id", "objective_id", "step_id"):
            if f"<uuid:{name}>" in rule:
                mixed = path(rule, sofia | {name: aline[name]})
                answer = browser.client.open(browser.url(mixed), method=method, data={"csrf_token": token})
                assert answer.status_code == 404, (method, rule)


def test_reading_a_bilan_or_a_plan_is_put_on_record(federation: Federation, arrive: Arrive) -> None:
    agent = federation.agent()
    own = one_of_everything(agent, arrive)
    browser = agent.browser()
    for page in (f"bilans/{own['bilan_id']}", "plan", "plan/imprimer", "metiers"):
        browser.get(f"/personnes/{own['person_id']}/{page}")
    with agent.at_work() as session:
        readings = session.scalars(
            select(AuditEvent).where(AuditEvent.person_id == own["person_id"], AuditEvent.verb == "person.read")
        ).all()
    assert len(readings) == 4
