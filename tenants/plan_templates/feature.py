from clais.feature import Feature
from tenants.plan_templates import views
from tenants.plan_templates.models import PlanTemplate
from tenants.plan_templates.trail import TRAIL

FEATURE = Feature(
    name="plan_templates",
    package=__package__,
    trail=TRAIL,
    pages=(views.pages,),
    tables=(PlanTemplate,),
)
