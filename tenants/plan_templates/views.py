"""Templates of plans: written by who leads the platform, chosen when a plan is begun."""

from uuid import UUID

from flask import Response
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.translation import lazy_gettext as _l
from clais.web.context import database
from clais.web.rendering import render
from tenants.note_templates.writing import Writing
from tenants.orientation.choices import WHO
from tenants.orientation.rules.dimensions import BY_CODE
from tenants.plan_templates import queries
from tenants.plan_templates.actions import KIND
from tenants.plan_templates.rules.filling import by_objective
from tenants.plan_templates.schemas import PlanTemplateSchema

pages = Pages()
READ, WRITE = "orientation.write", "plan_template.write"
WRITING = Writing(
    "plan_templates",
    KIND,
    PlanTemplateSchema,
    _l("The platform has forty templates of plans: take one away first."),
    {"steps": [{"who": "person"}]},
)


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
    return WRITING.new()


@pages.form("/modeles-de-plans/<uuid:plan_template_id>", WRITE)
def edit(plan_template_id: UUID) -> AnyResponse:
    """Change a template."""
    return WRITING.edit(plan_template_id)


@pages.button("/modeles-de-plans/<uuid:plan_template_id>/retrait", WRITE)
def remove(plan_template_id: UUID) -> AnyResponse:
    """Take a template away."""
    return WRITING.remove(plan_template_id)
