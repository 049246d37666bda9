"""Files that are quiet on purpose: said with a reason and a day, ended by a click, listed for the coordinator."""

from uuid import UUID

from flask import Response, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.dates import months_after
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.formatting import near_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.muting import actions, queries
from tenants.muting.mails import tell_of_muting
from tenants.muting.models import FileMuting
from tenants.muting.presentation import lines_of, reason_of
from tenants.muting.schemas import MutingSchema
from tenants.muting.workflow import MUTING, OVERSEE, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()
USUAL_MONTHS = 2


@pages.page("/dossiers-en-veille", OVERSEE)
def index() -> Response:
    """Every file of the platform that is quiet on purpose: why, until when, who decided it."""
    return render("muting/index.html", lines=lines_of(database(), queries.quiet_files(database())))


@pages.form("/personnes/<uuid:person_id>/veille", WRITE)
def new(person_id: UUID) -> AnyResponse:
    """Say why no contact is needed until a day; what was said before is replaced."""
    person = _person(person_id)
    if request.method == "GET":
        require_open(person)
        now = queries.in_force(database(), person.id)
        usual = {"until_on": months_after(today(), USUAL_MONTHS)}
        return _page(person, Form(MutingSchema(), {"reason": now.reason, "until_on": now.until_on} if now else usual))
    form = Form.from_request(MutingSchema(), request.form)
    if not form.validate():
        return _page(person, form, status=422)
    with conflict_if_closed(form, person):
        muting = actions.mute_file(database(), person, actor(), **form.data)
    tell_of_muting(database(), actor(), person, muting, services().permissions)
    flash(_("The file is quiet until %(day)s. The coordination sees it.", day=near_day(muting.until_on)), "done")
    return redirect_after_post(file_url(person.id))


@pages.button("/personnes/<uuid:person_id>/veille/<uuid:file_muting_id>/fin", WRITE)
def end(person_id: UUID, file_muting_id: UUID) -> AnyResponse:
    """Take up contact again."""
    person = _person(person_id)
    muting = theirs_or_404(person, get_or_404(FileMuting, file_muting_id))
    try:
        with optimistic_write(lambda: _conflict(get_or_404(FileMuting, file_muting_id))):
            actions.end_muting(database(), person, muting, actor())
        flash(_("The file is followed again: its silence counts."), "done")
    except Refused as refused:
        flash(_REFUSALS.get(refused.code, _REFUSALS["wrong_state"])(), "wait")
    return redirect_after_post(file_url(person.id))


_REFUSALS = {
    "closed_file": lambda: _("This file is closed: reopen it first."),
    "wrong_state": lambda: _("A colleague did this meanwhile."),
    "not_permitted": lambda: _("Your role does not allow this."),
}


def _person(person_id: UUID) -> Person:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def _conflict(muting: FileMuting) -> StateConflict:
    current = [(_("State"), _(MUTING.states[muting.state])), (_("Why"), reason_of(muting))]
    return state_conflict(None, current, file_url(muting.person_id))


def _page(person: Person, form: Form, *, status: int = 200) -> Response:
    return render("muting/new.html", status=status, person=person, form=form, back_url=file_url(person.id))
