from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from clais.database import ScopedSession
from clais.identity.actions import change_role, disable_account, end_membership
from clais.identity.models import Membership, UserAccount
from clais.identity.sessions import revoke_sessions
from tests.support.federation import Federation, Member


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


def test_no_token_a_wrong_one_and_an_expired_one_answer_401_as_problem_details(federation: Federation) -> None:
    agent = federation.agent()
    client = federation.app.test_client()
    for headers in (
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nothing"},
        {"Authorization": "Basic bmFkaWE6eA=="},
        agent.bearer("person.list", life=timedelta(seconds=-1)),
    ):
        answer = client.get("/api/v1/me", headers=headers)
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.json is not None
        assert answer.json["status"] == 401


def _revoke(session: ScopedSession, member: Member) -> None:
    revoke_sessions(session, member.membership.user_id)


def _end(session: ScopedSession, member: Member) -> None:
    end_membership(session, session.get_one(Membership, (member.tenant.id, member.membership.id)))


def _change(session: ScopedSession, member: Member) -> None:
    change_role(session, session.get_one(Membership, (member.tenant.id, member.membership.id)), "receptionist")


def _disable(session: ScopedSession, member: Member) -> None:
    disable_account(session, session.get_one(UserAccount, member.membership.user_id))


@pytest.mark.parametrize("stop", [_revoke, _end, _change, _disable])
def test_a_token_dies_with_what_it_was_made_for(
    federation: Federation, stop: Callable[[ScopedSession, Member], None]
) -> None:
    agent, colleague = federation.agent(), federation.agent()
    client, dead, living = federation.app.test_client(), agent.bearer("person.list"), colleague.bearer("person.list")
    for path in ("/api/v1/me", "/api/v1/people"):
        assert client.get(path, headers=dead).status_code == 200
    with agent.at_work() as session:
        stop(session, agent)
    for path in ("/api/v1/me", "/api/v1/people"):
        assert client.get(path, headers=dead).status_code == 401
        assert client.get(path, headers=living).status_code == 200


def test_a_token_of_a_suspended_tenant_opens_nothing(federation: Federation, superuser: Engine) -> None:
    agent = federation.agent()
    headers = agent.bearer("person.list")
    with superuser.begin() as connection:
        connection.execute(text("UPDATE tenant SET state = 'suspended' WHERE id = :id"), {"id": agent.tenant.id})
    assert federation.app.test_client().get("/api/v1/people", headers=headers).status_code == 401


def test_a_token_may_no_more_than_it_was_given_whatever_the_role_may(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = federation.app.test_client(), agent.bearer("person.list")
    asked = [
        client.post("/api/v1/people", json={}, headers=headers),
        client.get(f"/api/v1/people/{uuid4()}", headers=headers),
        client.patch(f"/api/v1/people/{uuid4()}", json={}, headers=headers),
    ]
    assert [answer.status_code for answer in asked] == [403] * 3
    assert {answer.content_type for answer in asked} == {"application/problem+json"}


def test_a_session_cookie_opens_no_api(federation: Federation) -> None:
    assert federation.agent().browser().client.get("/api/v1/me").status_code == 401


def test_what_is_not_there_is_a_problem_too(federation: Federation) -> None:
    client, headers = federation.app.test_client(), federation.agent().bearer("person.list")
    for answer, status in (
        (client.get("/api/v1/nowhere", headers=headers), 404),
        (client.delete("/api/v1/people", headers=headers), 405),
    ):
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"


def test_the_description_says_how_to_authenticate(federation: Federation) -> None:
    described = federation.app.test_client().get("/api/v1/openapi.json").json
    assert described is not None
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert described["security"] == [{"bearer": []}]
