from uuid import uuid4

from flask.testing import FlaskClient

from tests.support.federation import Federation, Member

ALL = ("person.list", "person.create", "person.read", "person.edit")


def caller(member: Member) -> tuple[FlaskClient, dict[str, str]]:
    return member.federation.app.test_client(), member.bearer(*ALL)


def test_someone_registered_through_the_api_is_found_by_it_and_on_the_page(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    made = client.post(
        "/api/v1/people", json={"family_name": "Van den Broeck", "given_names": "Élodie"}, headers=headers
    )
    assert made.status_code == 201, made.json
    assert made.json is not None
    found = client.post("/api/v1/people/searches", json={"q": "broeck elo"}, headers=headers).json
    assert [line["id"] for line in found or []] == [made.json["id"]]
    listed = client.get("/api/v1/people", headers=headers).json
    assert listed is not None
    assert made.json["id"] in [line["id"] for line in listed["items"]]
    assert client.get(made.headers["Location"], headers=headers).json == made.json
    assert "Van den Broeck" in agent.browser().get(f"/personnes/{made.json['id']}").get_data(as_text=True)


def test_the_same_key_registers_once(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    headers |= {"Idempotency-Key": str(uuid4())}
    person = {"family_name": "Marchetti", "given_names": "Sofia"}
    first = client.post("/api/v1/people", json=person, headers=headers)
    again = client.post("/api/v1/people", json=person, headers=headers)
    assert (first.status_code, again.status_code) == (201, 303)
    assert again.location == first.location


def test_someone_alike_must_be_ruled_out_first(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    person = {"family_name": "Marchetti", "given_names": "Sofia", "birth_date": "1992-03-12"}
    known = client.post("/api/v1/people", json=person, headers=headers).json
    assert known is not None
    refused = client.post("/api/v1/people", json=person, headers=headers)
    assert refused.status_code == 422
    assert refused.json is not None
    assert known["id"] in refused.json["errors"]["compared"]
    other = person | {"not_duplicate": True, "compared": [known["id"]]}
    assert client.post("/api/v1/people", json=other, headers=headers).status_code == 201


def test_bad_and_unknown_fields_are_named_and_nothing_is_written(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    for wrong, field in (
        ({"family_name": "x" * 200, "given_names": "A"}, "family_name"),
        ({"family_name": "A", "given_names": "B", "tenant_id": str(uuid4())}, "tenant_id"),
        ({"family_name": "A", "given_names": "B", "stage": "closed"}, "stage"),
        ({"given_names": "B"}, "family_name"),
    ):
        answer = client.post("/api/v1/people", json=wrong, headers=headers)
        assert answer.status_code == 422
        assert answer.content_type == "application/problem+json"
        assert answer.json is not None
        assert field in answer.json["errors"]
    listed = client.get("/api/v1/people", headers=headers).json
    assert listed == {"items": [], "next": None}


def test_a_card_saved_meanwhile_is_not_overwritten(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    made = client.post("/api/v1/people", json={"family_name": "Dupont", "given_names": "Luc"}, headers=headers).json
    assert made is not None
    url = f"/api/v1/people/{made['id']}"
    change = {"version": made["version"], "phone": "071 20 60 20"}
    changed = client.patch(url, json=change, headers=headers)
    assert changed.status_code == 200, changed.json
    assert changed.json is not None
    assert changed.json["phone"] == "+3271206020"
    late = client.patch(url, json=change | {"phone": "071 20 60 21"}, headers=headers)
    assert (late.status_code, late.content_type) == (409, "application/problem+json")
    assert late.json is not None
    assert late.json["title"] == "Quelqu'un a modifié ceci avant vous"
    assert late.json["detail"] == "Une autre version a été enregistrée entre-temps."
    stored = client.get(url, headers=headers).json
    assert stored is not None
    assert (stored["phone"], stored["version"]) == ("+3271206020", changed.json["version"])
    assert client.patch(url, json={"phone": "071 20 60 21"}, headers=headers).status_code == 422


def test_another_tenants_person_does_not_exist_here(federation: Federation) -> None:
    client, headers = caller(federation.other_agent())
    theirs = client.post("/api/v1/people", json={"family_name": "Dupont", "given_names": "Luc"}, headers=headers).json
    assert theirs is not None
    client, headers = caller(federation.agent())
    for method in ("get", "patch"):
        answers = [
            getattr(client, method)(f"/api/v1/people/{key}", json={"version": 1}, headers=headers)
            for key in (theirs["id"], uuid4())
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert client.post("/api/v1/people/searches", json={"q": "dupont"}, headers=headers).json == []
