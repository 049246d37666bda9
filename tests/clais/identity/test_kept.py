"""A form whose session had ended, or that was left for another place: to its author alone, and nothing is stored."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

import pytest
from flask import g, request
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.forms.formdata import ReopenedForm
from clais.identity import actions
from clais.identity.models import Membership, UserAccount
from clais.web.kept import LIFETIME, open_kept
from tests.isolation.test_kept_answers import sealed_on
from tests.support.federation import PASSWORD, Browser, Federation, Member

WORDS = "Elle refuse le stage à Thuin, « trop loin »."
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
PARTNER = {"name": "La Maison du Puits", "kind": "operator", "note": WORDS}
FORM = "/partenaires/nouveau"


def text_of(answer: TestResponse) -> str:
    """The page as it is read."""
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def member(federation: Federation) -> Member:
    return federation.member(federation.platform, "coordinator")


@pytest.fixture
def elsewhere(federation: Federation, member: Member) -> Membership:
    """A second place of work of the same person."""
    tenant = federation.other_platform
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, user_id=member.membership.user_id)
    with unit_of_work(federation.engine, scope) as database:
        account = database.get_one(UserAccount, member.membership.user_id)
        return actions.join_tenant(database, account, "coordinator")


def left(browser: Browser, path: str = FORM, values: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """Send a form after signing out in another tab."""
    token = browser.csrf()
    browser.client.post("/deconnexion", data={"csrf_token": token})
    return browser.client.post(browser.url(path), data={"csrf_token": token, **(values or PARTNER)}, **options)


def colleague(member: Member) -> Member:
    """Someone else who may do the same."""
    return member.federation.member(member.tenant, "coordinator", "Paul Henin")


def door_token(browser: Browser) -> str:
    """The token of who is not signed in."""
    found = re.search(r'name="csrf_token" value="(\w+)"', browser.client.get("/connexion").get_data(as_text=True))
    assert found
    return found[1]


def come_in(browser: Browser, member: Member, sealed: str, password: str = PASSWORD) -> TestResponse:
    """Sign in on the page that keeps the form."""
    found = {"csrf_token": door_token(browser), "email": member.email, "password": password, "_kept": sealed}
    return browser.client.post("/connexion", data=found)


def follow(browser: Browser, answer: TestResponse) -> TestResponse:
    """Press the one button of the page that leads back."""
    page = answer.get_data(as_text=True)
    form = re.search(r'action="([^"]+)" class="form-actions" data-send-at-once>(.*?)</form>', page, re.DOTALL)
    assert form, page[:3000]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
    return browser.client.post(unescape(form[1]), data=fields)


def partners(browser: Browser) -> str:
    """The list of partners."""
    return text_of(browser.get("/partenaires"))


def test_what_was_typed_comes_back_in_its_place_after_the_sign_in_and_can_be_sent(member: Member) -> None:
    browser = member.browser()
    lost = left(browser)
    assert lost.status_code == 401
    assert WORDS not in text_of(lost)
    back = follow(browser, come_in(browser, member, sealed_on(text_of(lost))))
    assert back.status_code == 200
    assert WORDS in text_of(back)
    assert 'value="La Maison du Puits"' in text_of(back)
    assert "Ce n'est pas encore enregistré" in text_of(back)
    assert "La Maison du Puits" not in partners(browser), "nothing is saved before it is sent"
    assert browser.post(FORM, PARTNER).status_code == 303
    assert "La Maison du Puits" in partners(browser)


def test_a_wrong_password_does_not_lose_it(member: Member) -> None:
    browser = member.browser()
    sealed = sealed_on(text_of(left(browser)))
    wrong = come_in(browser, member, sealed, "ce n'est pas le bon mot")
    assert wrong.status_code == 422
    assert sealed_on(text_of(wrong)) == sealed
    for _attempt in range(8):
        come_in(browser, member, sealed, "ce n'est pas le bon mot")
    too_many = come_in(browser, member, sealed)
    assert too_many.status_code == 429
    assert sealed_on(text_of(too_many)) == sealed


def test_another_account_sees_nothing_of_it_and_is_told_so(member: Member) -> None:
    browser, other = member.browser(), colleague(member)
    sealed = sealed_on(text_of(left(browser)))
    answer = come_in(browser, other, sealed)
    assert answer.status_code == 403
    assert WORDS not in text_of(answer)
    assert "avec un autre compte" in text_of(answer)
    for path in (FORM, "/accueil/nouveau"):
        taken = other.browser().post(path, {"_kept": sealed})
        assert taken.status_code == 403
        assert WORDS not in text_of(taken)
    # Its author may still come and take it.
    signed_in_as_other = {"csrf_token": browser.csrf(), "_kept": sealed_on(text_of(answer))}
    door = browser.client.post("/connexion", data=signed_in_as_other)
    assert door.status_code == 200
    sealed = sealed_on(text_of(door))
    browser.client.post("/deconnexion", data={"csrf_token": browser.csrf()})
    assert WORDS in text_of(follow(browser, come_in(browser, member, sealed)))


def test_who_may_no_longer_send_it_reads_what_they_wrote(member: Member, federation: Federation) -> None:
    browser = member.browser()
    sealed = sealed_on(text_of(left(browser)))
    scope = Scope(member.tenant.id, member.tenant.basin_id, member.membership.user_id)
    with unit_of_work(federation.engine, scope) as database:
        row = database.get_one(Membership, (member.tenant.id, member.membership.id))
        actions.change_role(database, row, "receptionist")
    refused = follow(browser, come_in(browser, member, sealed))
    assert refused.status_code == 403
    assert WORDS in text_of(refused)
    other = colleague(member).browser()
    assert WORDS not in text_of(other.post(FORM, {"_kept": sealed}))


def test_a_form_that_opens_for_anyone_is_found(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: nobody asks whose it is."""

    def for_anyone() -> bool:
        kept = open_kept(request.form["_kept"])
        assert kept is not None
        request.form, g.reopened = ReopenedForm(kept.values), kept
        return True

    sealed = sealed_on(text_of(left(member.browser())))
    monkeypatch.setattr("clais.web.routing.reopen_kept", for_anyone)
    assert WORDS in text_of(colleague(member).browser().post(FORM, {"_kept": sealed}))


