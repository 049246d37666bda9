"""No page that a role can reach shows data of B, may be cached, runs stored markup or changes anything on GET."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from html import unescape
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from sqlalchemy import Column, Engine
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from clais.web.context import get_or_404
from clais.web.routing import Application
from clais.web.templating import Templates
from tenants.people.models import Person
from tests.isolation.canaries import CANARY, cut, differences, fingerprint
from tests.isolation.pages import FormOnPage, Page, Step, crawl, forms_of, read_page, starts
from tests.isolation.sameness import SAME, Sameness, kind
from tests.isolation.sendings import WRITERS, forms_met
from tests.isolation.world import ANONYMOUS, Visitor, World, arguments, routes
from tests.support.federation import Federation
from tests.support.referrals import a_person

ROLES = ["receptionist", "agent", "coordinator", "support_officer", "trainer", "supervisor", "federation_admin"]
READING = {"audit_event", "recently_opened", "user_session", "api_token", "notification"}
"""What a reading may write: that it happened, and that the line which announced it was seen."""
MARKUP = "\"'><xss-probe onload=1>{{7*7}}"
POLICY = re.compile(
    r"default-src 'none'; script-src 'nonce-[\w-]{20,}'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    r"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ABOUT_PEOPLE = {"appointment", "bilan", "contact", "intake", "note", "parcel", "participant", "person"}
"""The tables whose texts are about a person."""
FIXED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def walk(world: World, visitor: Visitor) -> list[Step]:
    """Every page and partial that a visitor can reach."""
    return list(crawl(visitor, start=starts(world, visitor)))


@dataclass(frozen=True)
class Walk:
    """The answers met on a walk, and the tables of one's own tenant that changed meanwhile."""

    steps: list[Step]
    changed: list[str]


Walks = Callable[[str], Walk]


@pytest.fixture(scope="module")
def marked_world(app: Application, engine: Engine, superuser: Engine) -> World:
    """A world that tests only look at, with markup in every text of one's own."""
    return World(Federation(app, engine), superuser, probe)


@pytest.fixture(scope="module")
def walks(marked_world: World) -> Walks:
    """The walk of each role through that world, made once."""

    def made(role: str) -> Walk:
        visitor = marked_world.visitor(role)
        return Walk(*watched(marked_world, visitor, lambda: walk(marked_world, visitor)))

    return cache(made)


def check_steps(role: str, steps: Iterable[Step]) -> list[str]:
    """Canaries and broken pages on a walk."""
    return sorted({problem for step in steps for problem in seen_in(step.response, f"{role} {step.path}")})


def check_forms(visitor: Visitor, forms: dict[str, FormOnPage]) -> list[str]:
    """Canaries and broken answers after sending every form."""
    problems = []
    for path, form in forms.items():
        answer = visitor.ask(form.method, path, form.filled())
        problems += seen_in(answer, f"{visitor.role} {form.method} {path}")
    return sorted(set(problems))


def words_of(body: bytes) -> str:
    """What an answer says: of a spreadsheet, which is packed, all that is in the package."""
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as package:
            body = b"\n".join(package.read(name) for name in package.namelist())
    return body.decode(errors="replace")


def seen_in(response: TestResponse, where: str) -> list[str]:
    """A canary in the body or a header of an answer, or a broken answer."""
    text = words_of(response.get_data()) + "\n".join(f"{name}: {value}" for name, value in response.headers)
    found = [f"{where}: {canary}" for canary in set(re.findall(rf"{CANARY}\w*", text, re.IGNORECASE))]
    return found + ([f"{where}: {response.status_code}"] if response.status_code >= 500 else [])


@pytest.mark.parametrize("role", ROLES)
def test_nobody_meets_anything_of_another_tenant(role: str, walks: Walks) -> None:
    assert check_steps(role, walks(role).steps) == []


@pytest.mark.parametrize("role", WRITERS)
def test_no_form_answers_with_anything_of_another_tenant(role: str, world: World) -> None:
    assert check_forms(*forms_met(world, role)) == []


def kinds(forms: dict[str, FormOnPage]) -> set[tuple[str, frozenset[str]]]:
    """What forms there are: where they go, whatever the row, and what they hold."""
    ids = re.compile(r"[0-9a-f-]{36}|\?.*")
    return {
        (ids.sub("", path), frozenset(re.sub(r"\d+|[0-9a-f-]{36}", "", field.name) for field in form.fields))
        for path, form in forms.items()
    }


