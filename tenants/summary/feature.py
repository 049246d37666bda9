from clais.feature import Feature
from clais.feature.file import Act
from clais.translation import N_
from tenants.summary import views

FEATURE = Feature(
    name="summary",
    package=__package__,
    pages=(views.pages,),
    acts=(Act(N_("Print a summary"), "summary.new", views.READ, 95),),
)
