from clais.feature import Feature
from clais.feature.file import Act
from clais.translation import N_
from tenants.cv import views

FEATURE = Feature(
    name="cv",
    package=__package__,
    pages=(views.pages,),
    acts=(Act(N_("Draft of a CV"), "cv.new", views.READ, 94),),
)