@pytest.mark.parametrize("role", WRITERS)
def test_one_view_of_each_page_shows_every_form_of_a_walk(role: str, marked_world: World, walks: Walks) -> None:
    """So that tests which send forms need not walk through all views of each list. What showed none is no view."""
    assert kinds(forms_of(walks(role).steps)) == kinds(forms_met(marked_world, role)[1])


def test_a_session_that_opens_the_wrong_tenant_is_found(world: World) -> None:
    visitor = world.visitor("receptionist")
    world.confuse(visitor, world.foreign.tenant_id)
    visitor.slug = world.federation.other_platform.slug
    steps = list(crawl(visitor, start=(f"/{visitor.slug}/personnes",), limit=3))
    assert check_steps("receptionist", steps)


def test_every_role_is_crawled(world: World) -> None:
    assert sorted(ROLES) == world.roles


def answers(world: World, visitor: Visitor, steps: Iterable[Step]) -> Iterator[tuple[str, TestResponse, Page]]:
    """Pages, partials, redirects and errors of every kind."""
    for step in steps:
        yield step.path, step.response, step.page
    for where, response in errors(world, visitor):
        yield where, response, read_page(response, "/")


def errors(world: World, visitor: Visitor) -> Iterator[tuple[str, TestResponse]]:
    """What a request is answered that asks for nothing there is, or in no proper way."""
    slug = visitor.slug
    yield "unknown page", visitor.ask("GET", f"/{slug}/nulle-part")
    yield "unknown id", visitor.ask("GET", f"/{slug}/personnes/{world.foreign.ids['person']}")
    yield "wrong method", visitor.ask("DELETE", f"/{slug}/personnes")
    yield "forged", visitor.client.post(f"/{slug}/personnes/recherche", data={"q": "x"})
    yield "too large", visitor.ask("POST", f"/{slug}/personnes/recherche", {"q": "x" * 3_000_000})
    yield "invalid", visitor.ask("POST", f"/{slug}/personnes/recherche", {"q": ""})
    yield "unknown argument", visitor.ask("GET", f"/{slug}/personnes?stage=nowhere")
    yield "api", visitor.ask("GET", "/api/v1/nowhere")
    yield "options", visitor.ask("OPTIONS", f"/{slug}/personnes")


def check_headers(world: World, visitor: Visitor, steps: Iterable[Step]) -> list[str]:
    """Answers without the fixed headers and the strict policy, or with something inline."""
    problems = []
    nonces: set[str] = set()
    for where, response, page in answers(world, visitor, steps):
        headers = response.headers
        problems += [
            f"{where}: {n}: {headers.get(n)}" for n, wanted in FIXED_HEADERS.items() if headers.get(n) != wanted
        ]
        policy = headers.get("Content-Security-Policy", "")
        if not POLICY.fullmatch(policy):
            problems.append(f"{where}: policy {policy!r}")
        if policy in nonces:
            problems.append(f"{where}: a nonce twice")
        nonces.add(policy)
        problems += [f"{where}: kept by caches: {n}" for n in ("ETag", "Last-Modified", "Expires") if n in headers]
        problems += [f"{where}: says {n}" for n in ("Server", "X-Powered-By") if n in headers]
        if "HX-Request" not in response.request.headers:
            problems += inline_in(page, where)
        if response.status_code >= 500:
            problems.append(f"{where}: {response.status_code}")
    return problems


def inline_in(page: Page, where: str) -> list[str]:
    """Inline handlers and styles, scripts without nonce, addresses that run."""
    problems = []
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            if name.startswith("on") or name == "style" or (name in {"hx-on", "hx-vals"} and "js:" in (value or "")):
                problems.append(f"{where}: {name} on <{tag}>")
            if name in {"href", "action", "src"} and re.match(
                r"\s*(javascript|data|vbscript):", value or "", re.IGNORECASE
            ):
                problems.append(f"{where}: {name}={value}")
        if tag == "script" and not (attributes.get("nonce") and attributes.get("src", "").startswith("/static/")):  # type: ignore[union-attr]
            problems.append(f"{where}: a script inside the page")
    return problems


WORDS = {"search", "text", "email", "tel"}


def check_terms(steps: Iterable[Step]) -> list[str]:
    """Forms that would put what is typed into an address."""
    return sorted(
        {
            f"{form.path} {field.name}"
            for step in steps
            for form in step.page.forms
            for field in form.fields
            # Under /admin/ stand reference tables, which name nobody: Flask-Admin filters them by address.
            if form.method == "GET"
            and field.kind in WORDS
            and not form.path.startswith("/admin/")
            and field.name != "day"
        }
    )


