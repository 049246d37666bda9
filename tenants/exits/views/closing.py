"""Closing a file: why, with which result, and what becomes of what is still open for the person."""

from uuid import UUID

from flask import Response, request, url_for

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import render
from clais.workflow import Refused
from tenants.exits import actions, forms
from tenants.exits.rules.delays import days_of_checks
from tenants.people.actions import lock_file
from tenants.people.conflicts import stage_conflict
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.views.stages import moved
from tenants.people.workflow import CLOSE, STAGE

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/cloture", CLOSE)
def close(person_id: UUID) -> Response:
    """Close a file: why, with which result, and what becomes of what is still open for the person."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    if request.method == "GET":
        items = forms.open_items(session, person, who)
        return _closing_page(person, Form(forms.schema_of(items)), items)
    # From here on nothing is added to the file until it is closed.
    if lock_file(session, person).left_out_at is not None:
        session.rollback()
        get_or_404(
            Person, person_id
        )  # It leads to the file that stands for this one now; one that was set aside is found no more.
    items = forms.open_items(session, person, who)
    settled_meanwhile = {name for name in request.form if name.startswith(forms.PREFIX)}
    form = Form.from_request(forms.schema_of(items), request.form, allow=settled_meanwhile)
    if person.stage == "closed":
        raise stage_conflict(person, form, "close")
    if not form.validate():
        return _closing_page(person, form, items, status=422)
    try:
        forms.settle(session, who, form, items)
        actions.close_file(session, person, who, **{name: form.data[name] for name in ("reason", "result", "comment")})
        session.flush()
    except Refused:
        # A colleague or the centre settled something at the same moment: what is left is asked again.
        session.rollback()
        person = get_or_404(Person, person_id)
        raise stage_conflict(person, form, "close") from None
    return moved(person)


def _closing_page(person: Person, form: Form, items: list[forms.ToSettle], status: int = 200) -> Response:
    return render(
        "exits/closing.html",
        status=status,
        person=person,
        form=form,
        items=items,
        afterwards=_afterwards(list(days_of_checks(database(), today()))),
        act=_(STAGE.label_of("close")),
        back_url=home_of(person),
        address=url_for("exits.close", person_id=person.id),
    )


def _afterwards(months: list[int]) -> str:
    """What happens some months after the exit."""
    first, *others = months
    if not others:
        return ngettext(
            "The last referent will ask for news after %(num)d month.",
            "The last referent will ask for news after %(num)d months.",
            first,
        )
    return _("The last referent will ask for news after %(first)s and %(last)s months.", first=first, last=others[-1])