def test_another_account_that_signed_in_meanwhile_is_not_shown_it_either(member: Member) -> None:
    token, browser = member.browser().csrf(), colleague(member).browser()
    answer = browser.client.post(browser.url(FORM), data={"csrf_token": token, **PARTNER})
    assert answer.status_code == 400
    assert WORDS not in text_of(answer)
    assert "avec un autre compte" in text_of(answer)


def test_its_author_who_signed_in_again_meanwhile_may_send_it_again(member: Member) -> None:
    token = member.browser().csrf()
    answer = member.browser().client.post(member.browser().url(FORM), data={"csrf_token": token, **PARTNER})
    assert answer.status_code == 400
    assert WORDS in text_of(answer)
    assert "Réessayer" in text_of(answer)


def test_it_opens_at_its_own_address_only(member: Member) -> None:
    browser = member.browser()
    sealed = sealed_on(text_of(left(browser)))
    answer = member.browser().post("/accueil/nouveau", {"_kept": sealed})
    assert answer.status_code == 403
    assert WORDS not in text_of(answer)


def test_it_does_not_last_for_ever_and_cannot_be_forged(member: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sealed_on(text_of(left(member.browser())))
    another = "B" if sealed[40] == "A" else "A"
    for wrong in ("x", "é", sealed[:-2], sealed[:40] + another + sealed[41:]):
        answer = member.browser().post(FORM, {"_kept": wrong})
        assert answer.status_code == 403
        assert WORDS not in text_of(answer)
    later = (now() + LIFETIME + timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("cryptography.fernet.time.time", lambda: later)
    assert member.browser().post(FORM, {"_kept": sealed}).status_code == 403


def test_a_form_without_a_token_of_ours_is_not_kept(member: Member) -> None:
    for token in ("", "f" * 64, member.browser().csrf()[:-2] + "00"):
        browser = Browser(member.federation.app, member.tenant.slug, None)
        answer = browser.client.post(browser.url(FORM), data=PARTNER | {"csrf_token": token})
        assert answer.status_code == 401
        assert sealed_on(text_of(answer)) == ""
    browser = member.browser()
    assert sealed_on(text_of(left(browser, headers={"Sec-Fetch-Site": "cross-site"}))) == ""


def test_a_password_is_never_carried(member: Member) -> None:
    browser = member.browser()
    answer = left(browser, values=PARTNER | {"password": "un secret que l'on tape"})
    back = follow(browser, come_in(browser, member, sealed_on(text_of(answer))))
    assert WORDS in text_of(back)
    assert "un secret" not in text_of(back)


def test_nothing_of_it_goes_into_an_address_or_a_cookie(member: Member) -> None:
    browser = member.browser()
    answer = come_in(browser, member, sealed_on(text_of(left(browser))))
    cookies = [unquote(value) for value in answer.headers.getlist("Set-Cookie")]
    assert answer.location is None
    assert not any(len(cookie) > 400 for cookie in cookies)
    assert not any("gAAAA" in cookie for cookie in cookies)


@pytest.mark.parametrize(("path", "status"), [("/partenaires/nouveau", 403), ("/bilans/nouveau", 404)])
def test_what_was_typed_stands_on_the_page_that_refuses_it(federation: Federation, path: str, status: int) -> None:
    answer = federation.agent().browser().post(path, PARTNER)
    assert answer.status_code == status
    assert WORDS in text_of(answer)


def test_a_click_that_holds_a_choice_waits_beside_a_button(member: Member) -> None:
    """A form whose page cannot be filled in again: what was typed is read, and one button sends it."""
    browser = member.browser()
    lost = left(browser, "/personnes/recherche", {"q": "Marchetti de Thuin"})
    back = follow(browser, come_in(browser, member, sealed_on(text_of(lost))))
    assert "Marchetti de Thuin" in text_of(back)
    assert "Envoyer" in text_of(back)


class TestInAPage:
    """What is sent by a part of a page: the message stands above, and what was typed stays where it is."""

    def test_a_session_that_ended_is_said_without_taking_anything_away(self, member: Member) -> None:
        answer = left(member.browser(), headers=HTMX)
        assert answer.status_code == 401
        assert answer.headers["HX-Retarget"] == "#messages"
        assert "autre onglet" in text_of(answer)
        assert 'target="_blank"' in text_of(answer)
        assert "rouvrez" not in text_of(answer)

    def test_the_next_sending_brings_the_token_of_the_new_session(self, member: Member) -> None:
        token, browser = member.browser().csrf(), member.browser()
        answer = browser.client.post(browser.url(FORM), data={"csrf_token": token, **PARTNER}, headers=HTMX)
        assert answer.status_code == 400
        assert f'data-fresh-token="{browser.csrf()}"' in text_of(answer)

    def test_no_other_account_is_brought_one(self, member: Member) -> None:
        token, browser = member.browser().csrf(), colleague(member).browser()
        answer = browser.client.post(browser.url(FORM), data={"csrf_token": token, **PARTNER}, headers=HTMX)
        assert answer.status_code == 400
        assert "data-fresh-token" not in text_of(answer)

    def test_a_part_that_is_only_read_is_not_replaced_by_the_door(self, member: Member) -> None:
        browser = Browser(member.federation.app, member.tenant.slug, None)
        answer = browser.get("/partenaires", status=401, headers=HTMX)
        assert answer.headers["HX-Retarget"] == "#messages"


class TestTwoPlaces:
    """One person, two places of work: a link or a form of the other one leads there, and goes on."""

    def test_a_link_of_the_other_place_names_both_and_goes_on(
        self, federation: Federation, member: Member, elsewhere: Membership
    ) -> None:
        browser, there = member.browser(), federation.other_platform
        path = f"/{there.slug}/partenaires?kind=operator"
        page = browser.client.get(path)
        assert page.status_code == 409
        assert there.name in text_of(page)
        assert federation.platform.name in text_of(page)
        switched = browser.post(f"/ou-travailler/{elsewhere.id}", {"next": path})
        assert (switched.status_code, switched.location) == (303, path)
        assert f'name="next" value="{path}"' in text_of(page)
        assert browser.client.get(path).status_code == 200

    def test_a_form_sent_after_switching_in_another_tab_is_given_back_in_its_place(
        self, federation: Federation, member: Member, elsewhere: Membership
    ) -> None:
        browser = member.browser()
        token, address = browser.csrf(), browser.url(FORM)
        browser.post(f"/ou-travailler/{elsewhere.id}", status=303)
        page = browser.client.post(address, data={"csrf_token": token, **PARTNER})
        assert page.status_code == 409
        assert federation.platform.name in text_of(page)
        sealed = sealed_on(text_of(page))
        back_at = browser.post(f"/ou-travailler/{member.membership.id}", {"_kept": sealed})
        back = follow(browser, back_at)
        assert back.status_code == 200
        assert WORDS in text_of(back)
        assert "La Maison du Puits" not in partners(browser)

    @pytest.mark.usefixtures("elsewhere")
    def test_whoever_signs_in_for_a_place_enters_it(self, federation: Federation, member: Member) -> None:
        browser = member.browser()
        back = follow(browser, come_in(browser, member, sealed_on(text_of(left(browser)))))
        assert WORDS in text_of(back)
        visitor = Browser(federation.app, federation.other_platform.slug, None)
        path = f"/{federation.other_platform.slug}/partenaires"
        data = {"csrf_token": door_token(visitor), "email": member.email, "password": PASSWORD, "next": path}
        assert visitor.client.post("/connexion", data=data).location == path
        assert visitor.client.get(path).status_code == 200

    @pytest.mark.parametrize("path", ["/partenaires", "/personnes/01a2235d-12a6-7430-b9fe-53690095f3fa"])
    def test_for_who_is_no_member_the_place_does_not_exist(
        self, federation: Federation, member: Member, path: str
    ) -> None:
        browser = member.browser()
        token = browser.csrf()
        for slug in (federation.other_platform.slug, "nulle-part"):
            assert browser.client.get(f"/{slug}{path}").status_code == 404
            sent = browser.client.post(f"/{slug}{FORM}", data={"csrf_token": token, **PARTNER})
            assert sent.status_code == 404
        real, imagined = (
            re.sub(r"[0-9a-f]{10,}|nonce-\S+|nonce=\S+", "", text_of(browser.client.get(f"/{slug}{path}")))
            for slug in (federation.other_platform.slug, f"thuon-{federation.tag}")
        )
        assert real == imagined

    def test_an_open_page_of_the_other_place_keeps_its_note(self, member: Member, elsewhere: Membership) -> None:
        browser = member.browser()
        token, address = browser.csrf(), browser.url(FORM)
        browser.post(f"/ou-travailler/{elsewhere.id}", status=303)
        answer = browser.client.post(address, data={"csrf_token": token, **PARTNER}, headers=HTMX)
        assert answer.status_code == 409
        assert answer.headers["HX-Retarget"] == "#messages"
        assert "autre onglet" in text_of(answer)


class TestTheFrame:
    """An error page keeps the rail and the search of whoever is at work."""

    @pytest.mark.parametrize(("path", "status"), [("/rien-de-tel", 404), ("/journal-des-acces", 403)])
    def test_one_goes_on_from_there(self, federation: Federation, path: str, status: int) -> None:
        page = federation.agent().browser().get(path, status=status)
        assert 'class="rail"' in text_of(page)
        assert 'id="search-everywhere"' in text_of(page)

    def test_someone_who_is_not_signed_in_has_none(self, federation: Federation) -> None:
        answer = federation.app.test_client().get("/rien-de-tel")
        assert answer.status_code == 404
        assert 'class="rail"' not in text_of(answer)

    def test_without_the_database_the_page_comes_without_it(
        self, federation: Federation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_given: object) -> None:
            raise OperationalError("planted", None, Exception("planted"))

        browser = federation.agent().browser()
        monkeypatch.setattr("clais.web.navigation._waiting_counts", away)
        page = browser.get("/rien-de-tel", status=404)
        assert 'class="rail"' not in text_of(page)
