"""What is done with several files of the list at once: handing them to a colleague."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.listings import record_listing
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.forms.lists import PickedSchema
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from tenants.people import actions, mails
from tenants.people.models import Person
from tenants.people.schemas import referent_schema
from tenants.people.standing import people_by_id
from tenants.people.views.referents import possible_referents, referent_choices

pages = Pages()


@pages.form("/personnes/confier", "person.edit")
def hand_several() -> Response:
    """Hand several files to one colleague; those that are closed, or theirs already, stay as they are."""
    people = chosen_people()
    schema = referent_schema(referent_choices)
    if request.method == "GET":
        return _page(people, Form(schema))
    form = Form.from_request(schema, request.form)
    if not form.validate():
        return _page(people, form, status=422)
    if form.version != _standing(people):
        raise _moved(people, form)
    to = next(member for member in possible_referents() if str(member.id) == form.data["referent"])
    handed = 0
    for person, former in [(person, person.referent_id) for person in people]:
        if actions.lock_file(database(), person).referent_id != former:
            raise _moved(people, form)
        made = actions.hand_over(database(), actor(), person, to, form.data["word"])
        if made is not None:
            mails.tell_of_hand_over(database(), actor(), person, made, former)
            handed += 1
    mine = to.id == actor().membership_id
    flash(
        ngettext("You are the referent of %(num)d file more.", "You are the referent of %(num)d files more.", handed)
        if mine
        else ngettext(
            "%(num)d file is handed to %(name)s, who is told.",
            "%(num)d files are handed to %(name)s, who is told.",
            handed,
            name=to.display_name,
        ),
        "done",
    )
    return redirect_after_post(url_for("caseload.index"))


def referent_names() -> Mapping[UUID | None, str]:
    """The names of the members who follow people up."""
    return {member.id: member.display_name for member in possible_referents()}


def chosen_people() -> list[Person]:
    """The people whose keys the address has, in the order of their keys; 404 for one who is not here."""
    keys: Sequence[UUID] = query_arguments(PickedSchema)["people"]
    found = people_by_id(database(), keys)
    if len(found) != len(set(keys)):
        abort(404)
    record_listing(database(), found)
    return sorted(found.values(), key=lambda person: person.id)


def _page(people: Sequence[Person], form: Form, status: int = 200) -> Response:
    return render(
        "people/hand_several.html",
        status=status,
        people=people,
        names=referent_names(),
        form=form,
        version=form.version or _standing(people),
        alone=not referent_choices(),
        action=request.full_path.removesuffix("?"),
        back_url=url_for("caseload.index"),
    )


def _standing(people: Sequence[Person]) -> str:
    """Whose the files are: a page that shows something else hands nothing over."""
    return sha256(" ".join(f"{person.id}:{person.referent_id}" for person in people).encode()).hexdigest()[:32]


def _moved(people: Sequence[Person], form: Form) -> StateConflict:
    """The conflict when one of the files changed hands since the page was shown."""
    names = referent_names()
    yours = [(_("A word for who goes on"), word)] if (word := form["word"].value) else []
    return StateConflict(
        yours,
        [(person.full_name, names.get(person.referent_id) or _("no referent yet")) for person in people],
        request.full_path,
    )
