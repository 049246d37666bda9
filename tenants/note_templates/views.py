"""Templates of notes and contacts: chosen above the field, and written by who leads the platform."""

from uuid import UUID

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.translation import lazy_gettext as _l
from clais.web.context import database
from clais.web.rendering import render
from tenants.note_templates import queries
from tenants.note_templates.actions import KIND
from tenants.note_templates.choices import CONTACT, FORMS, LETTER, NOTE
from tenants.note_templates.presentation import inserted, sets
from tenants.note_templates.schemas import NoteTemplateSchema
from tenants.note_templates.writing import Writing

pages = Pages()
READ, WRITE = "follow_up.write", "note_template.write"
WRITING = Writing(
    "note_templates", KIND, NoteTemplateSchema, _l("The platform has sixty templates: take one away first.")
)


@pages.page("/modeles-de-notes", READ)
def index() -> Response:
    """The templates of the platform."""
    found = [(template, sets(template)) for template in queries.templates_here(database())]
    return render("note_templates/index.html", templates=found, forms=FORMS)


@pages.page(f"/modeles-de-notes/<any({CONTACT}, {LETTER}, {NOTE}):which>/choix", READ)
def choose(which: str) -> Response:
    """The templates of one form: a page, and the menu above the field once it is opened."""
    found = [(each, sets(each), inserted(each)) for each in queries.templates_here(database(), which)]
    return render("note_templates/choose.html", "note_templates/_note_templates.html", templates=found)


@pages.form("/modeles-de-notes/nouveau", WRITE)
def new() -> AnyResponse:
    """Add a template."""
    return WRITING.new()


@pages.form("/modeles-de-notes/<uuid:note_template_id>", WRITE)
def edit(note_template_id: UUID) -> AnyResponse:
    """Change a template."""
    return WRITING.edit(note_template_id)


@pages.button("/modeles-de-notes/<uuid:note_template_id>/retrait", WRITE)
def remove(note_template_id: UUID) -> AnyResponse:
    """Take a template away."""
    return WRITING.remove(note_template_id)
