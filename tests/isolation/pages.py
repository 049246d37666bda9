"""Reading a page as a browser does: its links, its forms, and a plausible way to fill each form."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from secrets import token_hex
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

from werkzeug.test import TestResponse

from clais.clock import today
from tests.isolation.sameness import Sameness, kind
from tests.isolation.world import Visitor, World, arguments, routes
from tests.support.markup import Attributes, Reader

URL_ATTRIBUTES = ("href", "src", "hx-get", "data-combobox", "data-url", "data-next")
POSTING = ("hx-post", "hx-put", "hx-patch", "hx-delete")


@dataclass
class Field:
    """One named control of a form, with the values that it may send."""

    name: str
    kind: str
    value: str
    required: bool = False
    offered: list[str] = field(default_factory=list)
    attributes: dict[str, str | None] = field(default_factory=dict)


@dataclass
class FormOnPage:
    """A form with its controls."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)
    page: str = ""

    @property
    def path(self) -> str:
        """Where it goes, as a path of this site."""
        parts = urlsplit(urljoin(self.page, self.action or self.page))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def buttons(self) -> list[dict[str, str]]:
        """What each button that has a name adds when it is pressed; one that adds nothing when none has."""
        named = [control for control in self.fields if control.kind == "submit" and control.name]
        return [{control.name: control.value} for control in named] or [{}]

    def filled(self) -> dict[str, Any]:
        """A plausible way to fill the form, every field that can be filled included."""
        given: dict[str, Any] = {}
        for control in self.fields:
            if not control.name or control.name == "csrf_token" or "__index__" in control.name:
                continue
            value = plausible(control)
            if value is not None:
                given.setdefault(control.name, value)
        return given


def plausible(control: Field) -> str | None:
    """What someone could answer."""
    if control.kind == "submit":
        return None
    if control.kind == "hidden":
        return str(uuid4()) if control.name == "_submission" else control.value
    if control.kind in {"select", "radio"}:
        chosen = control.value or next((value for value in control.offered if value), "")
        return chosen or None
    if control.kind == "checkbox":
        return control.value or "on"
    # What stands there is left, but for an address of mail: so that a form which is sent changes something.
    if control.value and "email" not in control.name:
        return control.value
    return _text(control)


def _text(control: Field) -> str:
    attributes = (control.attributes.get(name) or "" for name in ("inputmode", "class"))
    hints = " ".join([control.kind, control.name, *attributes])
    for pattern, answer in (
        (r"datetime", f"{today().isoformat()}T10:00"),
        (r"birth_year", ""),  # the date says it already
        (r"birth", "12/03/1990"),
        (r"review|due|until", f"{today().day:02}/{today().month:02}/{today().year + 1}"),
        (r"date|since|_from\b|_on\b|-on\b", f"{today():%d/%m/%Y}"),
        (r"\btime\b|_at\b", "10:00"),
        (r"email", f"{token_hex(4)}@example.be"),
        (r"phone|\btel\b", "071 20 60 20"),
        (r"postal", "6240"),
        (r"enterprise_number", "0417.497.106"),
        (r"national_number", "85.07.30-033.28"),
        (r"number\b.*numeric|minutes|years|level|\bnumber\b", "30"),
        (r"password|again", "un cheval bleu dort debout"),
        (r"\bborn\b", "2015"),
        (r"\boccupation\b", ""),  # one of a register, by its key
        (r"numeric", "8"),
    ):
        if re.search(pattern, hints):
            return answer
    return "Quelque chose"[: int(control.attributes.get("data-limit") or 100)]


class Page(Reader):
    def __init__(self, page: str) -> None:
        self.page = page
        self.links: set[str] = set()
        self.forms: list[FormOnPage] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._form: FormOnPage | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        for name in URL_ATTRIBUTES:
            if values.get(name) and tag not in {"link", "script", "img", "use"}:
                self.links.add(str(values[name]))
        for name in POSTING:
            if values.get(name) and tag != "form":
                self.forms.append(FormOnPage(name.removeprefix("hx-").upper(), str(values[name]), page=self.page))
        if tag == "form":
            action = values.get("hx-post") or values.get("action") or ""
            self._form = FormOnPage((values.get("method") or "get").upper(), action, page=self.page)
            if self._form.method != "DIALOG":
                self.forms.append(self._form)
        if self._form is not None:
            self._control(tag, values)

    def _control(self, tag: str, values: dict[str, str | None]) -> None:
        assert self._form is not None
        name, value = values.get("name") or "", values.get("value") or ""
        required = "required" in values
        if tag == "input":
            kind = values.get("type") or "text"
            known = next((f for f in self._form.fields if f.name == name and f.kind == kind == "radio"), None)
            if known:
                known.offered.append(value)
                known.value = value if "checked" in values else known.value
            else:
                shown = "" if kind == "radio" and "checked" not in values else value
                self._form.fields.append(Field(name, kind, shown, required, [value], values))
        elif tag == "textarea":
            self._form.fields.append(Field(name, "text", "", required, [], values))
        elif tag == "select":
            self._select = Field(name, "select", "", required, [], values)
            self._form.fields.append(self._select)
        elif tag == "option" and self._select is not None:
            self._select.offered.append(value)
            if "selected" in values:
                self._select.value = value
        elif tag == "button" and name:
            self._form.fields.append(Field(name, "submit", value, False, [value], values))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None


