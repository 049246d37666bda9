import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from clais.audit.models import AuditEvent
from clais.clock import today
from clais.encryption import Keyring
from tenants.people.api import PersonChangesSchema
from tenants.people.models import Person
from tests.support.federation import Federation, Member
from tests.tenants.people.newcomers import a_number, authorise, registered

ALL = ("person.list", "person.create", "person.read", "person.edit")
PEOPLE = "/api/v1/people"
NEWCOMER = {"family_name": "Marchetti", "given_names": "Sofia", "registration_consent_manner": "spoken"}
"""The least that someone is registered with."""


def caller(member: Member) -> tuple[FlaskClient, dict[str, str]]:
    return member.federation.app.test_client(), member.bearer(*ALL)


Known = tuple[FlaskClient, dict[str, str], str]


@pytest.fixture
def known(federation: Federation, keyring: Keyring) -> Known:
    """A caller, and the address of someone who is registered."""
    agent = federation.agent()
    person = registered(agent, keyring)
    return *caller(agent), f"{PEOPLE}/{person.id}"


def newcomer(**more: Any) -> dict[str, Any]:
    """What is sent for someone; None leaves a field out."""
    return {name: value for name, value in (NEWCOMER | more).items() if value is not None}


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem of an answer, of which the status and the type are checked."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == status
    return dict(answer.json)


def cards(member: Member) -> list[Person]:
    with member.at_work() as session:
        return list(session.scalars(select(Person).order_by(Person.id)))


