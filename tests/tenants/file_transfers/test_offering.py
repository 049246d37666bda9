"""A file is offered to another platform with exactly what the person agreed to; nothing else leaves."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select

from clais.clock import now, today
from clais.database import new_id
from clais.encryption import Keyring
from clais.exchange.referrals.models import TRANSFER, Consent, Parcel, Referral
from clais.registry.models import TenantTerritory
from clais.sealing import unseal
from clais.workflow import Refused
from tests.support.federation import Browser, Federation
from tests.support.file_transfers import offered, with_plan
from tests.support.referrals import a_person, shown_in, ticked_in
from tests.support.registry import a_municipality
from tests.tenants.agenda.days import an_appointment
from tests.tenants.people.newcomers import registered, words
from tests.tenants.people.test_card import card_of, form_of


def filled(browser: Browser, url: str, to: str, fields: list[str], **more: str) -> dict[str, Any]:
    """A whole form, with the letter as it reads for these ticks and this platform."""
    data: dict[str, Any] = {
        "to": to, "fields": fields, "purpose": "Elle a déménagé.", "language": "fr",
        "until": (today() + timedelta(days=90)).strftime("%d/%m/%Y"),
        "shown": shown_in(browser.get(url).get_data(as_text=True)), **more,
    }  # fmt: skip
    preview = browser.post(f"{url}/lettre", data, status=200).get_data(as_text=True)
    found = re.search(r'name="letter" value="([0-9a-f]+)"', preview)
    assert found is not None
    return data | {"letter": found.group(1), "manner": "paper", "_submission": str(new_id())}


def test_it_leaves_with_what_is_ticked_and_two_weeks_to_answer(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    with_plan(agent, person)
    an_appointment(agent, person, now() + timedelta(days=3))
    browser, url = agent.browser(), f"/personnes/{person.id}/transfert"
    page = browser.get(url).get_data(as_text=True)
    assert {"name", "phone", "plan", "appointments"} <= ticked_in(page)
    to = str(federation.other_platform.id)
    form = filled(browser, url, to, ["name", "phone", "plan"])
    sent = browser.post(url, form, status=303)
    with agent.at_work() as session:
        referral = session.scalars(select(Referral)).one()
        parcel, consent = session.scalars(select(Parcel)).one(), session.scalars(select(Consent)).one()
        contents = unseal(federation.keyring, parcel)
    assert (referral.kind, referral.state, str(referral.to_tenant_id)) == (TRANSFER, "requested", to)
    assert referral.answer_due_on == today() + timedelta(days=14)
    assert set(contents) == {"name", "phone", "plan"}
    assert contents["plan"]["value"][0]["steps"][0]["text"] == "Passer le test de français"
    assert "ouvre un dossier à mon nom" in consent.text
    shown = words(browser.get(str(sent.location).removeprefix(browser.url(""))))
    assert "la proposition s'éteint" in shown
    assert "Envoyé" in shown


def test_without_a_name_or_a_platform_nothing_leaves_and_what_was_typed_stays(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    browser, url = agent.browser(), f"/personnes/{person.id}/transfert"
    page = words(browser.post(url, filled(browser, url, "", ["phone"], purpose="Elle habite Thuin."), status=422))
    assert "Choisissez la plate-forme." in page
    assert "cochez le nom" in page
    assert "Elle habite Thuin." in page
    with agent.at_work() as session:
        assert session.scalars(select(Referral)).all() == []


def test_a_letter_for_another_platform_is_not_signed(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    browser, url = agent.browser(), f"/personnes/{person.id}/transfert"
    form = filled(browser, url, str(federation.other_platform.id), ["name", "phone"])
    blank = filled(browser, url, "", ["name", "phone"])
    page = words(browser.post(url, form | {"letter": blank["letter"]}, status=422))
    assert "Le texte de l'accord a changé" in page


@pytest.mark.parametrize("where", ["support_centre", "platform"])
def test_a_file_goes_to_another_platform_alone(federation: Federation, where: str) -> None:
    agent = federation.agent()
    person = a_person(agent)
    browser, url = agent.browser(), f"/personnes/{person.id}/transfert"
    form = filled(browser, url, str(federation.other_platform.id), ["name", "phone"])
    browser.post(url, form | {"to": str(getattr(federation, where).id)}, status=422)
    with agent.at_work() as session:
        assert session.scalars(select(Referral)).all() == []


def test_it_is_offered_to_one_platform_at_a_time(federation: Federation) -> None:
    agent = federation.agent()
    person = a_person(agent)
    first = offered(agent, person, federation.other_platform)
    with pytest.raises(Refused, match="already_open"):
        offered(agent, person, federation.other_platform)
    answer = agent.browser().get(f"/personnes/{person.id}/transfert", status=303)
    assert str(first.id) in str(answer.location)


def test_who_lives_in_another_territory_is_proposed_the_platform_there(
    federation: Federation, superuser: Engine
) -> None:
    agent = federation.agent()
    chosen = re.compile(rf'value="{federation.other_platform.id}" selected')
    with a_municipality(superuser) as theirs, a_municipality(superuser) as ours:
        with superuser.begin() as connection:
            for tenant, code in ((federation.other_platform, theirs), (federation.platform, ours)):
                connection.execute(insert(TenantTerritory).values(covered_by=tenant.id, nis_code=code))
        away, here = (
            a_person(agent, "Dubois", "Karim", nis_code=theirs),
            a_person(agent, "Dubois", "Lina", nis_code=ours),
        )
        assert chosen.search(agent.browser().get(f"/personnes/{away.id}/transfert").get_data(as_text=True))
        assert not chosen.search(agent.browser().get(f"/personnes/{here.id}/transfert").get_data(as_text=True))
        with superuser.begin() as connection:
            connection.execute(delete(TenantTerritory).where(TenantTerritory.nis_code.in_((theirs, ours))))


def test_who_moves_to_the_territory_of_another_platform_may_go_on_there(
    federation: Federation, superuser: Engine, keyring: Keyring
) -> None:
    agent = federation.agent()
    person = registered(agent, keyring)
    url, browser = f"/personnes/{person.id}/coordonnees", agent.browser()
    with a_municipality(superuser) as theirs:
        with superuser.begin() as connection:
            row = {"covered_by": federation.other_platform.id, "nis_code": theirs, "postal_code": "6999"}
            connection.execute(insert(TenantTerritory).values(**row))
        browser.post(url, form_of(person, postal_code="6998", dated_change="changed"), status=303)
        assert "Le dossier peut y être transféré" not in words(browser.get(f"/personnes/{person.id}"))
        moved = card_of(agent, person)
        browser.post(url, form_of(moved, postal_code="6999", dated_change="changed"), status=303)
        assert "Le dossier peut y être transféré" in words(browser.get(f"/personnes/{person.id}"))
        with superuser.begin() as connection:
            connection.execute(delete(TenantTerritory).where(TenantTerritory.nis_code == theirs))
