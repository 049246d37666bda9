"""The history of one fact of a person: its periods, and what changes them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from tenants.people.actions import StaleCard
from tenants.people.fields import before_birth
from tenants.people.models import Person
from tenants.people.periods import days_of, meets
from tenants.people.rules.periods import OutOfOrder, Overlap, Span
from tenants.situation.actions import periods
from tenants.situation.choices import FACTS
from tenants.situation.lookups import Known, known_of, period_of
from tenants.situation.presentation import WORDS, period_words
from tenants.situation.schemas import BEGIN, CORRECT, INSERT, period_schema
from tenants.situation.sections import WRITE

pages = Pages()

READ = "person.read"
ONE = f"<any({', '.join(FACTS)}):fact>"
"""A dated fact in an address."""


@pages.page(f"/personnes/<uuid:person_id>/situation/{ONE}", READ)
def fact(person_id: UUID, fact: str) -> Response:
    """The periods of one fact, the newest first."""
    known = known_of(person_id, fact)
    numbered = [
        {"number": number, "words": period_words(fact, span), "days": days_of(span), "goes_on": _goes_on(known, number)}
        for number, span in enumerate(known.periods, 1)
    ]
    return render(
        "situation/fact.html",
        person=known.person,
        fact=fact,
        label=_(FACTS[fact]),
        periods=numbered[::-1],
        may_write=actor().may(WRITE),
    )


def _goes_on(known: Known, number: int) -> str:
    """What stands in the place of a period that is taken away."""
    if number == 1:
        return _("Nothing will stand in its place.")
    before = period_words(known.fact, known.periods[number - 2])
    return _("The period before it will go on in its place: %(period)s.", period=before)


@pages.form(f"/personnes/<uuid:person_id>/situation/{ONE}/changement", WRITE)
def begin(person_id: UUID, fact: str) -> AnyResponse:
    """What is so from a day on, today unless said otherwise."""
    known = known_of(person_id, fact)
    present = known.periods[-1] if known.periods else None
    values = {"since": today(), **((present.value or {}) if present else {})}
    title = _("What changes: %(fact)s", fact=_(FACTS[fact]))

    def act(form: Form, version: int) -> bool:
        data = form.data
        return periods.begin(
            database(), actor(), known.person, fact, data, data.pop("since"),
            version=version, keyring=services().keyring,
        )  # fmt: skip

    return _answer(known, BEGIN, values, title, act)


@pages.form(f"/personnes/<uuid:person_id>/situation/{ONE}/periodes/<int:number>", WRITE)
def correct(person_id: UUID, fact: str, number: int) -> AnyResponse:
    """One period as it really was."""
    known = known_of(person_id, fact)
    span = period_of(known, number)
    title = _("Correct a period: %(fact)s", fact=_(FACTS[fact]))

    def act(form: Form, version: int) -> bool:
        data = form.data
        return periods.correct(
            database(), actor(), known.person, fact, number - 1, data, data.pop("since"),
            version=version, keyring=services().keyring,
        )  # fmt: skip

    return _answer(known, CORRECT, {"since": span.since, **(span.value or {})}, title, act)


@pages.form(f"/personnes/<uuid:person_id>/situation/{ONE}/periode-oubliee", WRITE)
def insert(person_id: UUID, fact: str) -> AnyResponse:
    """A period of the past that was forgotten."""
    known = known_of(person_id, fact)
    title = _("A forgotten period: %(fact)s", fact=_(FACTS[fact]))

    def act(form: Form, version: int) -> bool:
        data = form.data
        return periods.insert(
            database(), actor(), known.person, fact, data, data.pop("since"), data.pop("until"),
            version=version, keyring=services().keyring,
        )  # fmt: skip

    return _answer(known, INSERT, {}, title, act)


@pages.button(f"/personnes/<uuid:person_id>/situation/{ONE}/periodes/<int:number>/retrait", WRITE)
def remove(person_id: UUID, fact: str, number: int) -> AnyResponse:
    """Take away a period that never was."""
    known = known_of(person_id, fact)
    period_of(known, number)
    version = request.form.get("_version", "")
    read = int(version) if version.isdecimal() else 0
    try:
        periods.remove(database(), actor(), known.person, fact, number - 1, version=read, keyring=services().keyring)
    except StaleCard:
        database().rollback()
        flash(_("Someone changed this file meanwhile: look at the periods again."), "wait")
    else:
        flash(_("The period is taken away. What it said stays under “What changed”."), "done")
    return redirect_after_post(url_for("situation.fact", person_id=person_id, fact=fact))


def _answer(
    known: Known, kind: str, values: dict[str, Any], title: str, act: Callable[[Form, int], bool]
) -> AnyResponse:
    """The form of a period, or what became of it."""
    person, schema = known.person, period_schema(known.fact, kind)()
    if request.method == "GET":
        return _page(known, kind, Form(schema, values), title)
    form = Form.from_request(schema, request.form)
    version = version_read(form)
    if not form.validate():
        return _page(known, kind, form, title, status=422)
    if early := before_birth(person, form.data["since"]):
        form.add_error("since", early)
        return _page(known, kind, form, title, status=422)

    def conflict() -> StaleEdit:
        theirs = get_or_404(Person, person.id)
        reload_url = url_for("situation.fact", person_id=person.id, fact=known.fact)
        return stale_edit(form, values, reload_url, saved_by(theirs.updated_at, theirs.id))

    try:
        with optimistic_write(conflict):
            changed = act(form, version)
    except StaleCard:
        database().rollback()
        raise conflict() from None
    except Overlap as overlap:
        form.add_error("since", meets(WORDS[known.fact], overlap.met))
        return _page(known, kind, form, title, status=422)
    except OutOfOrder:
        form.add_error("until", _("The last day is before the first one."))
        return _page(known, kind, form, title, status=422)
    flash(_("Saved.") if changed else _("Nothing to save: the file already says this."), "done")
    return redirect_after_post(url_for("situation.fact", person_id=person.id, fact=known.fact))


def _page(known: Known, kind: str, form: Form, title: str, status: int = 200) -> Response:
    return render(
        "situation/period_form.html",
        status=status,
        person=known.person,
        fact=known.fact,
        form=form,
        title=title,
        lead=_LEADS[kind](known),
        version=form.version or known.person.version,
        back_url=url_for("situation.fact", person_id=known.person.id, fact=known.fact),
    )


def _present(known: Known) -> str:
    if not known.periods:
        return ""
    return _("Until now: %(period)s. It ends the day before.", period=_said(known.fact, known.periods[-1]))


def _said(fact: str, span: Span) -> str:
    return ", ".join(filter(None, (period_words(fact, span), days_of(span))))


_LEADS: dict[str, Callable[[Known], str]] = {
    BEGIN: _present,
    CORRECT: lambda _known: _("As it really was. The period before lasts until then."),
    INSERT: lambda _known: _("For days of which the file says nothing yet."),
}
