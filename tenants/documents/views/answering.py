"""Answers to a document that has come: accepted, refused, looked at again, removed."""

from uuid import UUID

from flask import flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import form_page, redirect_after_post
from clais.workflow import Refused
from tenants.documents.actions import papers as actions
from tenants.documents.conflicts import state_moved
from tenants.documents.forms import shelf
from tenants.documents.lookups import opened_paper
from tenants.documents.models import Paper
from tenants.documents.presentation import is_sensitive, name_of
from tenants.documents.schemas import AcceptSchema, RefuseSchema
from tenants.documents.urls import paper_url, papers_url
from tenants.documents.views.papers import page_of
from tenants.documents.workflow import WRITE
from tenants.people.actions import lock_open_file
from tenants.people.conflicts import conflict_if_closed
from tenants.people.models import Person

pages = Pages()


@pages.post("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/acceptation", WRITE)
def accept(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Accept a document until its last day."""
    person, paper = opened_paper(person_id, paper_id)
    form = Form.from_request(AcceptSchema(), request.form)
    if not form.validate():
        return page_of(person, paper, is_open=not is_sensitive(paper), form=form)
    try:
        actions.accept(database(), actor(), paper, **form.data)
    except Refused as refused:
        raise state_moved(form, paper) from refused
    flash(_("The document is accepted."), "done")
    return redirect_after_post(paper_url(paper))


@pages.form("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/refus", WRITE)
def refuse(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Refuse a document for a reason, and ask for it again if one wants."""
    person, paper = opened_paper(person_id, paper_id)
    if paper.state != "received":
        if request.method == "POST":
            raise state_moved(Form.from_request(RefuseSchema(), request.form), paper)
        return redirect_after_post(paper_url(paper))
    form = Form(RefuseSchema(), {"ask_again": True})
    if request.method == "POST":
        form = Form.from_request(RefuseSchema(), request.form)
        if form.validate():
            return redirect_after_post(paper_url(_refused(person, paper, form)))
    return form_page(
        form,
        _("Refuse: %(document)s", document=name_of(paper)),
        paper_url(paper),
        submit=_("Refuse the document"),
        lead=person.full_name,
    )


@pages.button("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/relecture", WRITE)
def look_again(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Take back that a document was accepted or refused."""
    _person, paper = opened_paper(person_id, paper_id)
    try:
        actions.look_again(database(), actor(), paper)
    except Refused as refused:
        raise state_moved(None, paper) from refused
    flash(_("The document is to be read again."), "done")
    return redirect_after_post(paper_url(paper))


@pages.button("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/retrait", WRITE)
def remove(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Remove a document: its files are erased, the trail keeps that it was there."""
    person, paper = opened_paper(person_id, paper_id)
    try:
        actions.remove(database(), actor(), shelf(), paper)
    except Refused as refused:
        raise state_moved(None, paper) from refused
    flash(_("The document is removed, and its files are erased."), "done")
    return redirect_after_post(papers_url(person.id))


def _refused(person: Person, paper: Paper, form: Form) -> Paper:
    """The document that was refused, or the one that is asked for in its place."""
    session, data = database(), form.data
    if data["ask_again"]:
        with conflict_if_closed(form, person):
            lock_open_file(session, person)  # The file before the document, as everywhere.
    try:
        actions.refuse(session, actor(), paper, reason=data["reason"], comment=data["comment"])
    except Refused as refused:
        raise state_moved(form, paper) from refused
    if not data["ask_again"]:
        flash(_("The document is refused."), "done")
        return paper
    try:
        newer = actions.ask(
            session,
            person,
            actor(),
            kind=paper.kind,
            title=paper.title,
            wanted_by=data["wanted_by"],
            why=paper.why,
            replaces=paper,
        )
    except Refused as refused:
        raise state_moved(form, paper) from refused
    flash(_("The document is refused, and asked for again."), "done")
    return newer
