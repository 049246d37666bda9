"""Writing to several people of the list at once: who would get what is shown first, then it is done once."""

from collections.abc import Sequence
from typing import Any

from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.printing.engine import is_set_up
from clais.registry.models import Tenant
from clais.services import services
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.invitations import forms, mails
from tenants.invitations.choices import MAIL, MANNERS, WHY_LEFT_OUT
from tenants.invitations.schemas import InvitationSchema
from tenants.people.models import Person
from tenants.people.views.several import chosen_people
from tenants.printing.giving import can_give
from tenants.printing.joint import Letter, give_several
from tenants.printing.models import JointPrintout
from tenants.printing.paper import text_of
from tenants.printing.queries import joint_of
from tenants.printing.urls import joint_url

pages = Pages()
INVITE = "person.edit"


@pages.form("/personnes/invitation", INVITE)
def invite() -> Response:
    """Write to the people whose keys the address has: a letter each, or a mail where they chose that."""
    people = chosen_people()
    if request.method == "GET":
        return _page(people, Form(InvitationSchema()))
    form = Form.from_request(InvitationSchema(), request.form)
    if not form.validate() or not can_give(form):
        return _page(people, form)
    found, data = forms.preview(database(), people, form.data), dict(form.data)
    mark = found.mark(data)
    if data["accepted"] != mark or not found.reached:
        return _page(people, form, preview=found, mark=mark, changed=bool(data["accepted"]))
    joint = _send(found, data)
    flash(_in_words(found), "done")
    return redirect_after_post(joint_url(joint))


def _send(found: forms.Preview, data: dict[str, Any]) -> JointPrintout:
    """Give the letters to the worker and the mails to the outbox, in one transaction."""
    session, who = database(), actor()
    facts = {name: data[name] for name in ("heading", "text", "hour", "place")}
    facts |= {"expected_on": data["day"], "by": who.display_name}
    letters = [
        Letter(line.person.id, text_of("invitation", line.person, **facts), is_mailed=line.manner == MAIL)
        for line in found.reached
    ]
    joint = give_several(session, who, services().keyring, "invitation", letters)
    sender = session.get_one(Tenant, who.tenant_id)
    for line in found.reached:
        if line.manner == MAIL:
            mails.post_invitation(session, line.person, joint, data, sender, who.display_name)
    return joint


def _page(
    people: Sequence[Person],
    form: Form,
    *,
    preview: forms.Preview | None = None,
    mark: str = "",
    changed: bool = False,
) -> Response:
    if preview is not None and form.typed is not None:
        form.typed["accepted"] = mark
    return render(
        "invitations/invite.html",
        status=422 if form.errors or preview else 200,
        people=people,
        form=form,
        preview=preview,
        changed=changed,
        manners=MANNERS,
        reasons=WHY_LEFT_OUT,
        can_print=is_set_up(),
        kept=joint_of(database(), actor(), "invitation"),
        action=request.full_path.removesuffix("?"),
        back_url=url_for("caseload.index"),
    )


def _in_words(found: forms.Preview) -> str:
    said = (
        ngettext("%(num)d letter is being made.", "%(num)d letters are being made.", found.letters)
        if found.letters
        else "",
        ngettext("%(num)d person is invited by mail.", "%(num)d people are invited by mail.", found.mails)
        if found.mails
        else "",
    )
    return " ".join(filter(None, said))
