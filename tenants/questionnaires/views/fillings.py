"""The questionnaires of a person: begun, read, corrected, given up."""

from collections.abc import Iterator
from uuid import UUID

from flask import Response, abort, flash
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.exchange.publications.instruments import released_questionnaire
from clais.feature.pages import Pages
from clais.instruments.choices import ASKED_OF_A_PERSON, INSTRUMENT_KINDS
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people.conflicts import require_open
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires import actions, queries
from tenants.questionnaires.asked import Asked, asked_here, asked_now, asked_of
from tenants.questionnaires.conflicts import state_moved
from tenants.questionnaires.lookups import opened_filling
from tenants.questionnaires.presentation import lacking_text, state_tag, when_text
from tenants.questionnaires.urls import filling_url, fillings_url
from tenants.questionnaires.workflow import WRITE

pages = Pages()
READ = "orientation.read"


@pages.page("/personnes/<uuid:person_id>/questionnaires", READ)
def index(person_id: UUID) -> Response:
    """What was filled in with a person, and what can be begun."""
    person = get_or_404(Person, person_id)
    session = database()
    record_reading(session, person.id)
    fillings = queries.fillings_of(session, person.id)
    may_write = actor().may(WRITE) and person.stage in OPEN_STAGES
    usable = asked_here(session, ASKED_OF_A_PERSON)
    under_way = {filling.instrument_id for filling, _number in fillings if filling.state == "open"}
    return render(
        "questionnaires/index.html",
        person=person,
        lines=[(filling, number, state_tag(filling), when_text(filling)) for filling, number in fillings],
        to_begin=list(_to_begin([one for one in usable if one.instrument_id not in under_way])),
        kinds=INSTRUMENT_KINDS,
        may_write=may_write,
        filling_url=filling_url,
    )


def _to_begin(usable: list[Asked]) -> Iterator[tuple[Asked, str, bool]]:
    """What can be begun, each with what keeps one from it in words, and whether it does."""
    session = database()
    for one in usable:
        asked = released_questionnaire(session, one.content_id)
        ends = not one.can_begin
        text = _("coming to its end: nothing is begun on it") if ends else ""
        lacks = queries.lacking_for(session, actor().membership_id, asked.definition) if asked else None
        text = lacking_text(lacks) if lacks and not ends else text
        yield one, text, ends or (lacks is not None and lacks.refused)


@pages.button("/personnes/<uuid:person_id>/questionnaires/debut/<uuid:instrument_id>", WRITE)
def begin(person_id: UUID, instrument_id: UUID) -> AnyResponse:
    """Begin to fill in the version that the platform works with."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    version = asked_of(database(), instrument_id)
    if version is None or version.kind not in ASKED_OF_A_PERSON:
        abort(404)
    try:
        filling = actions.begin(database(), actor(), person, version)
    except Refused as refused:
        if refused.code == "closed_file":
            require_open(person)
        if refused.code == "no_certificate":
            flash(_("This questionnaire requires a certificate that you do not hold: register for the course."), "wait")
        else:
            flash(_("Nothing is begun on this version any more: adopt the newer one first."), "wait")
        return redirect_after_post(fillings_url(person.id))
    return redirect_after_post(filling_url(filling))


@pages.button("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>/correction", WRITE)
def correct(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Take up again what was finished today."""
    opened = opened_filling(person_id, filling_id)
    try:
        actions.correct(database(), actor(), opened.filling)
    except Refused as refused:
        if refused.code != "too_late":
            raise state_moved(None, opened.filling) from refused
        flash(_("It was finished on an earlier day: what was answered then stays. Fill in a new one."), "wait")
    return redirect_after_post(filling_url(opened.filling))


@pages.button("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>/abandon", WRITE)
def drop(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Give up what was begun: its answers are erased."""
    opened = opened_filling(person_id, filling_id)
    try:
        actions.drop(database(), actor(), opened.filling)
    except Refused as refused:
        raise state_moved(None, opened.filling) from refused
    flash(_("Given up: the answers are erased."), "done")
    return redirect_after_post(fillings_url(opened.person.id))


@pages.button("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>/version", WRITE)
def carry(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Go on with the version that the platform works with now."""
    opened = opened_filling(person_id, filling_id)
    session, filling = database(), opened.filling
    version = asked_of(session, filling.instrument_id)
    after = asked_now(session, version) if version else None
    if after is None:
        abort(404)
    try:
        actions.carry(session, filling, services().keyring, opened.questionnaire, after)
    except Refused as refused:
        if refused.code == "wrong_state":
            raise state_moved(None, filling) from refused
        flash(
            _("Some answers would mean something else there: it is finished on the version that it began with."),
            "wait",
        )
    else:
        flash(_("It goes on with version %(number)s.", number=filling.number), "done")
    return redirect_after_post(filling_url(filling))
