from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.exchange.adoptions.queries import adoption_of, drift, own_adoptions
from clais.exchange.publications.instruments import Shelf, shelves_of_basin
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import CHANGED_HERE, INSTRUMENT_KINDS, LANGUAGE_NAMES
from clais.instruments.rules.definition import RIGHT_TO_LEFT, said
from clais.instruments.rules.difference import differences
from clais.instruments.rules.local import parts_of
from clais.instruments.screen_words import words_of
from clais.instruments.wording import change_lines, title_of
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import key_read, saved_by, stale_edit, state_conflict, version_of
from clais.web.context import actor, database
from clais.web.errors import StaleEdit, StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.instruments import actions
from tenants.instruments.lookups import Opened, adopted_definition, opened_shelf, opened_version
from tenants.instruments.presentation import TAGS, newest_text, standing_text, used_text, version_state
from tenants.instruments.queries import untrained
from tenants.instruments.refusals import going_on, stopping
from tenants.instruments.rows import lines_of, questions_of
from tenants.instruments.schemas import ExceptionSchema

pages = Pages()
SEE, ADOPT = "instrument.see", "instrument.adopt"
FIELDS = ("exception_reason", "exception_until")


@pages.page("/outils-du-bassin", SEE)
def index() -> Response:
    """The instruments of the basin: the version in use here, what is new, by when."""
    session = database()
    lines = lines_of(shelves_of_basin(session), own_adoptions(session), may_adopt=actor().may(ADOPT))
    return render("adoption/index.html", lines=lines)


@pages.page("/outils-du-bassin/<uuid:version_id>", SEE)
def show(version_id: UUID) -> Response:
    """What a version asks: its sections, questions and choices."""
    opened = opened_version(version_id)
    return render("adoption/show.html", **head_of(opened), sections=list(questions_of(opened.shown, opened.marks)))


@pages.page("/outils-du-bassin/<uuid:version_id>/changements", SEE)
def changes(version_id: UUID) -> Response:
    """What changes between the version in use here and this one."""
    opened = opened_version(version_id)
    used = adopted_definition(opened)
    found = differences(used[1], opened.definition) if used else []
    return render(
        "adoption/changes.html",
        **head_of(opened),
        goes_on=going_on(opened) if used else [],
        stops=stopping(opened) if used else [],
        used_number=used[0] if used else None,
        lines=list(change_lines(used[1], opened.definition, found)) if used else [],
    )


@pages.page("/outils-du-bassin/<uuid:version_id>/papier", SEE)
def paper(version_id: UUID) -> Response:
    """The instrument on paper, to be filled in by hand."""
    opened = opened_version(version_id)
    language = request.args.get("langue", "fr")
    if language not in LANGUAGE_NAMES:
        abort(404)
    return render("adoption/paper.html", **head_of(opened), language=language)


@pages.button("/outils-du-bassin/<uuid:version_id>/adoption", ADOPT)
def adopt(version_id: UUID) -> Response:
    """Work with a version from today."""
    opened = opened_version(version_id)
    try:
        actions.adopt(database(), actor(), opened.shelf, opened.version)
    except Refused as refused:
        raise moved(opened) from refused
    flash(_("Version %(number)s is in use here from today.", number=opened.version.number), "done")
    return redirect_after_post(url_for("adoption.show", version_id=version_id))


@pages.form("/outils-du-bassin/exceptions/<uuid:instrument_id>", ADOPT)
def ask_exception(instrument_id: UUID) -> Response:
    """Ask to wait with the newest version."""
    session, shelf = database(), opened_shelf(instrument_id)
    adoption = adoption_of(session, instrument_id, held=request.method == "POST")
    form = Form(ExceptionSchema(), _asked(adoption))
    if request.method == "POST":
        form = Form.from_request(ExceptionSchema(), request.form)
        if key_read(form) != version_of(adoption):
            raise _conflict(form, shelf)
        if form.validate():
            try:
                actions.ask_exception(session, shelf, adoption, **_given(form))
            except Refused as refused:
                if refused.code == "begun_meanwhile":
                    raise _conflict(form, shelf) from refused
                form.add_error(None, _("No version waits: there is nothing to ask an exception for."))
            else:
                flash(_("The support centre reads why, and until when."), "done")
                return redirect_after_post(url_for("adoption.index"))
    return render(
        "adoption/exception.html",
        status=422 if form.errors else 200,
        form=form,
        instrument=shelf.instrument,
        why=newest_text(shelf, drift(shelf, adoption)),
        version=version_of(adoption),
    )


def head_of(opened: Opened) -> dict[str, Any]:
    """What the head of each page of a version shows."""
    how = opened.drift
    return {
        "version": opened.version,
        "instrument": opened.shelf.instrument,
        "definition": opened.shown,
        "marks": opened.marks,
        "local_count": len(parts_of(opened.layer)),
        "title": title_of(opened.shelf.instrument.name, opened.version.number),
        "kind": INSTRUMENT_KINDS[opened.definition.kind],
        "state": version_state(opened.version),
        "used": used_text(opened.adoption),
        "waits": newest_text(opened.shelf, how),
        "standing": (standing_text(how), TAGS[how.standing]),
        "is_here": opened.is_here,
        "can_be_adopted": opened.can_be_adopted and actor().may(ADOPT),
        "may_ask": how.waits and actor().may(ADOPT),
        "untrained": untrained(database(), opened.definition, services().permissions) if actor().may(ADOPT) else None,
        "may_change": opened.is_here and opened.definition.kind in CHANGED_HERE and actor().may(ADOPT),
        "others": [(one, *version_state(one)) for one in opened.shelf.versions if one is not opened.version],
        "languages": {code: LANGUAGE_NAMES[code] for code in opened.definition.languages},
        "right_to_left": RIGHT_TO_LEFT,
        "said": said,
        "words_of": words_of,
    }


def _asked(adoption: Any) -> dict[str, Any]:
    return {name: getattr(adoption, name, None) for name in FIELDS}


def _given(form: Form) -> dict[str, Any]:
    return {name.removeprefix("exception_"): form.data[name] for name in FIELDS}


def _conflict(form: Form, shelf: Shelf) -> StaleEdit:
    adoption = adoption_of(database(), shelf.instrument.id)
    by = saved_by(adoption.updated_at, adoption.id) if adoption else None
    return stale_edit(form, _asked(adoption), request.path, by)


def moved(opened: Opened) -> StateConflict:
    reload_url = url_for("adoption.show", version_id=opened.version.id)
    return state_conflict(None, [("", version_state(opened.version)[0])], reload_url)
