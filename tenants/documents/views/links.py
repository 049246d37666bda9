"""A document that someone sends without an account: the agent makes the link, the person opens it on a phone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from flask import Response, flash, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.actor import Actor
from clais.clock import local, now
from clais.database import Scope, ScopedSession, unit_of_work
from clais.dates import last_day_of
from clais.feature.pages import PUBLIC, Pages
from clais.files.contents import LARGEST, Content
from clais.files.store import StoreFault, StoreFull
from clais.forms.form import Form
from clais.registry.models import Tenant
from clais.registry.queries import tenant_by_slug
from clais.services import services
from clais.translation import N_, in_language
from clais.translation import gettext as _
from clais.web.codes import square_code
from clais.web.context import actor, database
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.documents.actions import links
from tenants.documents.actions.papers import MOST_FILES
from tenants.documents.conflicts import state_moved
from tenants.documents.forms import contents_of, shelf
from tenants.documents.lookups import opened_paper
from tenants.documents.mails import post_link
from tenants.documents.presentation import name_of
from tenants.documents.refusals import STORE_FULL, STORE_SILENT
from tenants.documents.schemas import LinkSchema, SendSchema
from tenants.documents.urls import paper_url
from tenants.documents.workflow import BRING, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open

pages = Pages()
public_pages = Pages(in_tenant=False)
LONGEST_TOKEN = 100
"""Longer than any secret of ours."""
BY_THE_PERSON = N_("the person")


@pages.post("/personnes/<uuid:person_id>/documents/<uuid:paper_id>/lien", WRITE)
def link(person_id: UUID, paper_id: UUID) -> AnyResponse:
    """Make the link of a document that is awaited: shown once, or sent by mail. A former one ends."""
    person, paper = opened_paper(person_id, paper_id)
    require_open(person)
    form = Form.from_request(LinkSchema(), request.form)
    if not form.validate():
        return redirect_after_post(paper_url(paper))
    how = form.data["how"]
    if how == "mail" and not person.email:
        flash(_("There is no e-mail address on the card."), "wait")
        return redirect_after_post(paper_url(paper))
    try:
        with conflict_if_closed(form, person):
            token = links.make_link(database(), person, actor(), paper, at_once=how == "phone")
    except Refused as refused:
        raise state_moved(None, paper) from refused
    address = f"{services().settings['public_url']}{url_for('documents.send', place=actor().tenant_slug, token=token)}"
    if how == "mail":
        post_link(database(), person, paper, actor().organisation or actor().tenant_name, address)
        flash(_("The link is on its way by mail."), "done")
        return redirect_after_post(paper_url(paper))
    return render(
        "documents/link.html",
        person=person,
        paper=paper,
        name=name_of(paper),
        address=address,
        code=square_code(address),
        at_once=how == "phone",
        minutes=int(links.AT_ONCE.total_seconds()) // 60,
        until=exact_day(last_day_of(links.end_of_link(paper))),
    )


@public_pages.form_with_file("/envoi/<place>/<token>", PUBLIC)
def send(place: str, token: str) -> AnyResponse:
    """What the person is asked for, and the way to send it. It tells nothing else of anybody."""
    tenant = _tenant(place)
    if tenant is None or len(token) > LONGEST_TOKEN:
        return _nowhere()
    by, form = _by_the_person(tenant), Form(SendSchema())
    contents: Sequence[Content] = ()
    if request.method == "POST":
        with _at(tenant, by) as session:
            found = links.opened(session, token)
            kind = found.paper.kind if found else None
        if kind is None:
            return _nowhere()
        form = Form.from_request(SendSchema(), request.form)
        # Judged while nothing is locked and no transaction is open: a scanner takes its time.
        contents = contents_of(form, kind, place=tenant.name) if form.validate() else ()
    with _at(tenant, by) as session:
        found = links.opened(session, token, lock=bool(contents))
        if found is not None and contents:
            try:
                links.send(session, by, shelf(), found, contents)
                session.commit()
            except Refused:
                session.rollback()
                return _nowhere()
            except StoreFault as fault:
                session.rollback()
                form.add_error(None, _(STORE_FULL if isinstance(fault, StoreFull) else STORE_SILENT))
                found = links.opened(session, token)
            else:
                return redirect_after_post(url_for("documents.sent", place=tenant.slug))
        if found is None:
            return _nowhere()
        if request.method == "GET" and _is_somebody():
            links.note_opening(found)
        return _asked(tenant, found, form)


@public_pages.page("/envoi/<place>", PUBLIC)
def sent(place: str) -> Response:
    """Thanks, in the same words for everyone."""
    tenant = _tenant(place)
    return render("documents/sent.html", status=200 if tenant else 404, place=tenant.name if tenant else "")


def _asked(tenant: Tenant, found: links.Opened, form: Form) -> Response:
    paper = found.paper
    expires = local(found.link.expires_at)
    soon = found.link.expires_at - now() < 2 * links.AT_ONCE
    return render(
        "documents/send.html",
        status=422 if form.errors else 200,
        form=form,
        place=tenant.name,
        name=name_of(paper),
        title=paper.title,
        why=paper.why,
        until=expires.strftime("%H:%M") if soon else exact_day(last_day_of(found.link.expires_at)),
        largest=LARGEST,
        most=MOST_FILES,
    )


def _nowhere() -> Response:
    """The same page for a link that was used, that has ended, and that never was."""
    return render("documents/link_over.html", status=404)


def _tenant(place: str) -> Tenant | None:
    with unit_of_work(services().engine, Scope()) as session:
        found = tenant_by_slug(session, place)
    return found if found is not None and found.state == "open" else None


@contextmanager
def _at(tenant: Tenant, by: Actor) -> Iterator[ScopedSession]:
    """A transaction in the tenant that the address names, for who holds a secret of it and nothing else."""
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
    with unit_of_work(services().engine, scope, by) as session:
        session.info["request_id"] = g.get("request_id")
        yield session


def _by_the_person(tenant: Tenant) -> Actor:
    """Who sends a document by a link: they may bring it, and nothing else."""
    return Actor(
        display_name=in_language("fr", BY_THE_PERSON),
        permissions=frozenset({BRING}),
        tenant_id=tenant.id,
        basin_id=tenant.basin_id,
        tenant_slug=tenant.slug,
        tenant_name=tenant.name,
    )


def _is_somebody() -> bool:
    """Whether a browser opens the page for someone who clicked: programs that look at mails before do not say so."""
    return request.headers.get("Sec-Fetch-Dest", "") == "document"
