"""The card of a person: read and edit it, change its referent, move it to another stage."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature import composition
from clais.feature.file import loaded
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.identity.queries import members_who_may
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit, StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people import actions, presentation, queries
from tenants.people.conflicts import file_conflict
from tenants.people.fields import digits_in_names
from tenants.people.matching import check
from tenants.people.matching.presentation import NUMBER_FACTS, duplicate_rows, number_context, number_warnings
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import EditSchema, LocalitySchema, PersonSchema, ReferentSchema, StageSchema, facts_of
from tenants.people.urls import home_of
from tenants.people.workflow import STAGE

pages = Pages()

READ_CARD = "person.read_card"
CLOSING = "closing-"
"""The prefix of the closing dialog, because the page of the file has other forms."""


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
    try:
        with optimistic_write(lambda: card_conflict(person_id, facts)):
            changed = actions.edit(
                database(), actor(), person, facts, version, services().keyring, confirmed_different=confirmed_different
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


@pages.post("/personnes/<uuid:person_id>/referent", "person.edit")
def referent(person_id: UUID) -> Response:
    """Take a file over, or give it to a colleague who follows people up."""
    person = get_or_404(Person, person_id)
    form = Form.from_request(ReferentSchema(), request.form)
    chosen = form.data["referent"] if form.validate() else None
    colleague = next((other for other in possible_referents() if other.id == chosen), None)
    if colleague is None:
        abort(422)
    if form.version != str(person.referent_id):
        raise _handed_over(person, colleague)
    actions.hand_over(database(), actor(), person, colleague)
    database().flush()
    mine = colleague.id == actor().membership_id
    flash(
        _("You are the referent of this file.")
        if mine
        else _("%(name)s is the referent now.", name=colleague.display_name),
        "done",
    )
    return redirect_after_post(home_of(person))


def _handed_over(person: Person, wanted: Membership) -> StateConflict:
    """The conflict when the referent changed since the page was rendered."""
    referent = database().get(Membership, (person.tenant_id, person.referent_id)) if person.referent_id else None
    return StateConflict(
        [(_("Referent"), wanted.display_name)],
        [(_("Referent"), referent.display_name if referent else _("no referent yet"))],
        home_of(person),
        saved_by(person.updated_at, person.id),
    )


def possible_referents() -> list[Membership]:
    """The members of the platform whose role lets them follow people up."""
    return members_who_may(database(), actions.FOLLOWS_UP, services().permissions)


@pages.post("/personnes/<uuid:person_id>/etapes", "person.move")
def stages(person_id: UUID) -> Response:
    """Move a file to another stage. When the reason to close is missing, this page asks for it."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    prefix = CLOSING if f"{CLOSING}transition" in request.form else ""
    form = Form.from_request(StageSchema(), request.form, prefix)
    if not form.validate():
        if "transition" in form.errors:
            abort(422)
        return _stage_page(person, form)
    try:
        actions.move(
            database(),
            actor(),
            person,
            form.data["transition"],
            reason=form.data["reason"],
            comment=form.data["comment"],
        )
        database().flush()
    except Refused as refused:
        if refused.code == "not_permitted":
            abort(403)
        if refused.code == "wrong_state":
            raise _stage_conflict(person, form) from None
        form.add_error(
            refused.code.removesuffix("_missing"), _("Choose a reason: the figures of the platform need it.")
        )
        return _stage_page(person, form)
    flash(_("The file is now at this stage: %(stage)s.", stage=_(STAGE.states[person.stage])), "done")
    return redirect_after_post(home_of(person))


def _stage_page(person: Person, form: Form) -> Response:
    act = _(STAGE.label_of("close"))
    return render("people/stage.html", status=422, person=person, name=person.full_name, form=form, act=act)


def _stage_conflict(person: Person, form: Form) -> StateConflict:
    """The conflict when the file is at another stage: the requested transition, and the present stage."""
    conflict = file_conflict(form, person, home_of(person))
    wanted = form.data["transition"]
    conflict.yours.insert(0, (_("Stage"), _(STAGE.label_of(wanted) or wanted)))
    return conflict
