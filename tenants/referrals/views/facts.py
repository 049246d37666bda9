"""The facts that schemes ask for: what the file says, and one fact filled in from the choice of a scheme."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.exchange.eligibility.choices import QUESTIONS
from clais.exchange.eligibility.rules.facts import FACTS as CONDITION_FACTS
from clais.exchange.referrals.parcels import FIELDS, NOTE, Offer
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.forms.messages import translated
from clais.services import services
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.conflicts import optimistic_write, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from tenants.people import actions
from tenants.people.fields import contradictions_after
from tenants.people.matching import check
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import PersonSchema
from tenants.people.views.card import card_conflict
from tenants.referrals.schemas import FactSchema
from tenants.situation.choices import CHILDCARE

pages = Pages()
EDIT = "person.edit_card"

PLACES = {
    "card": "people.edit",
    "bilan": "orientation.new_bilan",
    "plan": "orientation.new_plan",
    "wishes": "orientation.wishes",
    "notes": "follow_up.notes",
}
"""Place of a missing fact → the page that fills it in."""

FILLED_HERE: Mapping[str, tuple[str, ...]] = {
    "age": ("birth_date", "birth_year"),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "phone": ("phone",),
    "email": ("email",),
    "locality": ("postal_code",),
    "status": ("status",),
    "schooling": ("schooling",),
    "driving": ("driving_licences", "has_vehicle"),
    "job_seeker": ("forem_number",),
    "availability": ("availability",),
    "status_since": ("status", "status_since"),
    "job_seeker_since": ("forem_number", "forem_registered_on"),
}
"""A fact that is filled in without leaving the choice → its fields on the card. The others have pages of their own."""
NEVER_SHOWN = frozenset({"name", NOTE})


@dataclass(frozen=True, slots=True)
class KnownFact:
    """What the file says about a fact that schemes ask for; `text` is empty when it is to be asked."""

    code: str
    label: str
    text: str
    address: str


def known_facts(person: Person, codes: Sequence[str], offers: Collection[Offer]) -> list[KnownFact]:
    """The facts that are asked for and that anyone beside the screen may read: nothing sensitive."""
    said = {offer.code: offer for offer in offers}
    # An age says what a birth date says, and more shortly.
    hidden = NEVER_SHOWN | ({"birth_date"} if "age" in codes else set())
    return [
        KnownFact(
            code,
            _(FIELDS[code].label),
            said[code].text if code in said else "",
            address_of(person, code),
        )
        for code in codes
        if code not in hidden and not _is_sensitive(code, said.get(code))
    ]


def _is_sensitive(code: str, offer: Offer | None) -> bool:
    return offer.needs_own_tick if offer else Offer(code, "", None, "").needs_own_tick


def address_of(person: Person, code: str, scheme_id: UUID | None = None) -> str:
    """The page on which a fact is filled in."""
    if code in FILLED_HERE:
        return url_for("referrals.fact", person_id=person.id, code=code, scheme=scheme_id)
    return url_for(PLACES[FIELDS[code].place], person_id=person.id)


ELSEWHERE: Mapping[str, tuple[str, dict[str, Any]]] = {"childcare": ("situation.begin", {"fact": CHILDCARE})}
"""A fact of conditions that no parcel carries → the page that fills it in."""


def asked_at(person: Person, field: str, scheme_id: UUID) -> str:
    """Where the fact of a condition is filled in; empty for a question, which is answered in the row."""
    if field in QUESTIONS or field not in CONDITION_FACTS:
        return ""
    if field in FILLED_HERE:
        return address_of(person, field, scheme_id)
    if field in ELSEWHERE:
        endpoint, arguments = ELSEWHERE[field]
        return url_for(endpoint, person_id=person.id, **arguments)
    return address_of(person, CONDITION_FACTS[field].carried_by, scheme_id)


@pages.form("/personnes/<uuid:person_id>/orienter/<code>", "referral.send")
def fact(person_id: UUID, code: str) -> Response:
    """Fill in one fact of the card, as its own page does; the schemes are then considered anew."""
    person = get_or_404(Person, person_id)
    if code not in FILLED_HERE or not actor().may(EDIT):
        abort(404)
    scheme_id = query_arguments(FactSchema)["scheme"]
    record_reading(database(), person.id)
    schema = PersonSchema(only=FILLED_HERE[code])
    if request.method == "GET":
        values = {name: getattr(person, name) for name in FILLED_HERE[code]}
        return _page(person, code, scheme_id, Form(schema, values))
    form = Form.from_request(schema, request.form)
    version = version_read(form)
    if form.validate():
        for name, messages in translated(contradictions_after(person, form.data)).items():
            for message in messages:
                form.add_error(name, message)
    if form.errors:
        return _page(person, code, scheme_id, form, 422)
    changes = _changes(form.data)
    try:
        with optimistic_write(lambda: card_conflict(person_id, changes)):
            actions.edit(database(), actor(), person, changes, version, services().keyring)
    except check.PossibleDuplicates:
        form.add_error(None, look_first())
        return _page(person, code, scheme_id, form, 422)
    except actions.Unacceptable as refused:
        form.add_error(refused.field, refusal(refused))
        return _page(person, code, scheme_id, form, 422)
    except actions.StaleCard:
        database().rollback()
        raise card_conflict(person_id, changes) from None
    flash(_("Noted on the card: %(what)s.", what=lower_first(_label(code))), "done")
    return redirect_after_post(_back(person, code, scheme_id))


def _label(code: str) -> str:
    return _(FIELDS[code].label if code in FIELDS else CONDITION_FACTS[code].label)


def _changes(data: dict[str, Any]) -> dict[str, Any]:
    # A new postal code has another locality, which the registry knows.
    return {**data, "locality": None} if "postal_code" in data else data


def _back(person: Person, code: str, scheme_id: UUID | None) -> str:
    """Where the fact was asked for: the row of the scheme, or the fact above the rows."""
    asked_at = f"scheme-{scheme_id}" if scheme_id else f"fact-{code}"
    return url_for("referrals.choose", person_id=person.id, _anchor=asked_at)


def _page(person: Person, code: str, scheme_id: UUID | None, form: Form, status: int = 200) -> Response:
    return render(
        "referrals/fact.html",
        "referrals/_fact.html",
        status=status,
        person=person,
        name=person.full_name,
        label=_label(code),
        form=form,
        version=form.version or person.version,
        action=address_of(person, code, scheme_id),
        back_url=_back(person, code, scheme_id),
    )
