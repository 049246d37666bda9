from clais.feature import Feature
from tenants.gaps import views

FEATURE = Feature(name="gaps", package=__package__, pages=(views.pages,))