def test_someone_registered_through_the_api_is_found_by_it_and_on_the_page(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    made = client.post(PEOPLE, json=newcomer(family_name="Van den Broeck", given_names="Élodie"), headers=headers)
    assert made.status_code == 201, made.json
    assert made.json is not None
    found = client.post(f"{PEOPLE}/searches", json={"q": "broeck elo"}, headers=headers).json
    assert [line["id"] for line in found or []] == [made.json["id"]]
    listed = client.get(PEOPLE, headers=headers).json
    assert listed is not None
    assert made.json["id"] in [line["id"] for line in listed["items"]]
    assert client.get(made.headers["Location"], headers=headers).json == made.json
    assert "Van den Broeck" in agent.browser().get(f"/personnes/{made.json['id']}").get_data(as_text=True)


def test_the_same_key_registers_once(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    headers |= {"Idempotency-Key": str(uuid4())}
    first = client.post(PEOPLE, json=newcomer(), headers=headers)
    again = client.post(PEOPLE, json=newcomer(), headers=headers)
    assert (first.status_code, again.status_code) == (201, 303)
    assert again.location == first.location


@pytest.mark.parametrize("manner", ["left out", None])
def test_without_agreement_nobody_is_registered(federation: Federation, manner: str | None) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    sent = newcomer(registration_consent_manner=None) | ({} if manner else {"registration_consent_manner": None})
    refused = problem(client.post(PEOPLE, json=sent, headers=headers), 422)
    assert list(refused["errors"]) == ["registration_consent_manner"]
    assert "Sans accord, notez une demande d'information anonyme" in refused["errors"]["registration_consent_manner"][0]
    assert cards(agent) == []


def test_an_agreement_is_not_taken_back_by_an_edit(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    client, headers = caller(agent)
    change = {"version": person.version, "registration_consent_manner": None}
    refused = problem(client.patch(f"{PEOPLE}/{person.id}", json=change, headers=headers), 422)
    assert list(refused["errors"]) == ["registration_consent_manner"]


def test_a_number_without_authorisation_is_refused_beside_its_field(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Blanc")
    client, headers = caller(agent)
    change = {"version": person.version, "national_number": a_number()}
    for answer in (
        client.post(PEOPLE, json=newcomer(national_number=a_number()), headers=headers),
        client.patch(f"{PEOPLE}/{person.id}", json=change, headers=headers),
    ):
        refused = problem(answer, 422)
        assert list(refused["errors"]) == ["national_number"]
        assert "n'a pas l'autorisation" in refused["errors"]["national_number"][0]
    assert [card.national_number for card in cards(agent)] == [None]


def test_with_the_authorisation_the_number_is_kept_and_never_given_back(federation: Federation, superuser: Any) -> None:
    authorise(federation, superuser)
    client, headers = caller(federation.agent())
    number = a_number()
    made = client.post(PEOPLE, json=newcomer(national_number=number), headers=headers)
    assert made.json is not None
    assert made.json["has_national_number"] is True
    assert number not in made.get_data(as_text=True)
    change = {"version": made.json["version"], "national_number": None}
    removed = client.patch(made.headers["Location"], json=change, headers=headers).json
    assert removed is not None
    assert removed["has_national_number"] is False


SOFIA = {"birth_date": "1992-03-12", "phone": "+32475123456"}
BECOMING_SOFIA: list[Mapping[str, Any]] = [
    {"family_name": "Marchetti", "given_names": "Sofia"},
    {"birth_date": "1992-03-12"},
    {"phone": "0475 12 34 56"},
]
"""The last thing that is missing for a file to look like Sofia's."""


def conflict_of(answer: TestResponse, known: str) -> dict[str, Any]:
    """The conflict with one file, which is `known`."""
    found = problem(answer, 409)
    assert found["type"] == "urn:clais:problem:files-alike"
    (match,) = found["duplicates"]
    assert match["id"] == known
    assert match["likelihood"] in {"certain", "probable", "possible"}
    assert match["reasons"]
    # Who may only register learns that a file looks alike, and why; whose it is, they read there, on record.
    assert set(match) == {"id", "reference", "likelihood", "reasons", "against"}
    return dict(match)


def test_a_possible_duplicate_must_be_confirmed_before_a_file_is_opened(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    known = client.post(PEOPLE, json=newcomer(**SOFIA), headers=headers).json
    assert known is not None
    match = conflict_of(client.post(PEOPLE, json=newcomer(**SOFIA), headers=headers), known["id"])
    assert set(match["reasons"]) == {"same_names", "same_birth_date", "same_phone"}
    for half in ({"not_duplicate": True}, {"compared": [known["id"]]}, {"not_duplicate": True, "compared": [uuid4()]}):
        conflict_of(client.post(PEOPLE, json=newcomer(**SOFIA, **half), headers=headers), known["id"])
    assert len(cards(agent)) == 1
    other = newcomer(**SOFIA, not_duplicate=True, compared=[known["id"]])
    assert client.post(PEOPLE, json=other, headers=headers).status_code == 201


@pytest.mark.parametrize("last", BECOMING_SOFIA, ids=lambda change: next(iter(change)))
def test_a_possible_duplicate_must_be_confirmed_before_a_card_becomes_like_theirs(
    federation: Federation, keyring: Keyring, last: Mapping[str, Any]
) -> None:
    agent = federation.agent()
    sofia: dict[str, Any] = {"family_name": "Marchetti", "given_names": "Sofia", "birth_date": date(1992, 3, 12)}
    known = registered(agent, keyring, **sofia, phone="+32475123456")
    other: dict[str, Any] = {"family_name": "Marchetti", "given_names": "Sofia", "phone": "+32475123456"}
    if "birth_date" not in last:
        other = {"family_name": "Blanc", "given_names": "Luc"} if "family_name" in last else dict(sofia)
        other["birth_date"] = date(1992, 3, 12)
    person = registered(agent, keyring, **other)
    client, headers = caller(agent)
    url, change = f"{PEOPLE}/{person.id}", {"version": person.version, **last}
    conflict_of(client.patch(url, json=change, headers=headers), str(known.id))
    assert [card.version for card in cards(agent)] == [1, 1]
    # What tells nobody apart is not asked about.
    assert client.patch(url, json={"version": 1, "street": "Rue neuve"}, headers=headers).status_code == 200
    answer = change | {"version": 2, "not_duplicate": True, "compared": [str(known.id)]}
    assert client.patch(url, json=answer, headers=headers).status_code == 200


def test_nobody_of_another_platform_looks_alike(federation: Federation, keyring: Keyring) -> None:
    registered(federation.other_agent(), keyring, phone="+32475123456")
    agent = federation.agent()
    person = registered(agent, keyring, family_name="Blanc")
    client, headers = caller(agent)
    change = {"version": person.version, "phone": "0475 12 34 56", "family_name": "Marchetti", "given_names": "Sofia"}
    assert client.patch(f"{PEOPLE}/{person.id}", json=change, headers=headers).status_code == 200


def test_bad_and_unknown_fields_are_named_and_nothing_is_written(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    wrongs: list[tuple[Any, str]] = [
        (newcomer(family_name="x" * 200), "family_name"),
        (newcomer(family_name=7), "family_name"),
        (newcomer(family_name="\ud800"), "family_name"),
        (newcomer(tenant_id=str(uuid4())), "tenant_id"),
        (newcomer(stage="closed"), "stage"),
        (newcomer(family_name=None), "family_name"),
        (newcomer(birth_year=1990.7), "birth_year"),
        (newcomer(birth_year=True), "birth_year"),
        (newcomer(birth_year=10**400), "birth_year"),
        (newcomer(birth_date=19920312), "birth_date"),
        (newcomer(birth_date="2199-01-01"), "birth_date"),
        (newcomer(birth_date="1992-03-12", birth_year=1990), "birth_year"),
        (newcomer(status="millionnaire"), "status"),
        (newcomer(languages={"language": "fr"}), "languages"),
        (newcomer(languages=[{"language": "fr", "level": "A1"}]), "languages"),
        (newcomer(driving_licences="B"), "driving_licences"),
        (newcomer(compared=["x"]), "compared"),
        ([newcomer()], "_schema"),
        ("Sofia", "_schema"),
    ]
    for wrong, field in wrongs:
        refused = problem(client.post(PEOPLE, json=wrong, headers=headers), 422)
        assert list(refused["errors"]) == [field], (wrong, refused)
    assert cards(agent) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["", "fr", "1992-03-12"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = st.sampled_from(sorted(PersonChangesSchema().fields))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.dictionaries(FIELDS, JSON, min_size=1, max_size=3))
def test_whatever_is_sent_is_taken_or_refused_and_never_a_fault(known: Known, sent: dict[str, Any]) -> None:
    client, headers, url = known
    made = client.post(PEOPLE, data=json.dumps(NEWCOMER | sent), content_type="application/json", headers=headers)
    assert made.status_code in {201, 409, 422}, made.get_data(as_text=True)
    card = client.get(url, headers=headers).json or {}
    change = json.dumps({"version": card["version"]} | sent)
    edited = client.patch(url, data=change, content_type="application/json", headers=headers)
    assert edited.status_code in {200, 409, 422}, edited.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    ["{", "{'family_name': 1}", "\udcff\udcfe", "[" * 200_000, '{"birth_year": ' + "1" * 10_000 + "}"],
    ids=["cut off", "not JSON", "not UTF-8", "deep", "endless"],
)
def test_a_body_that_cannot_be_read_is_a_bad_request(federation: Federation, body: str) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    sent = body.encode("utf-8", "surrogateescape")
    told = problem(client.post(PEOPLE, data=sent, content_type="application/json", headers=headers), 400)
    assert told["title"] == "Cette demande n'a pas été comprise"
    assert cards(agent) == []


def test_an_unknown_argument_of_an_address_is_refused(federation: Federation) -> None:
    client, headers = caller(federation.agent())
    for query in ("tenant_id=1", "stage=nowhere", "mine=perhaps", "limit=1000"):
        assert list(problem(client.get(f"{PEOPLE}?{query}", headers=headers), 422)["errors"]) == [query.split("=")[0]]


def test_a_body_that_is_too_large_is_not_read(federation: Federation) -> None:
    agent = federation.agent()
    client, headers = caller(agent)
    body = b'{"family_name": "' + b"x" * 3_000_000 + b'"}'
    for ask, path in ((client.post, PEOPLE), (client.patch, f"{PEOPLE}/{uuid4()}")):
        problem(ask(path, data=body, content_type="application/json", headers=headers), 413)
        for content_type in ("application/x-www-form-urlencoded", "text/plain", ""):
            sent = {"data": b"family_name=Marchetti", "content_type": content_type, "headers": headers}
            problem(ask(path, **sent), 415)
    assert cards(agent) == []


@pytest.mark.parametrize("version", ["left out", None, 0, -1, 2**31, 10**30, 1.5, "one", [1], True])
def test_an_edit_that_does_not_say_what_it_read_is_refused(
    federation: Federation, keyring: Keyring, version: Any
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    client, headers = caller(agent)
    change = {"street": "Rue neuve"} | ({} if version == "left out" else {"version": version})
    refused = problem(client.patch(f"{PEOPLE}/{person.id}", json=change, headers=headers), 422)
    assert list(refused["errors"]) == ["version"]


def test_a_card_saved_meanwhile_is_not_overwritten_and_both_versions_are_told(
    federation: Federation, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    client, headers = caller(agent)
    url = f"{PEOPLE}/{person.id}"
    change = {"version": 1, "street": "Rue neuve", "phone": "071 20 60 20"}
    changed = client.patch(url, json=change, headers=headers)
    assert changed.json is not None
    assert (changed.json["phone"], changed.json["version"]) == ("+3271206020", 2)
    late = {"version": 1, "street": "Rue haute", "phone": "071 20 60 20", "birth_date": "1992-03-12"}
    found = problem(client.patch(url, json=late, headers=headers), 409)
    assert found["type"] == "urn:clais:problem:stale-version"
    assert (found["your_version"], found["version"]) == (1, 2)
    assert found["differences"] == {
        "street": {"yours": "Rue haute", "theirs": "Rue neuve"},
        "birth_date": {"yours": "1992-03-12", "theirs": None},
    }
    assert [(card.street, card.version) for card in cards(agent)] == [("Rue neuve", 2)]
    # A version that is still to come was never read either.
    assert problem(client.patch(url, json=late | {"version": 3}, headers=headers), 409)["version"] == 2


def test_what_is_not_named_in_an_edit_stays(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring, sex="woman", languages=[{"language": "fr"}], driving_licences=["B"])
    client, headers = caller(agent)
    url = f"{PEOPLE}/{person.id}"
    before = client.get(url, headers=headers).json
    changed = client.patch(url, json={"version": 1, "street": "Rue neuve"}, headers=headers).json
    assert before is not None
    assert changed == before | {"street": "Rue neuve", "version": 2}
    for emptied in ({"family_name": ""}, {"family_name": None}, {"sex": None}, {"languages": None}):
        refused = problem(client.patch(url, json={"version": 2, **emptied}, headers=headers), 422)
        assert list(refused["errors"]) == list(emptied)


def test_what_is_sent_has_to_hold_together_with_what_stays(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    born, since = date(1992, 3, 12), today() - timedelta(days=400)
    dated = registered(agent, keyring, birth_date=born, status="worker", status_since=since)
    guessed = registered(agent, keyring, family_name="Blanc", birth_year=1980)
    client, headers = caller(agent)
    for change, field in (
        ({"birth_year": 1990}, "birth_year"),
        ({"status_since": "1980-01-01"}, "status_since"),
        ({"birth_date": today().isoformat()}, "status_since"),
    ):
        sent = {"version": 1, **change}
        refused = problem(client.patch(f"{PEOPLE}/{dated.id}", json=sent, headers=headers), 422)
        assert list(refused["errors"]) == [field]
    known = client.patch(f"{PEOPLE}/{guessed.id}", json={"version": 1, "birth_date": "1979-12-31"}, headers=headers)
    assert known.json is not None
    assert (known.json["birth_date"], known.json["birth_year"]) == ("1979-12-31", None)


def test_a_card_that_the_api_shows_is_on_record(federation: Federation, keyring: Keyring) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    client, headers = caller(agent)
    url = f"{PEOPLE}/{person.id}"

    def readings() -> list[str]:
        wanted = (AuditEvent.person_id == person.id, AuditEvent.verb == "person.read")
        with agent.at_work() as session:
            return list(session.scalars(select(AuditEvent.actor_name).where(*wanted)))

    client.get(url, headers=headers)
    assert readings() == ["Import du CPAS"]
    # An edit that changes nothing shows the card as well, and one that comes too late what is saved otherwise.
    assert client.patch(url, json={"version": 1}, headers=headers).status_code == 200
    assert client.patch(url, json={"version": 7, "street": "Rue haute"}, headers=headers).status_code == 409
    assert len(readings()) == 3
    assert client.patch(url, json={"version": 1, "street": 7}, headers=headers).status_code == 422
    assert client.get(f"{PEOPLE}/{uuid4()}", headers=headers).status_code == 404
    assert len(readings()) == 3


def test_another_tenants_person_does_not_exist_here(federation: Federation, keyring: Keyring) -> None:
    theirs = registered(federation.other_agent(), keyring)
    client, headers = caller(federation.agent())
    for method in ("get", "patch"):
        answers = [
            getattr(client, method)(f"{PEOPLE}/{key}", json={"version": 1}, headers=headers)
            for key in (theirs.id, uuid4())
        ]
        bodies = [re.sub(r'"reference":\s*"\w+"', "", answer.get_data(as_text=True)) for answer in answers]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert bodies[0] == bodies[1]
    assert client.post(f"{PEOPLE}/searches", json={"q": "marchetti"}, headers=headers).json == []
