"""What every answer carries: the right part of the page, headers, an error that helps and tells nothing."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from clais.web.rendering import redirect_after_post
from tests.support.pages import versions_on

from .conftest import SECRET_TEXT

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#note"}


def token(client: FlaskClient, **headers: str) -> str:
    found = re.search(r'name="csrf_token" value="(\w+)"', client.get("/gallery", headers=headers).text)
    assert found
    return found[1]


def test_htmx_gets_the_part_and_a_browser_the_page_that_holds_the_same(client: FlaskClient) -> None:
    page, part = client.get("/note").text, client.get("/note", headers=HTMX).text
    assert part.strip().startswith('<section id="note">')
    assert part.strip() in page
    assert "<html" not in part


def test_a_history_restore_gets_the_whole_page(client: FlaskClient) -> None:
    assert "<html" in client.get("/note", headers={**HTMX, "HX-Request-Type": "full"}).text


def test_a_message_travels_with_the_part(client: FlaskClient) -> None:
    part = client.get("/note?flash=1", headers=HTMX).text
    assert 'hx-swap-oob="true"' in part
    assert "Noté." in part


def test_after_a_post_a_browser_is_redirected_and_htmx_is_told(client: FlaskClient) -> None:
    data = {"csrf_token": token(client)}
    plain = client.post("/note", data=data)
    assert (plain.status_code, plain.location) == (303, "/note")
    told = client.post("/note", data=data, headers=HTMX)
    assert (told.status_code, told.headers["HX-Redirect"]) == (204, "/note")


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "note"])
def test_nobody_is_sent_to_another_site(app: Flask, url: str) -> None:
    with app.test_request_context("/"), pytest.raises(ValueError, match="this site"):
        redirect_after_post(url)


@pytest.mark.parametrize(
    "path", ["/note", "/gallery", "/fail/404", "/fail/500", "/fail/database", "/nowhere", "/api/fail/404"]
)
def test_every_answer_carries_the_policy_and_is_kept_by_nobody(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in answer.headers


def test_redirects_carry_the_headers_too_and_https_is_remembered(client: FlaskClient) -> None:
    answer = client.get("/note", base_url="https://clais.example")
    assert "max-age=" in answer.headers["Strict-Transport-Security"]
    data = {"csrf_token": token(client)}
    assert client.post("/note", data=data).headers["Cache-Control"] == "no-store"


def test_each_page_has_its_own_nonce_and_all_its_scripts_carry_it(client: FlaskClient) -> None:
    first, second = client.get("/note"), client.get("/note")
    nonces = [re.search(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]) for answer in (first, second)]
    assert nonces[0]
    assert nonces[1]
    assert nonces[0][1] != nonces[1][1]
    assert first.text.count("<script") == first.text.count(f'nonce="{nonces[0][1]}"') > 0


@pytest.mark.parametrize("path", ["/gallery", "/note", "/fail/404"])
def test_no_page_has_inline_style_code_or_handlers(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<[^>]+\s(style|on\w+)=|<style|javascript:|hx-on|\bjs:", page)
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', re.sub(r"<template>.*?</template>", "", page, flags=re.DOTALL))
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_an_error_is_a_french_page_that_says_what_to_do_and_gives_a_reference(client: FlaskClient, status: int) -> None:
    answer = client.get(f"/fail/{status}")
    assert answer.status_code == status
    assert '<html lang="fr">' in answer.text
    assert re.search(rf"Erreur {status} · référence \w+", answer.text)


@pytest.mark.parametrize(("kind", "status"), [("database", 503), ("bug", 500)])
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_an_error_never_shows_nor_logs_what_failed(
    app: Flask,
    kind: str,
    status: int,
    prefix: str,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = app.test_client().get(f"{prefix}/fail/{kind}")
    logged = capsys.readouterr()
    assert answer.status_code == status
    for text in (answer.text, logged.out, logged.err, caplog.text):
        assert SECRET_TEXT not in text
        assert "Marchetti" not in text


def test_when_the_database_is_away_what_was_typed_can_be_sent_again(client: FlaskClient) -> None:
    data = {"csrf_token": token(client), "note": "<b>longue\nnote</b>", "_submission": "k"}
    answer = client.post("/fail/database", data=data)
    assert answer.headers["Retry-After"]
    assert '<textarea hidden name="note">\n&lt;b&gt;longue\nnote&lt;/b&gt;</textarea>' in answer.text
    assert f'value="{data["csrf_token"]}"' in answer.text
    assert "Réessayer" in answer.text


def test_a_password_is_never_written_back(client: FlaskClient) -> None:
    answer = client.post("/fail/database", data={"csrf_token": token(client), "password": "correct horse"})
    assert "correct horse" not in answer.text


def test_a_stale_edit_shows_both_versions_and_who_saved_the_other(client: FlaskClient) -> None:
    answer = client.get("/fail/stale")
    assert answer.status_code == 409
    assert "rien n'est perdu" in unescape(answer.text)
    yours, theirs = versions_on(answer)
    assert "la mienne" in yours
    assert "la sienne" in theirs
    assert "Luc Delhaye" in theirs


def test_what_was_written_for_what_moved_on_stands_beside_where_it_stands_now(client: FlaskClient) -> None:
    answer = client.get("/fail/moved")
    assert answer.status_code == 409
    assert "rien n'est perdu" in unescape(answer.text)
    yours, now = versions_on(answer)
    assert "trois\nlignes" in yours
    assert "Refusé" in now


@pytest.mark.parametrize("kind", ["clicked", "same", "409"])
def test_no_conflict_promises_words_below_that_are_not_there(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/fail/{kind}")
    assert answer.status_code == 409
    assert "ci-dessous" not in answer.text
    assert "Ce que vous avez écrit</h2>" not in answer.text


@pytest.mark.parametrize("kind", ["stale", "moved", "clicked", "same"])
def test_htmx_gets_a_conflict_as_the_heart_of_a_page_with_all_that_it_says(client: FlaskClient, kind: str) -> None:
    answer = client.get(f"/fail/{kind}", headers=HTMX)
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == answer.headers["HX-Reselect"] == "#main"
    whole = client.get(f"/fail/{kind}").text
    assert "data-back" in whole
    assert "data-back" not in answer.text, "nothing was added to the history of the browser"
    for part in re.findall(r"<d[td]>.*?</d[td]>|<h1>.*?</h1>", whole, re.DOTALL):
        assert part in answer.text


def test_a_row_that_moved_under_a_write_gives_the_form_back_to_be_sent_again(client: FlaskClient) -> None:
    data = {"csrf_token": token(client), "note": "longue\nnote", "_version": "3"}
    answer = client.post("/fail/overtaken?scheme=7", data=data)
    assert answer.status_code == 409
    assert '<textarea hidden name="note">\nlongue\nnote</textarea>' in answer.text
    assert '<textarea hidden name="_version">\n3</textarea>' in answer.text
    assert 'action="/fail/overtaken?scheme=7"' in answer.text
    assert SECRET_TEXT not in answer.text
    message = client.post("/fail/overtaken", data=data, headers=HTMX)
    assert message.headers["HX-Retarget"] == "#messages", "what was typed is still on the page"


def test_htmx_gets_an_error_as_a_message_that_replaces_nothing(client: FlaskClient) -> None:
    answer = client.get("/fail/500", headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.text


def test_the_api_gets_problem_details(client: FlaskClient) -> None:
    answer = client.get("/api/fail/404")
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["status"] == 404


def test_an_unknown_field_is_a_400(client: FlaskClient) -> None:
    assert client.post("/gallery", data={"csrf_token": token(client), "tenant_id": "x"}).status_code == 400


def test_a_body_too_large_is_a_413(client: FlaskClient) -> None:
    assert client.post("/gallery", data={"last_name": "x" * 3_000_000}).status_code == 413


class TestForgedRequests:
    def test_without_token_nothing_is_done(self, client: FlaskClient) -> None:
        assert client.post("/note").status_code == 400

    def test_the_token_of_another_session_is_refused(self, client: FlaskClient) -> None:
        mine, other = {"X-Test-Session": "mine"}, {"X-Test-Session": "other"}
        data = {"csrf_token": token(client, **mine)}
        assert client.post("/note", data=data, headers=mine).status_code == 303
        assert client.post("/note", data=data, headers=other).status_code == 400
        assert client.post("/note", data=data).status_code == 400

    def test_the_header_is_as_good_as_the_field(self, client: FlaskClient) -> None:
        assert client.post("/note", headers={"X-CSRF-Token": token(client)}).status_code == 303

    def test_another_visitor_s_token_is_refused(self, app: Flask, client: FlaskClient) -> None:
        assert app.test_client().post("/note", data={"csrf_token": token(client)}).status_code == 400

    @pytest.mark.parametrize("site", ["cross-site", "same-site"])
    def test_another_site_is_refused_and_its_form_is_not_offered_again(self, client: FlaskClient, site: str) -> None:
        data = {"csrf_token": token(client), "note": "planted"}
        answer = client.post("/note", data=data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 400
        assert "planted" not in answer.text

    def test_a_bearer_token_needs_no_other_but_only_under_the_api(self, client: FlaskClient) -> None:
        bearer = {"Authorization": "Bearer x"}
        assert client.post("/api/fail/409", headers=bearer).status_code == 409
        assert client.post("/api/fail/409").status_code == 400
        assert client.post("/note", headers=bearer).status_code == 400