def read_page(response: TestResponse, path: str) -> Page:
    """The links, forms and elements of an answer."""
    reader = Page(path)
    if response.mimetype == "text/html":
        reader.feed(response.get_data(as_text=True))
    return reader


def inside(link: str, page: str) -> str | None:
    """A link as a path of this site without its fragment, or None when it leads elsewhere."""
    parts = urlsplit(urljoin(f"http://localhost{page}", link))
    if parts.scheme not in {"http", "https"} or parts.netloc != "localhost":
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


VARIANTS = 5
"""How many views of one page, by its query, are looked at."""
ENDLESS = 4000
"""More addresses than a walk can meet, over two dozen people with sixty pages each: something makes new ones as it is
looked at."""
AWAY = ("/deconnexion", "/ou-travailler/")
"""Forms that end the session of who crawls."""


def starts(world: World, visitor: Visitor) -> tuple[str, ...]:
    """The home page, and every page about a row of one's own tenant: some pages have no link to them."""
    seed = world.seed_of(visitor.role)
    paths = [
        route.path(visitor.slug, arguments(route, seed, seed.ids["person"]))
        for route in routes(world.app)
        if route.method == "GET" and route.permission is not None and world.may(visitor.role, route.permission)
    ]
    # The administration names what it edits in the query.
    edited = [f"{path}?id={seed.tenant_id}" for path in paths if path.endswith("/edit/")]
    # A list is narrowed before a view of it is kept.
    narrowed = [f"{path}?stage=closed" for path in paths if path.endswith("/vues/nouvelle")]
    return ("/", "/ou-travailler", *edited, *narrowed, *paths)


@dataclass(frozen=True)
class Step:
    """One answer met on the way."""

    method: str
    path: str
    response: TestResponse
    came_from: str

    @cached_property
    def page(self) -> Page:
        """What stands in it, read when it is asked for."""
        return read_page(self.response, self.path)


def crawl(
    visitor: Visitor,
    *,
    start: tuple[str, ...] = ("/",),
    limit: int | None = None,
    partials: bool = True,
    views: int = VARIANTS,
    same: int | None = None,
) -> Iterator[Step]:
    """GET every page that can be reached, as a page and as an htmx partial; each address once, and of each page so many
    views by its query. With `same`, pages about others are left out once so many showed nothing new.

    Without `limit` no page is left waiting: a walk that would not end is an error, and not cut short in silence.
    """
    waiting: list[tuple[str, str]] = [(path, "") for path in start]
    seen: set[str] = set()
    variants: Counter[str] = Counter()
    asked, sameness = 0, Sameness(same or ENDLESS)
    while waiting and (limit is None or asked < limit):
        assert asked < ENDLESS, waiting[:5]
        path, came_from = waiting.pop(0)
        if path in seen or path.startswith("/static/") or (path not in start and sameness.is_over(kind(path))):
            continue
        seen.add(path)
        # A calendar has a link to every week there is: a few views of one page stand for all.
        variants[path.partition("?")[0]] += 1
        if variants[path.partition("?")[0]] > views:
            continue
        asked += 1
        response = visitor.ask("GET", path)
        step = Step("GET", path, response, came_from)
        yield step
        if same and response.status_code == 200:
            sameness.meet(kind(path), step.page.elements)
        if response.status_code != 200:
            variants[path.partition("?")[0]] -= 1  # It sent on, or refused: that showed no view.
        if response.headers.get("Location"):
            target = inside(response.headers["Location"], path)
            waiting += [(target, path)] if target else []
        waiting += [(target, path) for link in sorted(step.page.links) if (target := inside(link, path))]
        waiting += [(form.path, path) for form in step.page.forms if form.method == "GET"]
        if partials and response.status_code == 200 and response.mimetype == "text/html":
            partial = visitor.ask("GET", path, headers={"HX-Request": "true"})
            yield Step("GET", path, partial, came_from)


def forms_of(steps: Iterable[Step]) -> dict[str, FormOnPage]:
    """Every form that changes something on the pages of a walk, one an address."""
    found: dict[str, FormOnPage] = {}
    for step in steps:
        for form in step.page.forms:
            if form.method != "GET" and not form.path.startswith(AWAY):
                found.setdefault(form.path, form)
    return found
