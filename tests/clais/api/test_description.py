"""What /api/v1/openapi.json says: all that there is, in OpenAPI 3.1, and as it really answers."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from clais.encryption import Keyring
from clais.web.routing import Application
from tests.isolation.world import routes
from tests.support.documents import PDF, Desk, parts
from tests.support.federation import Federation, Member
from tests.support.openapi import Node, departures, faults_of, operations, resolved
from tests.tenants.people.newcomers import registered

ITSELF = "/api/v1/openapi.json"
"""The description describes the rest."""
PROBLEM = "application/problem+json"


@pytest.fixture(scope="session")
def described(app: Application) -> Node:
    """The description of the API."""
    answer = app.test_client().get(ITSELF).json
    assert answer is not None
    return dict(answer)


def test_the_description_is_openapi_3_1(described: Node) -> None:
    assert described["openapi"] == "3.1.0"
    assert faults_of(described) == []


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ({"$ref": "#/components/schemas/Nobody"}, "#/components/schemas/Nobody leads nowhere"),
        ({"type": "text"}, "PersonLine: stage: text is no type"),
        ({"type": "string", "nullable": True}, "PersonLine: stage: nullable is no word of a schema"),
    ],
)
def test_what_is_not_openapi_is_found(described: Node, planted: Node, fault: str) -> None:
    broken = copy.deepcopy(described)
    broken["components"]["schemas"]["PersonLine"]["properties"]["stage"] = planted
    assert faults_of(broken) == [fault]


def test_every_route_is_described_with_the_ways_in_which_it_refuses(app: Application, described: Node) -> None:
    known = {(method, path): operation for method, path, operation in operations(described)}
    served = {
        (route.method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.rule.rule))
        for route in routes(app)
        if route.rule.rule.startswith("/api/") and route.rule.rule != ITSELF
    }
    assert set(known) == served
    for (method, path), operation in known.items():
        wanted = {"default", "401"}
        wanted |= {"403"} if path != "/api/v1/me" else set()
        wanted |= {"404"} if "{" in path else set()
        wanted |= {"409"} if path.endswith("{paper_file_id}") else set()
        wanted |= {"400", "409", "413", "415", "422"} if method != "GET" else set()
        wanted |= {"400", "422"} if operation.get("parameters") and method == "GET" else set()
        refusals = {status for status in operation["responses"] if not re.match("[23]", status)}
        assert refusals == wanted, (method, path)
        for status in refusals:
            assert list(resolved(described, operation["responses"][status])["content"]) == [PROBLEM], (path, status)


Exchange = tuple[str, str, TestResponse]
Ask = Callable[..., Exchange]


def exchanges(federation: Federation, keyring: Keyring) -> Iterator[Exchange]:
    """(method, described path, answer) of each route, granted and refused."""
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Rossi", languages=[{"language": "it", "spoken": "native"}])
    client, headers = federation.app.test_client(), agent.bearer(*agent.actor.permissions)
    one, many = "/api/v1/people/{person_id}", "/api/v1/people"
    rossi = {"family_name": "Rossi", "given_names": "Sofia", "registration_consent_manner": "paper"}

    def ask(method: str, path: str, **options: Any) -> Exchange:
        named = {name: options.pop(name, person.id) for name in re.findall(r"{(\w+)}", path)}
        sent = {"headers": headers, **options}
        return method, path, client.open(path.format(**named), method=method, **sent)

    yield ask("GET", "/api/v1/me")
    yield ask("GET", "/api/v1/me", headers={})
    yield ask("GET", many)
    yield ask("GET", many, query_string={"after": "x"})
    yield ask("GET", many, query_string={"stage": "nowhere"})
    yield ask("GET", many, headers=agent.bearer())
    yield ask("POST", f"{many}/searches", json={"q": "rossi"})
    yield ask("POST", f"{many}/searches", json={})
    yield ask("POST", many, json=rossi)
    yield ask("POST", many, json=rossi | {"not_duplicate": True, "compared": [str(person.id)]})
    yield ask("POST", many, data="{", content_type="application/json")
    yield ask("POST", many, data="x")
    yield ask("GET", one)
    yield ask("PATCH", one, json={"version": 1, "birth_date": "1992-03-12"})
    yield ask("PATCH", one, json={"version": 1, "street": "Rue neuve"})
    yield ask("PATCH", one, json={"version": 1, "street": "Rue haute"})
    yield ask("PATCH", one, json={"version": 2, "languages": [{"language": "klingon"}]})
    yield from of_documents(agent, ask, f"{one}/documents")


def of_documents(agent: Member, ask: Ask, many: str) -> Iterator[Exchange]:
    """The same of the routes of documents."""
    added = ask("POST", many, **parts({"kind": "cv", "title": "2026"}, ("cv.pdf", PDF)))
    yield added
    yield ask("POST", many, **parts({"kind": "cv"}))
    yield ask("POST", many, json={"kind": "cv"})
    yield ask("GET", many)
    document = (added[2].json or {})["id"]
    (file,) = (added[2].json or {})["files"]
    one, reception = f"{many}/{{paper_id}}", f"{many}/{{paper_id}}/reception"
    yield ask("GET", one, paper_id=document)
    yield ask("GET", one, paper_id=agent.membership.id)
    yield ask("GET", f"{one}/files/{{paper_file_id}}", paper_id=document, paper_file_id=file["id"])
    yield ask("POST", reception, paper_id=document, **parts({}, ("cv.pdf", PDF)))
    desk = Desk(agent, UUID(added[2].location.split("/")[-3]))
    yield ask("POST", reception, paper_id=desk.ask("forem").id, **parts({}, ("forem.pdf", PDF)))


def check_answers(described: Node, met: Iterator[Exchange]) -> list[str]:
    """Answers that are not as they are described, and routes of which no good answer was met."""
    problems = []
    known = {(method, path): operation["responses"] for method, path, operation in operations(described)}
    silent = set(known)
    for method, path, answer in met:
        where = f"{method} {path} {answer.status_code}"
        told = known[method, path].get(str(answer.status_code))
        if told is None:
            problems.append(f"{where}: is not described")
            continue
        if answer.status_code < 300:
            silent.discard((method, path))
        content = resolved(described, told)["content"]
        if answer.content_type not in content:
            problems.append(f"{where}: {answer.content_type}")
            continue
        if not answer.is_json:
            continue  # The bytes of a file.
        problems += departures(described, content[answer.content_type]["schema"], answer.json, where)
    return problems + [f"{method} {path}: no good answer was met" for method, path in sorted(silent)]


def test_every_route_answers_as_it_is_described(federation: Federation, keyring: Keyring, described: Node) -> None:
    assert check_answers(described, exchanges(federation, keyring)) == []


def test_an_answer_that_is_not_as_described_is_found(federation: Federation, keyring: Keyring, described: Node) -> None:
    broken = copy.deepcopy(described)
    card = broken["components"]["schemas"]["PersonCard"]["properties"]
    card["birth_date"] = {"type": "string", "format": "date"}
    del card["version"]
    problems = check_answers(broken, exchanges(federation, keyring))
    assert any("birth_date: None is no string" in problem for problem in problems)
    assert any("version is not described" in problem for problem in problems)
