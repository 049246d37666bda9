"""A draft of a CV: what an agent ticks is on it, what tells of help or illness never; what is missing is said."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from clais.encryption import Keyring
from clais.web.routing import Application
from tenants.people.models import Person
from tenants.situation.models import Episode
from tests.support.federation import Federation, Member
from tests.support.printing import inside, made, path_of, printed, words_of
from tests.support.referrals import a_person

EPISODES: tuple[dict[str, Any], ...] = (
    {
        "kind": "job", "title": "Aide-ménagère", "organisation": "Titres-services Net", "place": "Châtelet",
        "contract": "fixed", "weekly_hours": 19, "since": date(2021, 3, 1), "until": date(2022, 8, 31),
        "detail": "Nettoyage chez douze clients", "occupation_label": "Employé·e de ménage", "occupation_code": "K1304",
    },
    {"kind": "job", "title": "Commis de cuisine", "contract": "article_60", "since": date(2019, 1, 1)},
    {"kind": "training", "title": "Français, niveau A2", "organisation": "Le Germoir", "since": date(2018, 9, 1)},
    {"kind": "volunteering", "title": "Distribution de colis", "since": date(2017, 1, 1)},
)  # fmt: skip


@pytest.fixture
def agent(federation: Federation) -> Member:
    return federation.agent()


@pytest.fixture
def person(agent: Member) -> Person:
    facts = {"driving_licences": ["B"], "status": "sickness", "schooling_note": "services sociaux"}
    person = a_person(agent, "Da <b>Silva</b>", "Rosa", email="rosa@example.be", forem_number="1234567", **facts)
    with agent.at_work() as session:
        session.add_all(Episode(person_id=person.id, **facts) for facts in EPISODES)
    return person


def page_of(member: Member, person: Person) -> str:
    return unescape(member.browser().get(f"/personnes/{person.id}/cv").get_data(as_text=True))


def keys_of(member: Member, person: Person) -> dict[str, str]:
    with member.at_work() as session:
        rows = session.query(Episode).filter_by(tenant_id=person.tenant_id, person_id=person.id)
        return {row.title: str(row.id) for row in rows}


def test_a_cv_says_what_was_ticked_and_nothing_of_help_status_or_numbers(
    app: Application, agent: Member, person: Person, keyring: Keyring
) -> None:
    keys = keys_of(agent, person)
    ticked = [keys[title] for title in ("Aide-ménagère", "Commis de cuisine", "Français, niveau A2")]
    form = {
        "title": "Aide-ménagère expérimentée", "introduction": "Ponctuelle, j'aime le travail bien fait.",
        "facts": ["address", "phone", "email", "school", "languages", "mobility"], "episodes": ticked,
    }  # fmt: skip
    given = printed(agent, person, f"/personnes/{person.id}/cv", form)
    told = words_of(keyring, given)
    assert "<b>Silva" not in told
    said = unescape(told)
    for words in (
        "CV à relire", "Rosa Da <b>Silva</b>", "Aide-ménagère expérimentée", "Ponctuelle", "Titres-services Net",
        "Châtelet", "(CDD)", "19 h", "mars 2021 – août 2022", "Employé·e de ménage", "douze clients",
        "Commis de cuisine", "Le Germoir", "CESI", "services sociaux", "français", "permis B", "0470 12 34 56",
        "rosa@example.be", "Rue du Puits 4",
    ):  # fmt: skip
        assert words.casefold() in said.casefold(), words
    for words in ("article 60", "maladie", "AViQ", "1234567", "1995", person.reference, "colis", "<img"):
        assert words.casefold() not in said.casefold(), words
    kept = made(app, agent, given, really=True)
    assert kept.ends_at is None
    answer = agent.browser().get(path_of(kept, "/fichier"))
    assert f"cv-{person.reference}" in answer.headers["Content-Disposition"]
    assert 1 <= len(re.findall(rb"/Type /Page\b", inside(answer.data))) <= 2
    # A CPAS on it would tell an employer of the person's income.
    assert agent.tenant.name.casefold() not in said.casefold()
    assert "/Author" not in inside(answer.data).decode("latin-1")
    assert path_of(kept) in page_of(agent, person)
    assert path_of(kept) in agent.browser().get(f"/personnes/{person.id}/fil").get_data(as_text=True)


def test_a_birth_date_is_on_it_for_who_ticks_it_and_all_else_is_ticked_at_first(
    agent: Member, person: Person, keyring: Keyring
) -> None:
    page = page_of(agent, person)
    boxes = [tag.split(">")[0] for tag in page.split("<input")[1:] if 'name="facts"' in tag or 'name="episodes"' in tag]
    assert [box for box in boxes if "checked" not in box] == [box for box in boxes if 'value="birth"' in box]
    given = printed(agent, person, f"/personnes/{person.id}/cv", {"facts": ["birth"]})
    assert "8 mars 1995" in unescape(words_of(keyring, given))


def test_what_a_fuller_cv_asks_for_leads_to_where_it_is_noted(agent: Member, federation: Federation) -> None:
    bare = dict.fromkeys(("birth_date", "phone", "schooling", "postal_code", "locality", "street", "street_number"))
    person = a_person(agent, "Nouveau", "Noé", **bare, languages=[])
    page = page_of(agent, person)
    assert "Rien n'est encore noté" in page
    assert f"/personnes/{person.id}/experiences/nouvelle" in page
    for field in ("schooling", "languages", "driving_licences", "phone", "postal_code"):
        assert f"#field-{field}" in page, field
    desk = federation.member(federation.platform, "receptionist", "Julie Skalski")
    assert desk.browser().client.get(desk.browser().url(f"/personnes/{person.id}/cv")).status_code == 403
