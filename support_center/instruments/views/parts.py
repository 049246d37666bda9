"""Sections, lists of choices and settings of a draft."""

from dataclasses import replace
from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.exchange.training.queries import gives_certificate
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.rules.definition import MAIN_LANGUAGE, Definition, Latitude, Section, said
from clais.instruments.rules.editing import (
    DOWN,
    UP,
    moved_section,
    section_of,
    with_list,
    with_section,
    without_list,
    without_section,
)
from clais.translation import gettext as _
from clais.web.context import database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from support_center.instruments.conflicts import changed, need_draft, refuse_stale
from support_center.instruments.forms import (
    check_expression,
    choices_of_form,
    list_mark,
    refuse_taken,
    section_mark,
    section_of_form,
    settings_mark,
)
from support_center.instruments.lookups import Opened, opened_version, section_or_404
from support_center.instruments.schemas import ChoicesSchema, SectionSchema, SettingsSchema
from support_center.instruments.views.editor import head
from support_center.instruments.workflow import WRITE

pages = Pages()
WAYS = {"monter": UP, "descendre": DOWN}


@pages.form("/outils/versions/<uuid:version_id>/nouvelle-rubrique", WRITE)
def new_section(version_id: UUID) -> Response:
    """Add a section at the end."""
    opened = opened_version(version_id)
    form = Form(SectionSchema())
    if request.method == "POST":
        form = Form.from_request(SectionSchema(), request.form)
        if _is_sound(form, opened) and _added(opened, form, section := section_of_form(form.data)):
            flash(_("Added."), "done")
            return redirect_after_post(
                url_for("instruments.new_question", version_id=version_id, section_id=section.id)
            )
    return _page(opened, form, _("New section"))


@pages.form("/outils/versions/<uuid:version_id>/rubriques/<section_id>", WRITE)
def edit_section(version_id: UUID, section_id: str) -> Response:
    """Change a section."""
    opened = opened_version(version_id)
    section = section_or_404(opened.definition, section_id)

    def values(definition: Definition) -> dict[str, object]:
        standing = section_or_404(definition, section_id)
        may_add = Latitude.ADD in standing.allows
        return {
            "label": said(standing.label),
            "id": standing.id,
            "shown_if": standing.shown_if,
            "may_add": may_add,
        }

    form = Form(SectionSchema(), values(opened.definition))
    if request.method == "POST":
        form = Form.from_request(SectionSchema(), request.form)
        if form.validate() and form.data["id"] != section.id:
            form.add_error("id", _("A section keeps its code: make another one instead."))
        if not form.errors and _is_sound(form, opened):
            saved = section_of_form(form.data, section)

            def change(definition: Definition) -> Definition:
                refuse_stale(form, section_mark(section_of(definition, section_id)), values(definition))
                return with_section(definition, saved, section_id)

            changed(opened, form, change, section_id)
            flash(_("Saved."), "done")
            return _back(opened)
    return _page(opened, form, said(section.label) or section.id, section_id, "section", section_mark(section))


@pages.button("/outils/versions/<uuid:version_id>/rubriques/<section_id>/<any(monter, descendre):way>", WRITE)
def move_section(version_id: UUID, section_id: str, way: str) -> Response:
    """Move a section one place."""
    opened = opened_version(version_id)
    section_or_404(opened.definition, section_id)
    changed(opened, None, lambda definition: moved_section(definition, section_id, WAYS[way]), section_id)
    return _back(opened)


@pages.button("/outils/versions/<uuid:version_id>/rubriques/<section_id>/retrait", WRITE)
def remove_section(version_id: UUID, section_id: str) -> Response:
    """Remove a section and its questions."""
    opened = opened_version(version_id)
    section_or_404(opened.definition, section_id)
    changed(opened, None, lambda definition: without_section(definition, section_id), section_id)
    flash(_("Removed from this draft. Versions that are published keep it."), "done")
    return _back(opened)


@pages.form("/outils/versions/<uuid:version_id>/nouvelle-liste", WRITE)
def new_list(version_id: UUID) -> Response:
    """Add a list of choices."""
    opened = opened_version(version_id)
    form = Form(ChoicesSchema())
    if request.method == "POST":
        form = Form.from_request(ChoicesSchema(), request.form)
        if form.validate():
            name, choices = form.data["name"], choices_of_form(form.data)

            def change(definition: Definition) -> Definition:
                if name in definition.lists:
                    raise Refused("taken")
                return with_list(definition, name, choices)

            try:
                changed(opened, form, change, name)
            except Refused:
                form.add_error("name", _("Another list has this name."))
            else:
                flash(_("Added."), "done")
                return _back(opened)
    return _page(opened, form, _("New list of choices"))


