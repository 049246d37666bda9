"""Templates of plans: written by who leads the platform, chosen when a plan is begun."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation.choices import WHO
from tenants.orientation.rules.dimensions import BY_CODE
from tenants.plan_templates import actions, queries
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.rules.filling import by_objective
from tenants.plan_templates.schemas import PlanTemplateSchema

pages = Pages()
READ, WRITE = "orientation.write", "plan_template.write"


@pages.page("/modeles-de-plans", READ)
def index() -> Response:
    """The templates of the platform, each with its objectives and steps."""
    found = [
        (template, template.dimension and BY_CODE[template.dimension], by_objective(template.steps, "objective"))
        for template in queries.templates_here(database())
    ]
    return render("plan_templates/index.html", templates=found, who=WHO)


@pages.form("/modeles-de-plans/nouveau", WRITE)
def new() -> AnyResponse:
    """Add a template."""
    if request.method == "GET":
        return _page(Form(PlanTemplateSchema(), {"steps": [{"who": "person"}]}))
    form = Form.from_request(PlanTemplateSchema(), request.form)
    if not form.validate():
        return _page(form)
    try:
        template = actions.add_template(database(), form.data)
    except Refused as refused:
        return _refused(form, refused)
    return _saved(template)


@pages.form("/modeles-de-plans/<uuid:plan_template_id>", WRITE)
def edit(plan_template_id: UUID) -> AnyResponse:
    """Change a template."""
    template = get_or_404(PlanTemplate, plan_template_id)
    if request.method == "GET":
        return _page(Form(PlanTemplateSchema(), _values(template)), template)
    form = Form.from_request(PlanTemplateSchema(), request.form)
    if form.version != str(template.version):
        raise _too_late(form, template)
    if not form.validate():
        return _page(form, template)
    try:
        with optimistic_write(lambda: _too_late(form, get_or_404(PlanTemplate, plan_template_id))):
            actions.change_template(database(), template, form.data)
    except Refused as refused:
        database().refresh(template)
        return _refused(form, refused, template)
    return _saved(template)


@pages.button("/modeles-de-plans/<uuid:plan_template_id>/retrait", WRITE)
def remove(plan_template_id: UUID) -> AnyResponse:
    """Take a template away."""
    template = get_or_404(PlanTemplate, plan_template_id)
    actions.remove_template(database(), template)
    flash(_("« %(label)s » is not proposed any more.", label=template.label), "done")
    return redirect_after_post(url_for("plan_templates.index"))


def _values(template: PlanTemplate) -> dict[str, Any]:
    return {name: getattr(template, name) for name in actions.FACTS}


def _page(form: Form, template: PlanTemplate | None = None) -> Response:
    return render(
        "plan_templates/form.html",
        status=422 if form.errors else 200,
        form=form,
        edited=template,
        back_url=url_for("plan_templates.index"),
    )


def _refused(form: Form, refused: Refused, template: PlanTemplate | None = None) -> Response:
    words = {
        "too_many": _("The platform has forty templates of plans: take one away first."),
        "named_so": _("Another template has this name: give it another one."),
    }
    form.add_error("label", words[refused.code])
    return _page(form, template)


def _saved(template: PlanTemplate) -> AnyResponse:
    flash(_("« %(label)s » is proposed to everybody here.", label=template.label), "done")
    return redirect_after_post(url_for("plan_templates.index"))


def _too_late(form: Form, template: PlanTemplate) -> StaleEdit:
    reload_url = url_for("plan_templates.edit", plan_template_id=template.id)
    return stale_edit(form, _values(template), reload_url, saved_by(template.updated_at, template.id))
