"""The card of a person: read and edit it, change its referent, move it to another stage."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature import composition
from clais.feature.file import loaded
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.registry.models import Tenant
from clais.registry.queries import platforms_covering
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people import actions, presentation, queries
from tenants.people.choices import WRONG
from tenants.people.dated import undecided
from tenants.people.fields import digits_in_names
from tenants.people.matching import check
from tenants.people.matching.presentation import NUMBER_FACTS, duplicate_rows, number_context, number_warnings
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import EditSchema, LocalitySchema, PersonSchema, facts_of
from tenants.people.urls import home_of, home_url
from tenants.people.workflow import OPEN_STAGES, STAGE

pages = Pages()

READ_CARD = "person.read_card"


@pages.post("/localites", "locality.search")
def localities() -> Response:
    """Proposals for a postal code or a locality, by the start of either."""
    form = Form.from_request(LocalitySchema(), request.form)
    found = queries.localities_matching(database(), form.data["q"]) if form.validate() else []
    by_code = request.args.get("field") == "code"
    items = [
        {
            "value": place.code if by_code else place.locality,
            "label": f"{place.code} {place.locality}",
            "fill": {"locality": place.locality} if by_code else {"postal_code": place.code},
        }
        for place in found
    ]
    return render("people/_localities.html", items=items)


@pages.page("/personnes/<uuid:person_id>/carte", "person.read_card")
def card(person_id: UUID) -> Response:
    """The card for the reception: identity, contact, stage. The reading is recorded."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    referent = database().get(Membership, (person.tenant_id, person.referent_id)) if person.referent_id else None
    return render(
        "people/card.html",
        person=person,
        name=person.full_name,
        referent=referent.display_name if referent else None,
        stages=STAGE.states,
        details=presentation.details(person),
        sections=loaded((part for part in composition().sections if part.on_card), database(), person, actor()),
    )


@pages.button("/personnes/<uuid:person_id>/inchange", "person.edit_card")
def confirm(person_id: UUID) -> Response:
    """Note that nothing has changed: the person said so."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    actions.confirm_card(database(), actor(), person)
    return redirect_after_post(home_url(person.id, "details"))


@pages.button("/personnes/<uuid:person_id>/inchange/retour", "person.edit_card")
def take_confirmation_back(person_id: UUID) -> Response:
    """Take back, on the same day, that nothing has changed."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    try:
        actions.take_confirmation_back(database(), person)
    except Refused:
        flash(_("Nothing was confirmed today."), "wait")
    return redirect_after_post(home_url(person.id, "details"))


@pages.form("/personnes/<uuid:person_id>/coordonnees", "person.edit_card")
def edit(person_id: UUID) -> Response:
    """Change the card. A newer version is shown beside this one; a possible duplicate must be confirmed."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    if request.method == "GET":
        stored = {name: getattr(person, name) for name in actions.CARD}
        return _edit_page(person, Form(EditSchema(), stored | {"names_confirmed": bool(digits_in_names(stored))}))
    form = Form.from_request(EditSchema(), request.form)
    version = version_read(form)
    if not form.validate():
        return _edit_page(person, form, status=422)
    facts, confirmed_different = _facts(form.data), check.confirmed_different(form.data)
    if not form.data["dated_change"] and version == person.version and undecided(person, facts):
        form.add_error(
            "dated_change", _("Say whether it changed, or was noted wrong: the history of the file needs it.")
        )
        return _edit_page(person, form, status=422)
    try:
        with optimistic_write(lambda: card_conflict(person_id, facts)):
            changed = actions.edit(
                database(),
                actor(),
                person,
                facts,
                version,
                services().keyring,
                confirmed_different=confirmed_different,
                corrects=form.data["dated_change"] == WRONG,
            )
    except check.PossibleDuplicates as found:
        form.add_error("not_duplicate", look_first())
        return _edit_page(person, form, found.matches, status=422)
    except actions.Unacceptable as refused:
        form.add_error(refused.field, refusal(refused))
        return _edit_page(person, form, status=422)
    except actions.StaleCard:
        database().rollback()
        raise card_conflict(person_id, facts) from None
    _say_saved(form.data, changed)
    _say_whose_territory(person, changed)
    return redirect_after_post(home_of(person))


def card_conflict(person_id: UUID, facts: dict[str, Any]) -> StaleEdit:
    """Both versions of a card that someone else saved in the meantime."""
    theirs = get_or_404(Person, person_id)
    yours, stored = presentation.versions(theirs, facts)
    return StaleEdit(yours, stored, url_for("people.edit", person_id=person_id), saved_by(theirs.updated_at, theirs.id))


def _facts(data: dict[str, Any]) -> dict[str, Any]:
    facts = facts_of(data)
    # The form asks for the agreement only until it is recorded.
    if facts["registration_consent_manner"] is None:
        del facts["registration_consent_manner"]
    # The number is never shown in the form: a blank leaves it as it is.
    if not facts["national_number"] and not data["remove_national_number"]:
        del facts["national_number"]
    return facts


def _edit_page(person: Person, form: Form, matches: Any = (), status: int = 200) -> Response:
    return render(
        "people/edit.html",
        status=status,
        person=person,
        name=person.full_name,
        form=form,
        version=form.version or person.version,
        back_url=home_of(person),
        may_keep_numbers=queries.national_number_authorisation(database()),
        duplicates=duplicate_rows(matches),
        **number_context(form.valid_answers() if form.typed else {}),
        answered=False,
        duplicate_error=" ".join(form["not_duplicate"].errors),
        home_of=home_of,
    )


def _say_whose_territory(person: Person, changed: list[str]) -> None:
    """Who moves to the territory of another platform may want to be followed there: it is said, and nothing is done."""
    if not {"postal_code", "locality"} & set(changed) or person.stage not in OPEN_STAGES:
        return
    here = actor()
    covering = platforms_covering(database(), here.basin_id, person.postal_code, person.nis_code)
    if not covering or here.tenant_id in covering:
        return
    name = database().get_one(Tenant, covering[0]).name
    flash(
        _("This address is in the territory of %(platform)s. The file can be transferred there, with the person.",
          platform=name),
        "info",
    )  # fmt: skip


def _say_saved(data: dict[str, Any], changed: list[str]) -> None:
    flash(_("Saved.") if changed else _("Nothing to save: the card already says this."), "done")
    for warning in number_warnings(data):
        flash(warning, "wait")


@pages.post("/numero-national/lecture", "person.edit_card")
def number_says() -> Response:
    """What a national number says of birth date and sex, while someone types it. It is sent in the body."""
    form = Form.from_request(PersonSchema(only=NUMBER_FACTS), request.form)
    return render("people/_number_says.html", **number_context(form.valid_answers()))


@pages.button("/personnes/<uuid:person_id>/numero-national", "person.read_number")
def show_number(person_id: UUID) -> Response:
    """Show the national number once. The reading is recorded; no URL contains the number."""
    person = get_or_404(Person, person_id)
    number = actions.read_number(database(), person, services().keyring)
    return render("people/number.html", "people/_number.html", person=person, name=person.full_name, number=number)