@pages.form("/outils/versions/<uuid:version_id>/listes/<name>", WRITE)
def edit_list(version_id: UUID, name: str) -> Response:
    """Change a list of choices, for all questions that have it."""
    opened = opened_version(version_id)
    if name not in opened.definition.lists:
        abort(404)

    def values(definition: Definition) -> dict[str, object]:
        choices = [
            {
                "code": choice.code,
                "label": said(choice.label),
                "score": choice.score,
                "was": " ".join(choice.was),
            }
            for choice in definition.lists.get(name, ())
        ]
        return {"name": name, "choices": choices}

    form = Form(ChoicesSchema(), values(opened.definition))
    if request.method == "POST":
        form = Form.from_request(ChoicesSchema(), request.form)
        if form.validate() and form.data["name"] != name:
            form.add_error("name", _("A list keeps its name: make another one instead."))
        if not form.errors and not form.reopened:

            def change(definition: Definition) -> Definition:
                refuse_stale(form, list_mark(definition, name), values(definition))
                return with_list(definition, name, choices_of_form(form.data, definition.lists[name]))

            changed(opened, form, change, name)
            flash(_("Saved."), "done")
            return _back(opened)
    return _page(opened, form, _("Choices: %(name)s", name=name), name, "list", list_mark(opened.definition, name))


@pages.button("/outils/versions/<uuid:version_id>/listes/<name>/retrait", WRITE)
def remove_list(version_id: UUID, name: str) -> Response:
    """Remove a list of choices."""
    opened = opened_version(version_id)
    if name not in opened.definition.lists:
        abort(404)
    changed(opened, None, lambda definition: without_list(definition, name), name)
    flash(_("Removed from this draft. Versions that are published keep it."), "done")
    return _back(opened)


@pages.form("/outils/versions/<uuid:version_id>/reglages", WRITE)
def edit_settings(version_id: UUID) -> Response:
    """Change the title, the languages, and what a platform may do with the whole."""
    opened = opened_version(version_id)
    form = Form(SettingsSchema(), _settings(opened.definition))
    if request.method == "POST":
        form = Form.from_request(SettingsSchema(), request.form)
        if form.validate() and form.data["certificate"] and not gives_certificate(database(), form.data["certificate"]):
            form.add_error("certificate", _("No published course has this code and gives a certificate."))
        elif not form.errors:
            data = form.data
            allows = frozenset({Latitude.ADD} if data["may_add"] else ())

            def change(definition: Definition) -> Definition:
                refuse_stale(form, settings_mark(definition), _settings(definition))
                title = {**definition.title, MAIN_LANGUAGE: data["title"]}
                languages = (MAIN_LANGUAGE, *data["languages"])
                required = {name: data[name] for name in ("certificate", "certificate_from")}
                return replace(definition, title=title, languages=languages, allows=allows, **required)

            changed(opened, form, change, "settings")
            flash(_("Saved."), "done")
            return _back(opened)
    return _page(opened, form, _("Settings"), mark=settings_mark(opened.definition))


def _settings(definition: Definition) -> dict[str, object]:
    return {
        "title": said(definition.title),
        "languages": [language for language in definition.languages if language != MAIN_LANGUAGE],
        "may_add": Latitude.ADD in definition.allows,
        "certificate": definition.certificate,
        "certificate_from": definition.certificate_from,
    }


def _added(opened: Opened, form: Form, section: Section) -> bool:
    def change(definition: Definition) -> Definition:
        refuse_taken(definition, section.id)
        return with_section(definition, section)

    try:
        changed(opened, form, change, section.id)
    except Refused:
        form.add_error("id", _("This code stands already in this version."))
    return not form.errors


def _is_sound(form: Form, opened: Opened) -> bool:
    if form.validate():
        check_expression(form, "shown_if", form.data["shown_if"], opened.definition)
    return not form.errors and not form.reopened


def _back(opened: Opened) -> Response:
    return redirect_after_post(url_for("instruments.show", version_id=opened.version.id))


def _page(
    opened: Opened, form: Form, heading: str, part: str = "", removable: str = "", mark: str | None = None
) -> Response:
    need_draft(opened)
    return render(
        "instruments/part.html",
        status=422 if form.errors else 200,
        **head(opened),
        form=form,
        part_heading=heading,
        part=part,
        removable=removable,
        mark=mark,
    )