@pytest.mark.parametrize("role", WRITERS)
def test_what_is_typed_never_stands_in_an_address(role: str, walks: Walks) -> None:
    assert check_terms(walks(role).steps) == []


def test_a_form_that_searches_by_address_is_found(marked_world: World) -> None:
    visitor = marked_world.visitor("receptionist")
    step = next(iter(crawl(visitor, start=(f"/{visitor.slug}/personnes",), limit=1)))
    step.page.feed('<form action="/x"><input type="search" name="q"></form>')
    assert check_terms([step]) == ["/x q"]


@pytest.mark.parametrize("role", [*ROLES, ANONYMOUS])
def test_every_answer_carries_the_headers_and_nothing_inline(role: str, marked_world: World, walks: Walks) -> None:
    assert check_headers(marked_world, marked_world.visitor(role), walks(role).steps) == []


def test_a_view_that_loosens_a_header_is_found(marked_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clais.web.headers.content_security_policy", lambda: "default-src 'self' 'unsafe-inline'")
    assert check_headers(marked_world, marked_world.visitor("trainer"), [])


PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


def empty_handed(world: World) -> Iterator[tuple[str, int]]:
    """The answers to every page about a person who has nothing yet but a card, as a page and as any part of one."""
    visitor, person = world.visitor("coordinator"), a_person(world.member("coordinator"), "Lenoir", "Paul")
    for route in routes(world.app):
        asked = route.method == "GET" and route.id_arguments and set(route.id_arguments) <= {"person_id"}
        if asked and world.may("coordinator", route.permission or ""):
            path = route.path(visitor.slug, {"person_id": person.id})
            for headers in ({}, PARTIAL, PARTIAL | {"HX-Target": "section#plan-steps"}, PARTIAL | {"HX-Target": "x"}):
                yield path, visitor.ask("GET", path, headers=headers).status_code


def test_no_page_fails_for_someone_of_whom_nothing_is_written_yet(world: World) -> None:
    answers = list(empty_handed(world))
    assert len(answers) > 60
    assert [found for found in answers if found[1] >= 500] == []


def check_etags(visitor: Visitor, paths: Iterable[str]) -> list[str]:
    """Pages that answer 304 to an entity tag: a tag tells that the content of someone else is the same."""
    known = {"If-None-Match": '"x", W/"x", *', "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    return [path for path in sorted(set(paths)) if visitor.ask("GET", path, headers=known).status_code == 304]


def test_no_page_is_ever_not_modified(marked_world: World, walks: Walks) -> None:
    pages = {step.path.partition("?")[0]: step.path for step in reversed(walks("agent").steps)}
    assert check_etags(marked_world.visitor("agent"), pages.values()) == []


def test_a_page_that_answers_not_modified_is_found(marked_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app = marked_world.app
    hooks = app.after_request_funcs[None]

    def tagging(response: Response) -> Response:
        response.set_etag("x")
        return response.make_conditional({"HTTP_IF_NONE_MATCH": '"x"', "REQUEST_METHOD": "GET"})

    monkeypatch.setitem(app.after_request_funcs, None, [tagging, *hooks])
    assert check_etags(marked_world.visitor("trainer"), ["/ou-travailler"])


def watched(world: World, visitor: Visitor, look: Callable[[], list[Step]]) -> tuple[list[Step], list[str]]:
    """What someone sees who looks, and the tables that changed because of it."""
    seed = world.seed_of(visitor.role)
    with world.looking() as connection:
        before = fingerprint(connection, seed)
    steps = look()
    with world.looking() as connection:
        changed = differences(before, fingerprint(connection, seed))
    assert {step.method for step in steps} <= {"GET"}
    return steps, [table for table in changed if table not in READING]


def under_another_name(world: World, visitor: Visitor) -> list[Step]:
    """What is written with POST must not be reachable with GET under another name of the method, nor with HEAD."""
    seed = world.seed_of(visitor.role)
    for route in routes(world.app):
        if route.method != "GET":
            path = route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
            names = {"X-HTTP-Method-Override": route.method, "X-HTTP-Method": route.method}
            visitor.ask("GET", f"{path}?_method={route.method}", headers=names)
            visitor.ask("HEAD", path)
    return []


@pytest.mark.parametrize("role", ["coordinator", "support_officer"])
def test_looking_changes_nothing(role: str, marked_world: World, walks: Walks) -> None:
    assert walks(role).changed == []
    visitor = marked_world.visitor(role)
    assert watched(marked_world, visitor, lambda: under_another_name(marked_world, visitor)) == ([], [])


def test_a_page_that_writes_when_looked_at_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    view: Any = world.app.view_functions["caseload.index"]

    def writing() -> object:
        get_or_404(Person, world.own.ids["person"]).availability = "vu"
        return view()

    writing.clais_permission = view.clais_permission  # type: ignore[attr-defined]
    monkeypatch.setitem(world.app.view_functions, "caseload.index", writing)
    visitor = world.visitor("receptionist")
    page = visitor.address("caseload.index")
    assert watched(world, visitor, lambda: list(crawl(visitor, start=(page,), limit=1)))[1] == ["person"]


def probe(column: Column[object]) -> str:
    """Markup that would run, in every text, and the table that it stands in."""
    return cut(f"{MARKUP} {column.table.name}", column)


def check_markup(steps: Iterable[Step]) -> list[str]:
    """Pages on which stored markup became an element, an attribute or was evaluated."""
    problems = []
    for step in steps:
        body = step.response.get_data(as_text=True)
        if (step.response.mimetype == "text/html" and "<xss-probe" in body) or "xss-probe onload=1>49" in body:
            problems.append(f"{step.path}: markup")
        problems += inline_in(step.page, step.path) if "HX-Request" not in step.response.request.headers else []
        if step.response.status_code >= 500:
            problems.append(f"{step.path}: {step.response.status_code}")
    return problems


def check_titles(steps: Iterable[Step]) -> list[str]:
    """Pages whose title says something about a person: the browser keeps titles in its history."""
    private = re.compile(r"\{\{7\*7\}\} (" + "|".join(sorted(ABOUT_PEOPLE)) + r")\b")
    titles = re.compile(r"<title>(.*?)</title>", re.DOTALL)
    return [
        f"{step.path}: {found[1]}"
        for step in steps
        for title in titles.findall(step.response.get_data(as_text=True))
        if (found := private.search(unescape(title)))
    ]


@pytest.mark.parametrize("role", ["coordinator", "support_officer", "supervisor"])
def test_stored_markup_is_inert_and_no_title_names_anyone(role: str, walks: Walks) -> None:
    assert check_markup(walks(role).steps) == []
    assert check_titles(walks(role).steps) == []


def test_a_title_with_a_name_is_found(marked_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: the title is the heading as it stands."""
    monkeypatch.setitem(marked_world.app.jinja_env.globals, "without_notes", lambda heading: heading)
    visitor, person = marked_world.visitor("coordinator"), marked_world.own.ids["person"]
    path = f"/{visitor.slug}/personnes/{person}/notes"
    with fresh_templates(marked_world):
        assert check_titles(crawl(visitor, start=(path,), limit=1))


@contextmanager
def fresh_templates(world: World) -> Iterator[None]:
    """Compile the templates anew, before and after."""
    environment = world.app.jinja_env
    assert isinstance(environment, Templates)
    environment.by_language.clear()
    yield
    environment.by_language.clear()


def test_a_page_that_does_not_escape_is_found(marked_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marked_world.app.jinja_env, "autoescape", False)
    with fresh_templates(marked_world):
        visitor = marked_world.visitor("receptionist")
        assert check_markup(crawl(visitor, start=(f"/{visitor.slug}/personnes",), limit=2))


def page_with(inside: str) -> Page:
    """A page that someone could be shown."""
    page = Page("/x")
    page.feed(f"<main><h1>Titre</h1>{inside}</main>")
    return page


@pytest.mark.parametrize(
    "new", ['<input name="born">', '<dialog id="end"></dialog>', '<p class="late">x</p>', '<a href="/x/{key}/y">x</a>']
)
def test_pages_about_others_are_asked_for_until_they_have_nothing_new(new: str) -> None:
    sameness, page = Sameness(SAME), page_with(f'<a href="/x/{uuid4()}">x</a>')
    place, other = (kind(f"/x/personnes/{uuid4()}/situation/logement?page={number}") for number in (1, 2))
    assert place == other
    for shown in [page] * SAME + [page_with(new.format(key=uuid4()))] + [page] * SAME:
        assert not sameness.is_over(place)
        sameness.meet(place, shown.elements)
    assert sameness.is_over(place)


def test_the_page_of_a_person_and_what_is_one_step_behind_it_are_always_asked_for() -> None:
    sameness = Sameness(SAME)
    for place in ("/x/personnes", f"/x/personnes/{uuid4()}", f"/x/personnes/{uuid4()}/modifier"):
        for _time in range(2 * SAME):
            sameness.meet(kind(place), page_with("").elements)
        assert not sameness.is_over(kind(place))
