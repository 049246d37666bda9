"""The end of the day, and the file of somebody who was known by a visit alone."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.listings import stand_above_limit
from clais.clock import now, today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.queries import team
from clais.limits import LimitReached
from clais.place_names import of_place
from clais.services import services
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.formatting import day_as
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.desk import presentation, queries, rows
from tenants.desk.actions import files, steps
from tenants.desk.actions.evening import evening_of
from tenants.desk.lookups import visit_or_404
from tenants.desk.models import Visit
from tenants.desk.presentation import Screen
from tenants.desk.queries import Seen
from tenants.desk.schemas import SettleSchema, registration_schema
from tenants.desk.views.visits import show
from tenants.desk.workflow import SETTLING, VISIT
from tenants.people.actions import Unacceptable
from tenants.people.choices import REGISTRATION_TEXT
from tenants.people.matching import check
from tenants.people.matching.duplicates import Match
from tenants.people.matching.presentation import duplicate_rows
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import facts_of
from tenants.people.urls import home_of

pages = Pages()


@pages.form("/guichet/fin", "desk.write")
def close_day() -> Response:
    """The end of the day: of each visit that nobody closed somebody says what happened, or of all of them at once."""
    session, who = database(), actor()
    stand_above_limit(session)
    seen = queries.visits_of_today(session)
    open_ones = [one for one in seen if one.goes_on]
    form = Form(SettleSchema())
    if request.method == "POST":
        form = Form.from_request(SettleSchema(), request.form)
        if form.validate():
            wanted = form.data["visit"]
            chosen = [one for one in open_ones if wanted in {None, one.visit.id}]
            _settle(chosen, form.data["outcome"], reliable=form.data["reliable"])
            return redirect_after_post(url_for("desk.close_day"))
    names = {member.id: member.display_name for member in team(session)}
    screen = Screen(services().keyring, queries.is_discreet(session, who.membership_id))
    return render(
        "desk/evening.html",
        status=422 if form.errors else 200,
        form=form,
        lines=rows.visit_lines(seen, screen, names, "", who),
        figures=queries.figures_of(seen),
        outcomes={name: _(VISIT.label_of(name)) for name in SETTLING},
        settled=rows.settled_lines(seen, screen, names, who),
        minutes_text=presentation.minutes_text,
        date_in_words=day_as(today(), "EEEE d MMMM"),
    )


def _settle(chosen: Sequence[Seen], outcome: str, *, reliable: bool) -> None:
    session, who = database(), actor()
    try:
        for one in chosen:
            # Whoever stayed over from an earlier day had left by that evening.
            moment = min(now(), evening_of(one.visit.arrived_on))
            steps.settle(session, who, one.visit, outcome, max(moment, one.visit.arrived_at), reliable=reliable)
    except (Refused, StaleDataError):
        session.rollback()
        flash(_("A colleague closed some of them meanwhile: here is where they stand."), "wait")
        return
    flash(ngettext("%(num)d visit is closed.", "%(num)d visits are closed.", len(chosen)), "done")


@pages.form("/guichet/visites/<uuid:visit_id>/inscription", "person.create")
def register(visit_id: UUID) -> Response:
    """Open a file for who came, with their agreement. Possible duplicates must be confirmed first."""
    visit = visit_or_404(visit_id)
    form = Form(registration_schema(), presentation.names_typed(visit, services().keyring))
    if request.method == "POST":
        form = Form.from_request(registration_schema(), request.form)
    if visit.person_id is not None:
        # Who it is was said meanwhile: their visit is shown as it stands.
        address = url_for("desk.show", visit_id=visit_id)
        return show(visit_id) if request.method == "GET" else redirect_after_post(address)
    if request.method == "GET":
        return _register_page(visit, form)
    if not form.validate():
        answers = form.valid_answers()
        matches = _look_alikes(answers)
        if check.needs_confirmation(matches, check.confirmed_different(answers)):
            form.add_error("not_duplicate", look_first())
        return _register_page(visit, form, matches)
    try:
        person = files.register(
            database(),
            actor(),
            visit,
            facts_of(form.data),
            services().keyring,
            confirmed_different=check.confirmed_different(form.data),
        )
    except check.PossibleDuplicates as found:
        form.add_error("not_duplicate", look_first())
        return _register_page(visit, form, found.matches)
    except Unacceptable as refused:
        form.add_error(refused.field, refusal(refused))
        return _register_page(visit, form)
    # No name: others may see the screen.
    flash(_("A file is opened: %(reference)s.", reference=person.reference), "done")
    return redirect_after_post(url_for("desk.index"))


def _look_alikes(answers: Mapping[str, Any]) -> Sequence[Match[Person]]:
    try:
        return check.possible_duplicates(database(), answers, services().keyring)
    except LimitReached:
        # Whoever searched enough for an hour corrects what is missing, and is told of nobody.
        return ()


def _register_page(visit: Visit, form: Form, matches: Sequence[Match[Person]] = ()) -> Response:
    answers = form.valid_answers() if form.typed else {}
    return render(
        "desk/register.html",
        status=422 if form.errors else 200,
        visit=visit,
        form=form,
        consent_text=_(REGISTRATION_TEXT, of_place=of_place(actor().tenant_name)),
        duplicates=duplicate_rows(matches),
        answered=bool(matches) and not check.needs_confirmation(matches, check.confirmed_different(answers)),
        duplicate_error=" ".join(form["not_duplicate"].errors),
        home_of=home_of,
    )
