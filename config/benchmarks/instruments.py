"""What an author of instruments asks for: a form of 150 questions that is checked and drawn, one question saved, and a
spreadsheet of 1000 questions that is read into a draft.
"""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from itertools import count
from random import randrange
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine, select

from clais.actor import Actor
from clais.database import Scope, unit_of_work
from clais.identity.actions import create_account, join_tenant
from clais.identity.models import Membership
from clais.identity.secrets import email_hash
from clais.instruments.rules.definition import Choice, Definition, InstrumentKind, Item, ItemKind, Section
from clais.instruments.rules.editing import place_of, with_item_instead
from clais.instruments.xlsform.reading import read
from clais.instruments.xlsform.writing import write
from clais.registry.models import Tenant
from clais.registry.queries import tenant_by_slug
from clais.web.routing import Application
from config.benchmarks.browser import Browser, Call, UnexpectedAnswerError
from config.benchmarks.pages import Page
from support_center.instruments.actions.drafts import change_draft, create_instrument
from support_center.instruments.forms import item_mark, whole_mark

FILLED, SAVED = "instrument.filled", "instrument.saved"
PAGES = (
    Page(FILLED, "Outil de 150 questions, vérifié et dessiné", 20),
    Page(SAVED, "Enregistrer une question", 8),
)
SHEET, LONGEST = "instrument.sheet", 10
"""The row of a spreadsheet, and the seconds that it may take."""
QUESTIONS, SECTIONS, LEVELS, OF_A_SHEET = 150, 10, 6, 1000
ROLE = "trainer"
OWN = "q4"
"""The question that is saved."""
CHECKED = 422
"""A form with answers missing comes back, with what is missing."""


def a_large_definition(questions: int = QUESTIONS) -> Definition:
    """A bilan of 150 questions in ten sections: most on a scale, each tenth asked if one before it is low."""
    levels = tuple(Choice(str(level), {"fr": f"Niveau {level}"}, level) for level in range(LEVELS))
    a_section = questions // SECTIONS

    def item(number: int) -> Item:
        shown_if = f"${{q{number - 2}}} <= 2" if number % 10 == 0 else ""
        kind = ItemKind.SCALE if (number + 1) % 5 else ItemKind.LONG_TEXT
        own = "levels" if kind is ItemKind.SCALE else ""
        return Item(f"q{number}", kind, {"fr": f"Question {number} ?"}, list=own, shown_if=shown_if, required=True)

    starts = [(at, at * a_section + 1) for at in range(SECTIONS)]
    sections = tuple(
        Section(f"s{at}", {"fr": f"Rubrique {at}"}, tuple(map(item, range(start, start + a_section))))
        for at, start in starts
    )
    return Definition(InstrumentKind.BILAN, {"fr": "Bilan"}, sections, {"levels": levels})


def author_calls(app: Application, engine: Engine, slug: str) -> dict[str, Call]:
    """The calls of a trainer who joins the centre at `slug` for the measurement, on an instrument of their own."""
    browser = _author(app, engine, slug)
    # Two drafts: what is filled in stands still, as it does for those who work with it.
    filled, saved = (f"/outils/versions/{_draft(app, engine, browser, a_large_definition())}" for _ in range(2))
    return {
        FILLED: browser.post(f"{filled}/essai", _answers, CHECKED),
        SAVED: _saving(browser, f"{saved}/questions/{OWN}"),
    }


def sheets_read(app: Application, engine: Engine, slug: str, times: int) -> list[float]:
    """The seconds that it takes to read a spreadsheet of 1000 questions into a draft, and to show what it says."""
    browser = _author(app, engine, slug)
    content = write(a_large_definition(OF_A_SHEET)).content
    asked = read(content, InstrumentKind.BILAN).definition
    if asked is None or len(asked.items) != OF_A_SHEET:
        raise UnexpectedAnswerError(SHEET)

    def form() -> Mapping[str, Any]:
        return {"_version": whole_mark(asked), "file": (BytesIO(content), "outil.xlsx")}

    call, found = browser.post(f"/outils/versions/{_draft(app, engine, browser, asked)}/tableur", form, 200), []
    for _ in range(times):
        begun = perf_counter()
        call()
        found.append(perf_counter() - begun)
    return found


def _author(app: Application, engine: Engine, slug: str) -> Browser:
    with unit_of_work(engine, Scope()) as session:
        tenant = tenant_by_slug(session, slug)
    if tenant is None:
        raise LookupError(slug)
    _join(engine, tenant)
    return Browser(app, engine, slug, ROLE)


def _answers() -> dict[str, str]:
    """Answers to each second question, others each time: the rest is missing, so the form comes back."""
    return {f"q{number}": str(randrange(LEVELS)) for number in range(1, QUESTIONS, 2)}  # noqa: S311 - no secret.


def _join(engine: Engine, tenant: Tenant) -> None:
    email = f"mesure.{uuid4().hex}@example.be"
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id, email_hash=email_hash(email))
    with unit_of_work(engine, scope) as session:
        held = select(Membership.id).where(Membership.tenant_id == tenant.id, Membership.role == ROLE).limit(1)
        if session.scalar(held) is None:
            join_tenant(session, create_account(session, email, "Mesure"), ROLE)


def _draft(app: Application, engine: Engine, browser: Browser, asked: Definition) -> UUID:
    member = browser.membership
    actor = Actor(
        display_name=member.display_name,
        permissions=app.extensions["clais"].permissions.of(ROLE),
        tenant_id=browser.tenant.id,
        basin_id=browser.tenant.basin_id,
        user_id=member.user_id,
        membership_id=member.id,
        role=ROLE,
    )
    code = f"m{uuid4().hex[:12]}"
    with unit_of_work(engine, browser.scope, actor) as session:
        version = create_instrument(session, actor, {"name": "Mesure", "kind": "bilan", "code": code})
        change_draft(session, actor, version, lambda _before: asked)
        return version.id


def _saving(browser: Browser, path: str) -> Call:
    """A call that saves a question with another text each time, with the mark that its page would have."""
    numbers, standing = count(1), [a_large_definition()]

    def form() -> dict[str, str]:
        before, section = place_of(standing[0], OWN)
        label, mark = f"Question {next(numbers)} ?", item_mark(before, section)
        item = replace(before, label={"fr": label})
        standing[0] = with_item_instead(standing[0], item, OWN)
        return {
            "label_fr": label, "kind": item.kind, "section": "s0", "id": OWN, "joint": "and", "required": "true",
            "_version": mark,
        }  # fmt: skip

    return browser.post(path, form, 303)
