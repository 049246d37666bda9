from datetime import timedelta

from clais.database import Scope, unit_of_work
from clais.identity.actions import revoke_sessions
from tests.support.federation import Federation


def test_a_token_speaks_for_its_membership_with_no_more_than_it_was_given(federation: Federation) -> None:
    agent = federation.agent()
    answer = agent.federation.app.test_client().get("/api/v1/me", headers=agent.bearer("person.list", "registry.write"))
    assert answer.status_code == 200
    assert answer.json == {
        "tenant": federation.platform.slug,
        "tenant_name": federation.platform.name,
        "role": "agent",
        "permissions": ["person.list"],
    }


def test_no_token_a_wrong_one_an_expired_one_and_a_revoked_one_answer_401_as_problem_details(
    federation: Federation,
) -> None:
    agent = federation.agent()
    client = federation.app.test_client()
    revoked = agent.bearer("person.list")
    with unit_of_work(federation.engine, Scope(user_id=agent.membership.user_id)) as session:
        revoke_sessions(session, agent.membership.user_id)
    for headers in ({}, {"Authorization": "Bearer nothing"}, agent.bearer(life=timedelta(seconds=-1)), revoked):
        answer = client.get("/api/v1/me", headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.json is not None
        assert answer.json["status"] == 401


def test_a_session_cookie_opens_no_api(federation: Federation) -> None:
    assert federation.agent().browser().client.get("/api/v1/me").status_code == 401


def test_the_description_is_openapi_3_1_and_says_how_to_authenticate(federation: Federation) -> None:
    described = federation.app.test_client().get("/api/v1/openapi.json").json
    assert described is not None
    assert described["openapi"] == "3.1.0"
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert described["security"] == [{"bearer": []}]
    assert "/api/v1/me" in described["paths"]
